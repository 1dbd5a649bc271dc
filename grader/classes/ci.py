"""Grade what a fork or a class hands in: its stubs and nothing else, with content from the trusted checkout."""

from __future__ import annotations

import subprocess
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from grader.classes.batch import grade_all
from grader.classes.job import Job, Result, Settings, fault_of
from grader.content.catalog import content_hash
from grader.errors import UsageError
from grader.intake.folder import Change, Intake, blob_name, protected, stub_path
from grader.intake.manifest import MANIFEST, decode, read_regular
from grader.intake.submission import submission_from_bytes
from grader.model import Level, Verdict
from grader.practice.stub_file import pristine_stub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grader.content.catalog import Catalog
    from grader.intake.folder import Refusal, Taken
    from grader.model import Exercise, Report


class Only(StrEnum):
    """Which exercises are reported."""

    CHANGED = "changed"
    ALL = "all"


class FailOn(StrEnum):
    """What makes a run fail."""

    NOT_PASSED = "not-passed"
    WRONG = "wrong"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be graded, and how.

    Attributes
    ----------
    folder : Path
        The submission: a checkout or an unpacked folder that a stranger controls.
    base : str or None
        Revision of the trusted repository that the submission began from; what is as it was there is untouched.
    manifest : Path or None
        Manifest of the class release that the submission began from.
    shard : tuple of int
        Which part of how many: `(1, 1)` is everything.
    """

    folder: Path
    base: str | None = None
    manifest: Path | None = None
    only: Only = Only.CHANGED
    shard: tuple[int, int] = (1, 1)
    settings: Settings = field(default_factory=Settings)
    processes: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request.

    Attributes
    ----------
    reports : tuple of Report
        In the order of the catalogue.
    refusals : tuple of Refusal
        Files that the submission may not change, and did. They were not used.
    untouched : int
        Exercises of this shard whose stub nobody changed.
    faulty : tuple of Result
        What could not be graded, and why; each has a report as well.
    missing : tuple of str
        Exercises that were still to be graded when the run was stopped.
    stopped : bool
        Whether Ctrl-C stopped the run.
    """

    reports: tuple[Report, ...]
    refusals: tuple[Refusal, ...]
    untouched: int
    faulty: tuple[Result, ...] = ()
    missing: tuple[str, ...] = ()
    stopped: bool = False

    def exit_code(self, fail_on: FailOn, level: Level = Level.FULL) -> int:
        """Return 3 where the grader broke, 1 where `fail_on` says so, else 0.

        Parameters
        ----------
        fail_on : FailOn
            What makes a run fail.
        level : Level, default=Level.FULL
            How far each report must come to pass.
        """
        if any(report.verdict is Verdict.GRADER_FAULT for report in self.reports):
            return 3
        if fail_on is FailOn.NEVER:
            return 0
        short = [report for report in self.reports if not report.level.reaches(level)]
        if fail_on is FailOn.WRONG:
            short = [report for report in short if report.verdict is not Verdict.NOT_STARTED]
        return 1 if self.refusals or short else 0


def grade_request(
    catalog: Catalog, request: Request, observe: Callable[[Report, int], None] = lambda *_: None
) -> Outcome:
    """Grade a submission folder.

    Parameters
    ----------
    catalog : Catalog
        The trusted checkout: tests, references and settings come from nowhere else.
    request : Request
        What is to be graded.
    observe : callable, optional
        Told each report as it comes, with the number of all that are graded.

    Returns
    -------
    Outcome
        Reports of changed stubs; with `Only.ALL` also of untouched ones, which cost no time. After Ctrl-C those that
        were complete.

    Raises
    ------
    UsageError
        When the folder, the revision or the manifest cannot be read.
    ConfinementRefused
        When the machine cannot confine workers as strictly as was asked.
    """
    legitimate = _legitimate(catalog.root, request)
    with Intake(request.folder) as intake:
        refusals = tuple(intake.tampered(legitimate)) if request.shard[0] == 1 else ()
        mine = [catalog.exercise(slug) for slug in _shard(catalog.slugs, request.shard)]
        looked = [_look(intake, exercise, legitimate, request.only) for exercise in mine]
    taken = [one for one in looked if not isinstance(one, Result)]
    jobs = [_job(one) for one in taken if one.change is not Change.UNCHANGED]
    results = {one.job.exercise.slug: one for one in looked if isinstance(one, Result)}
    stopped = False
    try:
        with closing(grade_all(jobs, request.settings, request.processes, apart=True)) as coming:
            for result in coming:
                results[result.job.exercise.slug] = result
                observe(result.report, len(jobs))
    except KeyboardInterrupt:
        stopped = True
    reports = {slug: result.report for slug, result in results.items()}
    if request.only is Only.ALL:
        from grader.judge import untouched  # pytest comes with it, which only the processes of the pool need otherwise

        reports |= {
            one.exercise.slug: untouched(one.exercise, one.path) for one in taken if one.change is Change.UNCHANGED
        }
    return Outcome(
        tuple(reports[exercise.slug] for exercise in mine if exercise.slug in reports),
        refusals,
        untouched=sum(one.change is Change.UNCHANGED for one in taken),
        faulty=tuple(result for result in results.values() if result.fault is not None),
        missing=tuple(job.exercise.slug for job in jobs if job.exercise.slug not in results),
        stopped=stopped,
    )


