"""The whole check of an exercise, cheap steps first."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

from grader.authoring.checks.finding import CheckReport, Finding, Severity, Step
from grader.authoring.checks.layout import check_files
from grader.authoring.checks.metadata import check_metadata
from grader.authoring.checks.planted import check_planted
from grader.authoring.checks.prompt import check_prompt
from grader.authoring.checks.proof import Proof, prove
from grader.authoring.checks.sources import check_solutions
from grader.authoring.checks.survival import Survival
from grader.authoring.checks.tests import check_tests
from grader.model import Layer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.authoring.checks.proof import Progress
    from grader.model import Exercise
    from grader.sandbox import Sandbox

_READING: tuple[tuple[Step, Callable[[Exercise], Iterator[Finding]]], ...] = (
    (Step.METADATA, check_metadata),
    (Step.PROMPT, check_prompt),
    (Step.SOLUTIONS, check_solutions),
    (Step.PLANTED, check_planted),
    (Step.TESTS, check_tests),
)
_CANNOT_GO_ON = frozenset({"missing-file", "unreadable-file"})


def check(
    exercise: Exercise,
    sandbox: Sandbox,
    *,
    mutants: Literal["all", "declared"] = "all",
    seeds: Sequence[int] = (1, 2, 3),
    progress: Progress = lambda _what, _done, _total: None,
) -> CheckReport:
    """Check an exercise against the rules that let it land.

    What can be read is checked before anything runs, and what was written by hand runs before
    automatic mutants do. A step is skipped while an error of an earlier one would only be repeated.

    Parameters
    ----------
    exercise : Exercise
        Exercise to check.
    sandbox : Sandbox
        Where submissions run.
    mutants : {"all", "declared"}, default="all"
        Whether to try automatic mutants too, which takes minutes.
    seeds : sequence of int, default=(1, 2, 3)
        Seeds that the reference must pass with, and with which declared mutants must be caught; the first one serves
        all other runs.
    progress : callable, optional
        Called before each run with what runs, how many are done and how many there are.

    Returns
    -------
    CheckReport
        Findings in the order of the steps.
    """
    started = time.perf_counter()
    proof = Proof()
    survival = Survival(exercise, sandbox, proof, seed=seeds[0])
    plan = [Step.FILES, *(step for step, _ in _READING), Step.PROOF, *([Step.MUTATION] if mutants == "all" else [])]
    steps: list[Step] = []
    findings: list[Finding] = []

    def run(step: Step, found: Iterator[Finding]) -> None:
        steps.append(step)
        findings.extend(found)

    run(Step.FILES, check_files(exercise))
    if not any(finding.code in _CANNOT_GO_ON for finding in findings):
        for step, read in _READING:
            if step is Step.PLANTED and any(finding.code == "syntax" for finding in findings):
                break  # edits of what is no Python say nothing
            run(step, read(exercise))
        if not _has_error(findings):
            run(Step.PROOF, prove(exercise, sandbox, proof, seeds=seeds, progress=progress))
        if mutants == "all" and not _has_error(findings):
            run(Step.MUTATION, survival.run(progress))
    return CheckReport(
        exercise=exercise.slug,
        steps=tuple(steps),
        skipped=tuple(step for step in plan if step not in steps),
        findings=tuple(findings),
        declared=proof.declared,
        automatic=survival.count,
        cases=proof.listed,
        layers=tuple(sum(found is layer for found in proof.layers.values()) for layer in Layer),
        patterns=tuple(proof.patterns),
        duration_s=time.perf_counter() - started,
    )


def _has_error(findings: list[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)
