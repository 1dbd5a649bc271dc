"""Grade a submission: the whole pipeline on one screen."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from grader.candidate import Session, SubmissionFailed
from grader.content import catalog
from grader.content.examples import with_examples
from grader.errors import ContentError
from grader.intake import forbidden
from grader.intake.manifest import MANIFEST
from grader.intake.submission import read_submission
from grader.model import NOTHING_RAN, CaseResult, Confinement, Feedback, Report, Verdict, new_seed, worst
from grader.sandbox.pool import default_start_method
from grader.suite.lookalike import diagnose
from grader.suite.run import Run
from grader.suite.suites import Suites

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.model import Exercise, Submission
    from grader.sandbox import Sandbox
    from grader.suite.collection import Observer

_NO_EXAMPLES: Final = CaseResult(
    "examples", "The docstrings hold examples.", Verdict.INVALID, 0.0, 0.0, 0.0,
    "There are no examples in the docstrings of this file; those of the stub were removed.",
)  # fmt: skip


def grade(
    exercise: Exercise,
    submission: Submission,
    sandbox: Sandbox,
    *,
    suites: Suites | None = None,
    seed: int | None = None,
    feedback: Feedback = Feedback.FULL,
    fail_fast: bool = False,
    only: Sequence[str] = (),
    brief: bool = False,
    observe: Observer | None = None,
    refused: str = "",
    diagnosed: bool = True,
) -> Report:
    """Run the hidden tests of an exercise on a submission.

    Parameters
    ----------
    exercise : Exercise
        What was asked.
    submission : Submission
        What was handed in.
    sandbox : Sandbox
        Where the submission runs.
    suites : Suites, optional
        Hidden tests that were collected before; whoever grades more than once gives the same again, and workers for
        the next grade are then started when this one is over.
    seed : int, optional
        Seed of the hidden inputs; secret and fresh by default.
    feedback : Feedback, default=Feedback.FULL
        How much the rendered report may tell.
    fail_fast : bool, default=False
        Whether to stop at the first case that does not pass.
    only : sequence of str, optional
        Names of the cases to run, in this order; all of them in the order of the file by default.
    brief : bool, default=False
        Whether nobody will read the messages; counterexamples are then not made smaller, which takes long.
    observe : callable, optional
        Told each result as it comes, with the number of all cases.
    refused : str, default=""
        Why the submission is not to be run; every case is then invalid.
    diagnosed : bool, default=True
        Whether a known mistake is looked for where the submission failed.

    Returns
    -------
    Report
        The verdict, written after the submission's processes are dead.

    Raises
    ------
    GraderError
        If the exercise is broken or the sandbox is not to be had; never for what a submission does.
    """
    if not exercise.tests_path.exists() and (exercise.folder.parents[2] / MANIFEST).exists():
        raise ContentError(
            "A class release holds no hidden tests.",
            f"Push to have it graded; `kata run {exercise.slug}` runs the examples.",
        )
    started = time.perf_counter()
    seed = new_seed() if seed is None else seed
    catalog.expect_solutions(exercise)
    reference = read_submission(exercise.reference_path)
    refused = refused or "; ".join(forbidden.uses(submission, exercise))
    run = Run(exercise, submission, reference, sandbox, seed, refused=refused, only=tuple(only), brief=brief)
    run.order(reference=False)
    more, suites = suites is not None, suites or Suites()
    try:
        suites.run(run, fail_fast=fail_fast, observe=observe)
    finally:
        usage = run.close()
    report = _report(exercise, submission, sandbox, seed, tuple(run.results), started)
    diagnosed = diagnosed and not (brief or only or fail_fast)
    diagnosis = diagnose(exercise, run.results, seed, sandbox, suites) if diagnosed else None
    if more:  # whoever keeps the tests grades again
        run.prepare()
    messages = {c.message for c in run.results}
    return replace(
        report,
        confinement=run.confinement or report.confinement,
        message=messages.pop() if len(messages) == 1 and report.verdict is not Verdict.PASSED else "",
        cpu_s=usage.cpu_s,
        peak_memory_mb=usage.peak_memory_mb,
        feedback=feedback,
        diagnosis=diagnosis,
    )


def rehearse(exercise: Exercise, sandbox: Sandbox, suites: Suites, seed: int, until: Callable[[], bool]) -> None:
    """Have our solution pass the cases with a seed, while nobody waits: the next grade with it knows what was drawn and answered.

    Parameters
    ----------
    exercise : Exercise
        What the next submission is asked.
    sandbox : Sandbox
        Where it will run.
    suites : Suites
        The hidden tests that it will be given.
    seed : int
        The seed that it will be given.
    until : callable
        Tells whether somebody waits, so that the rest is left.

    Raises
    ------
    GraderError
        If the exercise is broken or the sandbox is not to be had.
    """
    catalog.expect_solutions(exercise)
    reference = read_submission(exercise.reference_path)
    run = Run(exercise, reference, reference, sandbox, seed)
    run.order(reference=False)
    try:
        suites.run(run, until=until)
    finally:
        run.close()
    run.prepare(sure=True)


def untouched(exercise: Exercise, path: str) -> Report:
    """Return the report on a stub that nobody changed, without running anything.

    Parameters
    ----------
    exercise : Exercise
        Whose stub.
    path : str
        Where it lies.
    """
    nothing = Confinement("unconfined", 0, seccomp=False, rlimits=False, start_method=default_start_method(),
                          missing=NOTHING_RAN)  # fmt: skip
    return Report(
        exercise=exercise.slug,
        title=exercise.title,
        verdict=Verdict.NOT_STARTED,
        points=0.0,
        max_points=0.0,
        duration_s=0.0,
        confinement=nothing,
        seed=0,
        content_hash=catalog.content_hash(exercise),
        submission_hash="",
        submission_path=path,
        cases=(),
    )


def run_examples(exercise: Exercise, submission: Submission, sandbox: Sandbox, stub: str = "") -> Report:
    """Run the examples in the docstrings of a submission and of its stub, and nothing else.

    Parameters
    ----------
    exercise : Exercise
        What was asked.
    submission : Submission
        What was handed in.
    sandbox : Sandbox
        Where the submission runs.
    stub : str, default=""
        Source of the pristine stub, whose examples run even where the attempt no longer holds them.

    Returns
    -------
    Report
        One case for each example, worth no points.
    """
    started = time.perf_counter()
    session = Session(sandbox, exercise, with_examples(submission, stub) if stub else submission)
    session.begin_case()
    try:
        cases = [_example(*row) for row in _each_once(session.examples())] or [_NO_EXAMPLES]
    except SubmissionFailed as failure:
        cases = [CaseResult("examples", "The examples run.", failure.verdict, 0.0, 0.0, 0.0, failure.message)]
    finally:
        output = session.output()
        session.close()
    if cases and output:
        cases[-1] = replace(cases[-1], output=output)
    report = _report(exercise, submission, sandbox, 0, tuple(cases), started)
    return replace(report, confinement=session.confinement or report.confinement)


def _each_once(rows: list[list[Any]]) -> Iterator[list[Any]]:
    """Yield rows without those that say again what the stub's own examples said."""
    seen: set[tuple[str, ...]] = set()
    for name, line, source, want, got, passed in rows:
        where = str(name).replace(".__test__.", ".")  # where examples of the stub were put
        example = (where, str(source).strip(), str(want).strip())
        if example not in seen:
            yield [where, line, source, want, got, passed]
        seen.add(example)


