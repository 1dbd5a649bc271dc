"""The grader as a library: one solution, a stream of them, and rewards for reinforcement learning."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from grader.classes.batch import grade_all
from grader.classes.gradebook import share
from grader.classes.job import Job, Settings
from grader.classes.sample import code_of
from grader.content.catalog import open_catalog
from grader.errors import GraderFault, SubmissionUnreadable
from grader.intake.submission import read_submission, submission_from_bytes, submission_from_text
from grader.model import ConfinementMode, Feedback, Layer, Level, Report, Verdict, worst

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from grader.classes.job import Fault
    from grader.classes.pool import Pool
    from grader.content.catalog import Catalog
    from grader.model import Exercise


class Kind(StrEnum):
    """What a reward is: 1 for a level that is reached, else 0; or the share of the points."""

    CORE = "core"
    FULL = "full"
    SHARE = "share"


def grade(
    slug: str,
    source: str | Path,
    *,
    level: Level | str = Level.FULL,
    seed: int | None = None,
    confinement: ConfinementMode | str = ConfinementMode.AUTO,
    catalog: Path | None = None,
) -> Report:
    """Grade one solution, in a process of its own.

    Parameters
    ----------
    slug : str
        Name of the exercise.
    source : str or Path
        Python source, or the file that holds it.
    level : Level or str, default=Level.FULL
        How far the solution is asked to come. With `core` the cases of fine print and scale are `skipped` in the report, which
        then says at most that core was reached: ask `report.level.reaches(level)`. It saves no time.
    seed : int, optional
        Seed of the hidden inputs; fresh and secret by default.
    confinement : ConfinementMode or str, default=ConfinementMode.AUTO
        What to do where the kernel cannot confine.
    catalog : Path, optional
        Root of the exercises; by default found as `kata` finds it.

    Returns
    -------
    Report
        Whatever the solution did. One that cannot be read as Python source is `invalid`.

    Raises
    ------
    UnknownExercise
        When there is no such exercise.
    GraderFault
        When the grader broke; the solution is not to blame.

    Examples
    --------
    >>> import grader
    >>> report = grader.grade("softmax", "def softmax(x, axis=-1): return x", level="core")  # doctest: +SKIP
    >>> report.level, report.points  # doctest: +SKIP
    (<Level.NONE: 'none'>, 2.0)
    """
    found = grade_many([(slug, source)], level=level, seed=seed, confinement=confinement, catalog=catalog)
    with closing(found) as reports:
        return next(reports)[1]


def grade_many(
    solutions: Iterable[tuple[str, str | Path]],
    *,
    level: Level | str = Level.FULL,
    seed: int | None = None,
    processes: int = 1,
    confinement: ConfinementMode | str = ConfinementMode.AUTO,
    catalog: Path | None = None,
) -> Generator[tuple[int, Report]]:
    """Grade solutions as they come, and yield each report as soon as it is there.

    The next solution is asked for when a process is free, so an endless source fits into memory. What one solution does
    changes nothing for another. Closing the generator ends every process.

    Parameters
    ----------
    solutions : iterable of (str, str or Path)
        Name of the exercise, and Python source or the file that holds it.
    level : Level or str, default=Level.FULL
        As for `grade`.
    seed : int, optional
        Seed of the hidden inputs of all; each draws its own by default.
    processes : int, default=1
        How many to grade at the same time.
    confinement : ConfinementMode or str, default=ConfinementMode.AUTO
        What to do where the kernel cannot confine.
    catalog : Path, optional
        Root of the exercises; by default found as `kata` finds it.

    Yields
    ------
    tuple of (int, Report)
        Place of the solution in the input, from 0, and its report.

    Raises
    ------
    UnknownExercise
        When there is no such exercise.
    GraderFault
        When the grader broke on one of them.
    """
    opened = open_catalog(catalog)
    wanted = Level(level)
    jobs = (job_of(opened.exercise(slug), source) for slug, source in solutions)
    with closing(grade_all(jobs, settings_of(opened, confinement, seed), processes, apart=True)) as results:
        for result in results:
            yield result.number, _restricted(judged(result.job, result.outcome), wanted)


class Reward:
    """Rewards for completions, with processes that stay warm between calls.  Use it as a context manager, or close it.

    It is called as trainers for reinforcement learning call a reward function: lists in, a list out, columns of the data set by
    name. A completion that is a list of messages counts with the content of the last.

    Parameters
    ----------
    kind : Kind or str, default=Kind.SHARE
        `core` and `full` are 1 for a level that is reached; `share` is the share of the points, from 0 to 1.
    processes : int, default=1
        How many to grade at the same time.
    seed : int, optional
        Seed of the hidden inputs. Fresh ones by default, so that a policy cannot learn them.
    confinement : ConfinementMode or str, default=ConfinementMode.STRICT
        A policy that is trained against a grader looks for a way around it.
    catalog : Path, optional
        Root of the exercises; by default found as `kata` finds it.

    Raises
    ------
    GraderFault
        On a call, when the grader broke: a fault of ours must not become a reward.

    Examples
    --------
    >>> from grader import Reward
    >>> with Reward("core", processes=4) as reward:  # doctest: +SKIP
    ...     reward(completions=["def f(): ..."], task_id=["softmax"])
    [0.0]
    """

    def __init__(
        self,
        kind: Kind | str = Kind.SHARE,
        *,
        processes: int = 1,
        seed: int | None = None,
        confinement: ConfinementMode | str = ConfinementMode.STRICT,
        catalog: Path | None = None,
    ) -> None:
        self.__name__ = f"kata_{Kind(kind)}"  # trainers log a reward under its name
        self._kind = Kind(kind)
        self._catalog: Catalog = open_catalog(catalog)
        self._settings = replace(settings_of(self._catalog, confinement, seed), diagnosed=False)
        self._processes = processes
        self._pool: Pool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes; the next call starts new ones."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.__exit__(None, None, None)

    def __call__(self, completions: Sequence[Any], task_id: Sequence[str], **_: object) -> list[float]:
        """Return a reward for each completion.

        Parameters
        ----------
        completions : sequence of str or of messages
            What the model said: Python, or Markdown with Python between fences.
        task_id : sequence of str
            The exercise of each, `softmax` or `mlkata/softmax`.
        """
        if self._pool is None:
            from grader.classes.pool import Pool

            self._pool = Pool(self._processes).__enter__()
        exercises = [self._catalog.exercise(name.rpartition("/")[2]) for name in task_id]
        pairs = zip(exercises, completions, strict=True)
        jobs = [job_of(exercise, code_of(_said(completion), exercise)) for exercise, completion in pairs]
        rewards = [0.0] * len(jobs)
        try:
            for number, outcome in self._pool.run(jobs, self._settings):
                rewards[number] = reward_of(judged(jobs[number], outcome), self._kind)
        except BaseException:
            self.close()  # some are still at work on this call
            raise
        return rewards


def reward_of(report: Report, kind: Kind | str = Kind.SHARE) -> float:
    """Return the reward that a report is worth, from 0 to 1.

    Parameters
    ----------
    report : Report
        Of the judge.
    kind : Kind or str, default=Kind.SHARE
        As for `Reward`.
    """
    if Kind(kind) is Kind.SHARE:
        return share(report, Level.FULL)
    return float(report.level.reaches(Level(kind)))


def judged(job: Job, outcome: Report | Fault) -> Report:
    """Return the report that came of a job.

    Raises
    ------
    GraderFault
        When none did.
    """
    if isinstance(outcome, Report):
        return outcome
    raise GraderFault(f"{job.exercise.slug}: {outcome}")


def _said(completion: Any) -> str:
    if isinstance(completion, str):
        return completion
    last = completion[-1] if completion else {}
    content = last.get("content") if isinstance(last, dict) else getattr(last, "content", "")
    return content if isinstance(content, str) else ""


def job_of(exercise: Exercise, source: str | Path) -> Job:
    """Return the job of grading a solution; one that cannot be read is invalid."""
    try:
        if isinstance(source, Path):
            return Job(exercise, read_submission(source, exercise.slug))
        return Job(exercise, submission_from_text(exercise.slug, source))
    except SubmissionUnreadable as error:
        nothing = submission_from_bytes(b"", exercise.slug, Path(f"{exercise.slug}.py"))
        return Job(exercise, nothing, refused=str(error))


def settings_of(catalog: Catalog, confinement: ConfinementMode | str, seed: int | None) -> Settings:
    """Return settings under which no worker may read the catalogue."""
    return Settings(ConfinementMode(confinement), seed=seed, feedback=Feedback.FULL, secret=catalog.roots)


def _restricted(report: Report, level: Level) -> Report:
    """Leave out what was not asked for: the cases stay, as skipped ones, so that the points are out of the same number."""
    if level is not Level.CORE or report.verdict in {Verdict.GRADER_FAULT, Verdict.INVALID}:
        return report
    cases = tuple(
        case
        if case.layer is Layer.CORE
        else replace(
            case, verdict=Verdict.SKIPPED, points=0.0, message="Only core was asked for.", output="", measures=()
        )
        for case in report.cases
    )
    return replace(
        report, cases=cases, verdict=worst(case.verdict for case in cases), points=sum(c.points for c in cases)
    )


def tasks(catalog: Path | None = None) -> Iterator[Exercise]:
    """Yield every exercise, for whoever makes a data set of them."""
    yield from open_catalog(catalog).exercises
