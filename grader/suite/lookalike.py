"""Has planted mistakes answer what a failed submission was asked, to see which of them answers the same."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from grader.content.diagnosis import suspects, to_ask, verdict_on
from grader.content.mutants import mutated
from grader.errors import GraderError
from grader.intake.submission import read_submission, submission_from_text
from grader.suite.run import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model import CaseResult, Diagnosis, Exercise
    from grader.sandbox import Sandbox
    from grader.suite.suites import Suites

_PATIENCE_S: Final = 2.0  # nobody waits longer for the name of a mistake


def diagnose(
    exercise: Exercise, cases: Sequence[CaseResult], seed: int, sandbox: Sandbox, suites: Suites
) -> Diagnosis | None:
    """Return the planted mistake that a submission shares.

    Parameters
    ----------
    exercise : Exercise
        What was asked.
    cases : sequence of CaseResult
        Every case of the submission.
    seed : int
        Of its inputs, which the mistakes are given too.
    sandbox : Sandbox
        Where the mistakes run, like any submission.
    suites : Suites
        The hidden tests that were collected.

    Returns
    -------
    Diagnosis or None
        None where the evidence is weak.
    """
    suspected = suspects(exercise, cases)
    names = tuple(case.name for case in to_ask(cases))
    answers: dict[str, Sequence[CaseResult]] = {}
    patience = time.monotonic() + _PATIENCE_S
    for suspect in suspected:
        if not names or time.monotonic() > patience:
            break
        source = mutated(exercise, suspect.mutant)
        try:
            answers[suspect.mutant.name] = _answers(exercise, source, seed, sandbox, suites, names)
        except GraderError:
            continue  # the verdict stands without a name
    return verdict_on(suspected, cases, answers)


def _answers(
    exercise: Exercise, source: str, seed: int, sandbox: Sandbox, suites: Suites, names: tuple[str, ...]
) -> list[CaseResult]:
    reference = read_submission(exercise.reference_path)
    run = Run(exercise, submission_from_text(exercise.slug, source), reference, sandbox, seed, only=names)
    try:
        suites.run(run)
        return run.results
    finally:
        run.close()
