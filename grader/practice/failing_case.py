"""One failing case of an attempt, run again with a record of its calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.intake import forbidden
from grader.intake.submission import read_submission
from grader.judge import grade
from grader.model import Verdict, new_seed
from grader.suite.run import Run
from grader.suite.suites import Suites

if TYPE_CHECKING:
    from grader.candidate.record import Record
    from grader.model import CaseResult, Exercise, Submission
    from grader.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class FailingCase:
    """A case that failed, and what was asked of the attempt in it.

    Attributes
    ----------
    exercise : Exercise
        Whose case.
    submission : Submission
        What failed it.
    result : CaseResult
        What the grader says of it.
    record : Record
        The calls.
    seed : int
        What repeats it.
    """

    exercise: Exercise
    submission: Submission
    result: CaseResult
    record: Record
    seed: int


def find_failing_case(
    exercise: Exercise,
    submission: Submission,
    sandbox: Sandbox,
    *,
    name: str = "",
    seed: int | None = None,
    passing: bool = False,
) -> FailingCase | None:
    """Run the hidden tests until one fails, and return that one.

    Parameters
    ----------
    exercise : Exercise
        What was asked.
    submission : Submission
        What was handed in.
    sandbox : Sandbox
        Where it runs.
    name : str, default=""
        Name of the case, or of a test with several cases; the most basic failing case by default.
    seed : int, optional
        Seed of the hidden inputs; fresh by default.
    passing : bool, default=False
        Whether a case that is named may pass.

    Returns
    -------
    FailingCase or None
        None where nothing that was asked for fails.

    Raises
    ------
    UsageError
        If there is no such case.
    GraderError
        If the exercise is broken or the sandbox is not to be had.
    """
    seed = new_seed() if seed is None else seed
    results, record = _run(exercise, submission, sandbox, seed, name)
    if name and not results:
        report = grade(exercise, submission, sandbox, seed=seed, brief=True)
        names = [case.name for case in report.cases if case.name.partition("[")[0] == name]
        if not names:
            told = ", ".join(dict.fromkeys(case.name.partition("[")[0] for case in report.cases))
            raise UsageError(f"{exercise.slug} has no case {name!r}.", f"Name one of: {told}.")
        failed = [c.name for c in report.cases if c.name in names and c.verdict is not Verdict.PASSED]
        results, record = _run(exercise, submission, sandbox, seed, (failed or names)[0])
    failing = next((result for result in results if result.verdict is not Verdict.PASSED), None)
    if failing is None and name and passing:
        failing = results[-1]
    if failing is None or record is None:
        return None
    return FailingCase(exercise, submission, failing, record, seed)


def _run(
    exercise: Exercise, submission: Submission, sandbox: Sandbox, seed: int, name: str
) -> tuple[list[CaseResult], Record | None]:
    refused = "; ".join(forbidden.uses(submission, exercise))
    reference = read_submission(exercise.reference_path)
    only = (name,) if name else ()
    run = Run(exercise, submission, reference, sandbox, seed, refused=refused, only=only, recorded=True)
    try:
        Suites().run(run, fail_fast=True)
        return run.results, run.record
    finally:
        run.close()
