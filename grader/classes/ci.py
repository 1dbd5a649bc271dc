"""Grade what a fork or a class hands in: its stubs and nothing else, with content from the trusted checkout."""

from __future__ import annotations

import ast
import re
import subprocess
from contextlib import closing
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from grader.classes.batch import grade_all
from grader.classes.job import Fault, Job, Result, Settings, fault_of
from grader.errors import UsageError
from grader.intake.folder import Change, Intake, Refusal, Taken, names_of, protected, stub_path
from grader.intake.manifest import MANIFEST, decode, encoded, handed_out, read_regular
from grader.intake.shape import opened
from grader.intake.submission import submission_from_bytes
from grader.model import Level, Verdict
from grader.practice.stub_file import pristine_stub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grader.content.catalog import Catalog
    from grader.intake.manifest import Given, Manifest
    from grader.intake.shape import Shape
    from grader.model import CaseResult, Exercise, Report, Submission


_T = TypeVar("_T")


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
        The submission that a stranger controls: a checkout, an unpacked folder, flat files, a zip of these, or one file.
    base : str or None
        Revision of the trusted repository that the submission began from; what is as it was there is untouched.
    manifest : Path or None
        Manifest of the class release that the submission began from. All of its exercises are then reported, so that a
        mark is out of the same points for everybody. Where it says which seed a candidate was given, that counts unless
        the settings have one.
    shard : tuple of int
        Which part of how many of what was changed: `(1, 1)` is everything.
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
    given : Given or None
        What the manifest says that one candidate was given.
    handed_in : tuple of Submission
        What was graded, in the order of the catalogue.
    """

    reports: tuple[Report, ...]
    refusals: tuple[Refusal, ...]
    untouched: int
    faulty: tuple[Result, ...] = ()
    missing: tuple[str, ...] = ()
    stopped: bool = False
    given: Given | None = None
    handed_in: tuple[Submission, ...] = ()

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
        Reports of changed stubs; with `Only.ALL` or a manifest also of those that are untouched or missing, with none
        of their points. After Ctrl-C those that were complete.

    Raises
    ------
    UsageError
        When the folder, the revision or the manifest cannot be read.
    ConfinementRefused
        When the machine cannot confine workers as strictly as was asked.
    """
    manifest = None if request.manifest is None else _Released(request.manifest)
    exercises = [catalog.exercise(slug) for slug in _universe(catalog, manifest)]
    legitimate = _legitimate(catalog, request, manifest)
    with opened(request.folder, exercises) as (intake, shape):
        looked = [_look(intake, exercise, legitimate, shape) for exercise in exercises]
        refusals = tuple(_refusals(intake, shape, looked, legitimate, manifest)) if request.shard[0] == 1 else ()
    report_all = request.only is Only.ALL or manifest is not None
    mine = _shard([one for one in looked if _is_work(one)], request.shard)
    idle = [one for one in looked if isinstance(one, Taken) and not _is_work(one)] if report_all else []
    idle = _shard(idle, request.shard)
    started = [_job(one) for one in mine if isinstance(one, Taken)]
    jobs = started + [_idle_job(one, shape) for one in idle]
    given = manifest.manifest.given if manifest is not None else None
    settings = request.settings
    if settings.seed is None and given is not None:
        settings = replace(settings, seed=given.seed)
    results = {one.job.exercise.slug: one for one in mine if isinstance(one, Result)}
    stopped = False
    try:
        with closing(grade_all(jobs, settings, request.processes, apart=True)) as coming:
            for result in coming:
                told = _not_started(result) if result.number >= len(started) else _with_place(result)
                results[result.job.exercise.slug] = told
                observe(told.report, len(jobs))
    except KeyboardInterrupt:
        stopped = True
    return Outcome(
        tuple(results[exercise.slug].report for exercise in exercises if exercise.slug in results),
        refusals,
        untouched=sum(not _is_work(one) for one in looked),
        faulty=tuple(result for result in results.values() if result.fault is not None),
        missing=tuple(job.exercise.slug for job in jobs if job.exercise.slug not in results),
        stopped=stopped,
        given=given,
        handed_in=tuple(job.submission for job in started),
    )


class _Released:
    """A manifest that was read once: it decides whether a submission changed its copy."""

    def __init__(self, path: Path) -> None:
        self.data = read_regular(path)
        self.manifest: Manifest = decode(self.data, path)

    @property
    def names(self) -> frozenset[str]:
        """Git object names of the copy that was handed out."""
        if self.manifest.given is None:
            return names_of(self.data)
        return names_of(encoded(handed_out(self.manifest)))


def _universe(catalog: Catalog, released: _Released | None) -> list[str]:
    """Return the exercises that count: those of the manifest or, without one, all of them."""
    if released is None:
        return list(catalog.slugs)
    listed = {entry.slug for entry in released.manifest.exercises}
    if unknown := sorted(listed - set(catalog.slugs)):
        raise UsageError(
            f"The manifest lists {unknown[0]!r}, which is no exercise of {catalog.root}.",
            "Use the checkout that the release was made from, or make the release anew.",
        )
    return [slug for slug in catalog.slugs if slug in listed]