def _look(intake: Intake, exercise: Exercise, legitimate: Mapping[str, frozenset[str]], only: Only) -> Taken | Result:
    """Look at a stub; where the exercise is broken, that is the fault of this one and not the end of all."""
    try:
        taken = _take(intake, exercise, legitimate)
        if only is Only.ALL and taken.change is Change.UNCHANGED:
            content_hash(exercise)  # its report will need it
    except Exception as error:  # noqa: BLE001  whatever it is, the others are graded
        path = Path(stub_path(exercise))
        return Result(0, Job(exercise, submission_from_bytes(b"", exercise.slug, path)), fault_of(error))
    return taken


def _take(intake: Intake, exercise: Exercise, legitimate: Mapping[str, frozenset[str]]) -> Taken:
    """Look at a stub; the pristine text is derived only where the content is no known one."""
    known = legitimate.get(stub_path(exercise), frozenset())

    def pristine() -> Iterator[bytes]:
        yield pristine_stub(exercise)

    return intake.take(exercise, known, pristine())


def _job(taken: Taken) -> Job:
    submission = taken.submission or submission_from_bytes(b"", taken.exercise.slug, Path(taken.path))
    return Job(taken.exercise, submission, refused=taken.refusal)


def _shard(slugs: Sequence[str], shard: tuple[int, int]) -> list[str]:
    """Return every n-th slug, so that neighbours of one track, which take alike, go to different shards."""
    number, of = shard
    return list(slugs[number - 1 :: of])


def _legitimate(root: Path, request: Request) -> dict[str, frozenset[str]]:
    """Return the git object names of the contents that protected files and stubs may have, by path."""
    found: dict[str, set[str]] = {}
    if request.manifest is not None:
        data = read_regular(request.manifest)
        found = {path: {name} for path, name in decode(data, request.manifest).files.items()}
        found[MANIFEST] = {blob_name(data)}
    else:
        for path in _trusted_files(root):
            data = (root / path).read_bytes()
            found.setdefault(path, set()).add(blob_name(data))
    if request.base is not None:
        for path, name in _tree(root, request.base):
            found.setdefault(path, set()).add(name)
    return {path: frozenset(names) for path, names in found.items()}


def _trusted_files(root: Path) -> Iterator[str]:
    """Yield the protected files and the stubs of the trusted checkout."""
    with Intake(root) as intake:
        for path in intake.files():
            if protected(path) is not None or path.startswith("exercises/"):
                yield path


def _tree(root: Path, revision: str) -> Iterator[tuple[str, str]]:
    """Yield path and object name of every file of a revision of the trusted repository."""
    command = ["git", "-C", str(root), "ls-tree", "-r", "-z", "--full-tree", "--end-of-options", revision]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError as error:
        raise UsageError(f"git cannot be run ({error}).", "Install git, or leave --base out.") from None
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UsageError(
            f"{revision!r} is no revision of {root} ({told[-1] if told else 'git failed'}).",
            "Fetch it, or correct --base.",
        )
    for entry in done.stdout.split(b"\0"):
        meta, tab, path = entry.partition(b"\t")
        if tab:
            yield path.decode("utf-8", "surrogateescape"), meta.split()[2].decode()