def _example(name: object, line: object, source: object, want: object, got: object, passed: object) -> CaseResult:
    told = str(got).strip().removesuffix(":")
    if passed is True:
        verdict = Verdict.PASSED
    elif told.startswith("NotImplementedError"):
        verdict = Verdict.NOT_STARTED
    else:
        verdict = Verdict.WRONG
    message = "" if passed is True else f"gave {told or 'nothing'}; expected {str(want).strip() or 'nothing'}."
    title = str(source).strip()
    return CaseResult(f"{name}:{line}", title, verdict, 0.0, 0.0, 0.0, message)


def _report(
    exercise: Exercise,
    submission: Submission,
    sandbox: Sandbox,
    seed: int,
    cases: tuple[CaseResult, ...],
    started: float,
) -> Report:
    not_started = Confinement("unconfined", 0, seccomp=False, rlimits=False, start_method=sandbox.start_method,
                              missing=NOTHING_RAN)  # fmt: skip
    return Report(
        exercise=exercise.slug,
        title=exercise.title,
        verdict=worst(c.verdict for c in cases),
        points=sum(c.points for c in cases),
        max_points=sum(c.max_points for c in cases),
        duration_s=time.perf_counter() - started,
        confinement=not_started,
        seed=seed,
        content_hash=catalog.content_hash(exercise) if exercise.tests_path.exists() else "",
        submission_hash=submission.sha256,
        submission_path=str(submission.path or submission.name),
        cases=cases,
    )
