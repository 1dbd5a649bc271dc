"""What those libraries need of us: questions to put to a model, and a judge that many may ask at the same time."""

from __future__ import annotations

import atexit
import queue
from typing import TYPE_CHECKING, Final, Self

from grader.classes.api import job_of, judged, settings_of
from grader.classes.sample import code_of
from grader.content.catalog import find_packs, find_root, load_catalog, read_content
from grader.errors import UsageError
from grader.model import ConfinementMode, Difficulty, Verdict
from grader.practice.stub_file import pristine_stub

if TYPE_CHECKING:
    from pathlib import Path

    from grader.classes.pool import Pool
    from grader.model import Exercise, Report

_TASK: Final = "Complete this file. Answer with the whole file in one Markdown block of Python."
_MOST_WORDS: Final = 2000


class Examiner:
    """Asks and judges.  Threads may share one: as many are served at a time as there are processes, and the others wait.

    It closes itself when the program ends.

    Parameters
    ----------
    processes : int, default=1
        How many to grade at the same time.
    seed : int, optional
        Seed of the hidden inputs; fresh for each solution by default.
    confinement : ConfinementMode or str, default=ConfinementMode.STRICT
        A model that is trained against a grader looks for a way around it.
    catalog : Path, optional
        Root of the exercises; by default found as `kata` finds it.
    """

    def __init__(
        self,
        *,
        processes: int = 1,
        seed: int | None = None,
        confinement: ConfinementMode | str = ConfinementMode.STRICT,
        catalog: Path | None = None,
    ) -> None:
        root = find_root() if catalog is None else catalog
        self._catalog = load_catalog(root, find_packs(root) if catalog is None else ())
        self._settings = settings_of(self._catalog, confinement, seed)
        self._free: queue.SimpleQueue[Pool | None] = queue.SimpleQueue()
        self._pools: list[Pool] = []
        for _ in range(processes):
            self._free.put(None)
        atexit.register(self.close)  # else the program would wait for processes that wait for it

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes; nobody may be asking."""
        atexit.unregister(self.close)
        pools, self._pools = self._pools, []
        for pool in pools:
            pool.__exit__(None, None, None)

    def exercises(self, *, slugs: str = "", track: str = "", difficulty: str = "") -> list[Exercise]:
        """Return exercises to ask.

        Parameters
        ----------
        slugs : str, default=""
            Names, separated by commas; all by default.
        track, difficulty : str, default=""
            Only those of this track, and only those that are as difficult.

        Raises
        ------
        UsageError
            When there is none, or a name is unknown.
        """
        names = [name.strip() for name in slugs.split(",") if name.strip()]
        found = [self._catalog.exercise(name.rpartition("/")[2]) for name in names]
        if not names:
            found = list(self._catalog.in_track(track) if track else self._catalog.exercises)
        elif track:
            found = [exercise for exercise in found if exercise.track == track]
        if difficulty:
            found = [exercise for exercise in found if exercise.difficulty is Difficulty(difficulty)]
        if not found:
            raise UsageError("No exercise is as asked.", "`kata list` shows what there is.")
        return found

    def question(self, exercise: Exercise) -> str:
        """Return what a model is asked: the prompt and the stub, and nothing that is hidden."""
        prompt = read_content(exercise.prompt_path).strip()
        return f"{prompt}\n\n{_TASK}\n\n```python\n{pristine_stub(exercise).decode().strip()}\n```\n"

    def report(self, slug: str, completion: str) -> Report:
        """Judge what a model said.

        Parameters
        ----------
        slug : str
            Name of the exercise.
        completion : str
            Markdown with Python between fences, or Python.

        Raises
        ------
        GraderFault
            When the grader broke: a fault of ours must not become a score.
        """
        exercise = self._catalog.exercise(slug)
        job = job_of(exercise, code_of(completion, exercise))
        pool = self._free.get()
        try:
            if pool is None:
                pool = self._start()
            outcomes = [outcome for _, outcome in pool.run([job], self._settings)]
        except BaseException:
            self._drop(pool)
            pool = None
            raise
        finally:
            self._free.put(pool)
        return judged(job, outcomes[0])

    def _start(self) -> Pool:
        from grader.classes.pool import Pool

        pool = Pool(1).__enter__()
        self._pools.append(pool)
        return pool

    def _drop(self, pool: Pool | None) -> None:
        if pool is not None:
            self._pools.remove(pool)
            pool.__exit__(None, None, None)


def words(report: Report) -> str:
    """Return in a few words why a report is what it is, for the log of an evaluation.

    Parameters
    ----------
    report : Report
        Of the judge.
    """
    failed = (f"{case.title} {case.message}" for case in report.cases if case.verdict is not Verdict.PASSED)
    text = report.message or next(failed, "Every case passed.")
    return f"{report.verdict}: {text}"[:_MOST_WORDS]
