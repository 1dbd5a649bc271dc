"""Step 7: which automatic mutants the hidden tests let live."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from grader.authoring.checks.finding import Finding, KillCount
from grader.authoring.checks.proof import Proof, grader_fault, rejected_by
from grader.authoring.mutation import mutants
from grader.content.mutants import load_mutants
from grader.intake.submission import submission_from_text
from grader.judge import grade
from grader.model import Verdict
from grader.suite.suites import Suites

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.authoring.checks.proof import Progress
    from grader.authoring.mutation import AutomaticMutant
    from grader.content.mutants import Survivor
    from grader.model import Exercise, Report
    from grader.sandbox import Sandbox

LEAST_RATE = 0.95
MOST_JUSTIFIED = 0.1
LEAST_REASON = 20  # characters
# Runs that try every idle case, to see which of them ever reject anything.
_WHOLE_RUNS = 25


class Survival:
    """The automatic mutants of an exercise and what became of them.

    Parameters
    ----------
    exercise : Exercise
        Exercise whose reference passes.
    sandbox : Sandbox
        Where mutants run.
    proof : Proof
        What the declared mutants showed, once `run` is called.
    seed : int
        Seed of every run.
    """

    def __init__(self, exercise: Exercise, sandbox: Sandbox, proof: Proof, *, seed: int) -> None:
        self.count = KillCount()
        self._exercise = exercise
        self._sandbox = sandbox
        self._suites = Suites()
        self._seed = seed
        self._proof = proof
        self._listed: tuple[Survivor, ...] = ()

    def run(self, progress: Progress) -> Iterator[Finding]:
        """Grade every mutant, and yield what the survivors show.

        Parameters
        ----------
        progress : callable
            Told what runs, how many runs are done and how many there are.

        Yields
        ------
        Finding
            Faults of the grader, then survivors, then idle cases.
        """
        path = self._exercise.reference_path
        source = path.read_text(encoding="utf-8")
        every = mutants(source)
        self._listed = load_mutants(self._exercise).survivors
        # Mutants are written anew from the syntax tree. If that alone made a case fail, every kill would be empty.
        report = self._grade(ast.unparse(ast.parse(source)), self._proof.cases, fail_fast=True)
        if report.verdict is not Verdict.PASSED:
            message = "The reference does not pass once it is written anew from its syntax tree."
            yield Finding("reference-fails", path, message, "Let nothing depend on the layout of the source.")
            return
        survivors: list[str] = []
        for done, mutant in enumerate(_spread(every)):
            progress(mutant.name, done, len(every))
            report = self._verdict(mutant.source, self._proof.idle() if done < _WHOLE_RUNS else ())
            self._proof.killers |= rejected_by(report)
            if report.verdict is Verdict.GRADER_FAULT:
                yield grader_fault(path, report, f"the mutant `{mutant.name}`")
            elif report.verdict is Verdict.PASSED:
                survivors.append(mutant.name)
        progress("mutation", len(every), len(every))
        lines = {mutant.name: mutant.line for mutant in every}
        ordered = tuple(name for name in lines if name in survivors)
        justified = sum(survivor.mutation in ordered for survivor in self._listed)
        self.count = KillCount(len(every) - len(ordered), len(every), ordered, justified)
        yield from self._survivors(lines)
        for name in sorted({name.partition("[")[0] for name in self._proof.idle()}):
            message = f"{name} rejects no mutant: not one that is declared, and no automatic one that was tried."
            yield Finding("idle-case", self._exercise.tests_path, message, "Sharpen it, or declare its mistake.")

    def _verdict(self, source: str, idle: Sequence[str]) -> Report:
        """Grade a mutant: first all idle cases, to see which can reject it, then the others until one does."""
        if idle:
            report = self._grade(source, idle, fail_fast=False)
            if report.verdict is not Verdict.PASSED:
                return report
        others = [name for name in self._proof.cases if name not in idle]
        return self._grade(source, others, fail_fast=True) if others else report

    def _grade(self, source: str, cases: Sequence[str], *, fail_fast: bool) -> Report:
        submission = submission_from_text(self._exercise.slug, source)
        return grade(
            self._exercise, submission, self._sandbox, suites=self._suites,
            seed=self._seed, fail_fast=fail_fast, only=cases, brief=True,
        )  # fmt: skip

    def _survivors(self, lines: Mapping[str, int]) -> Iterator[Finding]:
        path = self._exercise.mutants_path
        listed = {survivor.mutation: survivor.reason for survivor in self._listed}
        for name in self.count.survivors:
            if name not in listed:
                message = f"Line {lines[name]} of the reference: the tests pass the mutant `{name}`."
                remedy = "Write a case that rejects it, or add it to [[survivors]] with the reason why none can."
                yield Finding("unexplained-survivor", path, message, remedy)
        for name, reason in listed.items():
            if name not in self.count.survivors:
                why = "is rejected" if name in lines else "does not exist"
                message = f"The listed survivor `{name}` {why}."
                yield Finding("stale-survivor", path, message, "Remove it from [[survivors]].")
            elif len(reason) < LEAST_REASON:
                message = (
                    f"The reason of the survivor `{name}` in line {lines[name]} of the reference is only: {reason}"
                )
                yield Finding("thin-reason", path, message, "Say why no input can tell it from the reference.")
        count = self.count
        if count.rate < LEAST_RATE:
            message = (
                f"The tests kill {count.killed} of {count.total - count.justified} automatic mutants that are not justified, "
                f"{count.rate:.1%}; at least {LEAST_RATE:.0%} is asked for."
            )
            yield Finding("kill-rate", self._exercise.tests_path, message, "Test what the survivors change.")
        if count.justified > max(1, MOST_JUSTIFIED * count.total):
            message = (
                f"{count.justified} of {count.total} automatic mutants are justified, more than {MOST_JUSTIFIED:.0%}."
            )
            yield Finding("many-survivors", path, message, "Simplify the reference, or test what it does.")


def _spread(every: Sequence[AutomaticMutant]) -> list[AutomaticMutant]:
    """Order mutants so that the first few come from all over the file."""
    stride = max(1, len(every) // _WHOLE_RUNS)
    first = every[::stride]
    chosen = {mutant.name for mutant in first}
    return [*first, *(mutant for mutant in every if mutant.name not in chosen)]