def _is_work(looked: Taken | Result) -> bool:
    """Whether somebody handed something in, or the exercise is broken, so that there is something to do."""
    return isinstance(looked, Result) or looked.change in {Change.CHANGED, Change.REFUSED}


def _refusals(
    intake: Intake,
    shape: Shape,
    looked: Sequence[Taken | Result],
    legitimate: Mapping[str, frozenset[str]],
    released: _Released | None,
) -> Iterator[Refusal]:
    """Yield what makes a run red whatever the stubs are worth."""
    graded = {one.path for one in looked if isinstance(one, Taken) and one.change is Change.REFUSED}
    unreadable = [one for one in intake.unreadable() if one.path not in graded]
    yield from unreadable
    if shape.problem:
        yield Refusal("submission", shape.problem)
        return
    if not shape.is_tree:
        return
    told = {one.path for one in unreadable}
    yield from (one for one in intake.tampered(legitimate) if one.path not in told)
    for one in looked:
        if released is None or isinstance(one, Result) or one.change is not Change.MISSING:
            continue
        other = shape.elsewhere.get(one.exercise.slug)
        yield Refusal(one.path, f"is missing; {other} lies elsewhere, move it here" if other else "is missing")


def _idle_job(taken: Taken, shape: Shape) -> Job:
    """Return the job that finds out what an exercise is worth of which nothing was handed in; no worker is started."""
    told = "The stub is as it was handed out."
    if taken.change is Change.MISSING:
        other = shape.elsewhere.get(taken.exercise.slug)
        told = f"{taken.path} is missing" + (f"; {other} lies elsewhere." if other else ".")
    return Job(taken.exercise, submission_from_bytes(b"", taken.exercise.slug, Path(taken.path)), refused=told)


def _not_started(result: Result) -> Result:
    """Return the result of an idle job as what it is: none of the points, and nothing invalid."""
    report = result.outcome
    if isinstance(report, Fault):
        return result
    nothing = replace(
        report,
        verdict=Verdict.NOT_STARTED,
        submission_hash="",
        message=result.job.refused,
        cases=tuple(replace(case, verdict=Verdict.NOT_STARTED, points=0.0, message="") for case in report.cases),
        points=0.0,
    )
    return replace(result, outcome=nothing)


def _with_place(result: Result) -> Result:
    """Return a result in which each time-out names a line: where its process did not say one, that of the function's beginning."""
    report = result.outcome
    if isinstance(report, Fault) or all(case.verdict is not Verdict.TIMED_OUT for case in report.cases):
        return result
    begins = _definitions(result.job.submission.source)
    file = Path(report.submission_path).name

    def placed(case: CaseResult) -> CaseResult:
        if f"({file} line " in case.message:
            return case
        called = re.match(r"([\w.]+)\(", case.message)
        line = begins.get(called[1].rpartition(".")[2]) if called and case.verdict is Verdict.TIMED_OUT else None
        return case if line is None else replace(case, message=f"{case.message}\n  {file}:{line}")

    return replace(result, outcome=replace(report, cases=tuple(map(placed, report.cases))))


def _definitions(source: str) -> dict[str, int]:
    """Return the line in which each function of a source begins; of several with one name the first."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, int] = {}
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.setdefault(node.name, node.lineno)
    return found


def _look(intake: Intake, exercise: Exercise, legitimate: Mapping[str, frozenset[str]], shape: Shape) -> Taken | Result:
    """Look at a stub; where the exercise is broken, that is the fault of this one and not the end of all."""
    known = legitimate.get(stub_path(exercise), frozenset())

    def pristine() -> Iterator[bytes]:  # derived only where the content is no known one
        yield pristine_stub(exercise)

    try:
        return intake.take(exercise, known, pristine(), shape.place(exercise))
    except Exception as error:  # noqa: BLE001  whatever it is, the others are graded
        path = Path(stub_path(exercise))
        return Result(0, Job(exercise, submission_from_bytes(b"", exercise.slug, path)), fault_of(error))


def _job(taken: Taken) -> Job:
    submission = taken.submission or submission_from_bytes(b"", taken.exercise.slug, Path(taken.path))
    return Job(taken.exercise, submission, refused=taken.refusal)


def _shard(items: list[_T], shard: tuple[int, int]) -> list[_T]:
    """Return every n-th, so that each shard has as much to do, and neighbours of one track, which take alike, part."""
    number, of = shard
    return items[number - 1 :: of]


def _legitimate(catalog: Catalog, request: Request, released: _Released | None) -> dict[str, frozenset[str]]:
    """Return the git object names of the contents that protected files and stubs may have, by path."""
    found: dict[str, set[str]] = {}
    if released is not None:
        found = {path: {name} for path, name in released.manifest.files.items()}
        found[MANIFEST] = set(released.names)
    else:
        for root in catalog.roots:
            for path in _trusted_files(root):
                found.setdefault(path, set()).update(names_of((root / path).read_bytes()))
    if request.base is not None:
        for path, name in _tree(catalog.root, request.base):
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
