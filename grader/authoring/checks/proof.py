"""Step 6: what runs shows about stub, reference, alternatives and declared mutants."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.authoring.checks.absence import check_absence
from grader.authoring.checks.finding import Finding, KillCount
from grader.authoring.checks.layout import is_textbook, solutions
from grader.authoring.checks.prompt import prompt_examples
from grader.authoring.checks.seeded import seeded_tests
from grader.content.mutants import ACCIDENTS, load_mutants, mutated
from grader.content.record import Pattern
from grader.intake.submission import read_submission, submission_from_text
from grader.judge import grade, run_examples
from grader.model import Layer, Level, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from grader.content.mutants import Mutant
    from grader.model import CaseResult, Exercise, Report
    from grader.sandbox import Sandbox

    Progress = Callable[[str, int, int], None]

# A measured ratio of the reference to itself is near 1, and an exponent does not scale.
_ROOM = {"time_ratio": 2.0, "memory_ratio": 1.5}
_EXPONENT_ROOM = 0.2
LEAST_CORE_CASES = 3
_SHARE_OF_A_CASE = 3.0
_PROMPT = "_examples_of_the_prompt"
_RAISED = re.compile(r"\braised (\w+)")
_KINDS = {"UnboundLocalError": "NameError", "ModuleNotFoundError": "ImportError"}


@dataclass(slots=True)
class Proof:
    """What the runs have shown so far.

    Attributes
    ----------
    killers : set of str
        Cases that rejected a mutant.
    cases : tuple of str
        All cases, those first on which the reference takes least.
    listed : tuple of str
        All cases in the order of the file of tests.
    layers : dict of str to Layer
        What each case asks about.
    declared : KillCount
        How the declared mutants fared.
    patterns : list of Pattern
        Which cases each declared mutant failed.
    """

    killers: set[str] = field(default_factory=set)
    cases: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    layers: dict[str, Layer] = field(default_factory=dict)
    declared: KillCount = field(default_factory=KillCount)
    patterns: list[Pattern] = field(default_factory=list)

    def idle(self) -> list[str]:
        """Return the cases of tests that have rejected nothing so far."""
        busy = {name.partition("[")[0] for name in self.killers}
        return [name for name in self.cases if name.partition("[")[0] not in busy]


def prove(
    exercise: Exercise, sandbox: Sandbox, proof: Proof, *, seeds: Sequence[int], progress: Progress
) -> Iterator[Finding]:
    """Run everything that was written by hand, and yield what it contradicts.

    Parameters
    ----------
    exercise : Exercise
        Exercise whose sources are in order.
    sandbox : Sandbox
        Where submissions run.
    proof : Proof
        Filled in on the way.
    seeds : sequence of int
        Seeds for the reference and the declared mutants; the first one serves all other runs.
    progress : callable
        Told what runs, how many runs are done and how many there are.

    Yields
    ------
    Finding
        Stub and reference first; when the reference fails, nothing else is run.
    """
    alternatives = solutions(exercise.alternatives_folder)
    planted = load_mutants(exercise).planted
    total = 2 + len(seeds) + len(alternatives) + len(planted)
    progress("stub", 0, total)
    yield from _stub(exercise, sandbox, seeds[0])
    failed = False
    for done, seed in enumerate(seeds, start=1):
        progress("reference", done, total)
        report = grade(exercise, read_submission(exercise.reference_path), sandbox, seed=seed)
        proof.cases = tuple(case.name for case in sorted(report.cases, key=lambda case: case.duration_s))
        proof.listed = tuple(case.name for case in report.cases)
        proof.layers = {case.name: case.layer for case in report.cases}
        findings = list(reference_findings(exercise, report))
        failed |= any(finding.code != "tight-limit" for finding in findings)
        yield from findings
        if failed:
            return
    yield from _core(exercise, proof, alternatives)
    yield from check_absence(exercise, sandbox, seed=seeds[0])
    progress("examples", 1 + len(seeds), total)
    yield from _examples(exercise, sandbox)
    done = 2 + len(seeds)
    for number, path in enumerate(alternatives):
        progress(path.stem, done + number, total)
        yield from _alternative(exercise, sandbox, path, seeds[0])
    done += len(alternatives)
    yield from _planted(
        exercise, sandbox, proof, planted, seeds=seeds, tell=lambda name, number: progress(name, done + number, total)
    )
    progress("proof", total, total)


def _core(exercise: Exercise, proof: Proof, alternatives: Sequence[Path]) -> Iterator[Finding]:
    """Yield what the core of an exercise in layers lacks before anything is run on it."""
    number = sum(layer is Layer.CORE for layer in proof.layers.values())
    if number < LEAST_CORE_CASES:
        message = f"{number} of at least {LEAST_CORE_CASES} cases are core."
        yield Finding("thin-core", exercise.tests_path, message, "Ask what an interviewer would.")
    if not any(is_textbook(path) for path in alternatives):
        remedy = "Write it as a lecture or a famous repository does, without validation or care of dtypes."
        yield Finding("textbook", exercise.alternatives_folder, "There is no textbook*.py.", remedy)


def _planted(
    exercise: Exercise,
    sandbox: Sandbox,
    proof: Proof,
    planted: Sequence[Mutant],
    *,
    seeds: Sequence[int],
    tell: Callable[[str, int], None],
) -> Iterator[Finding]:
    """Run every planted mistake: all cases once, for the pattern; its own cases with the other seeds where they draw."""
    seeded = seeded_tests(exercise.tests_path)
    survivors: list[str] = []
    for number, mutant in enumerate(planted):
        tell(mutant.name, number)
        submission = submission_from_text(exercise.slug, mutated(exercise, mutant))
        report = grade(exercise, submission, sandbox, seed=seeds[0], only=proof.cases, brief=True)
        rejecting = rejected_by(report)
        proof.killers |= rejecting
        proof.patterns.append(Pattern(mutant.name, tuple(case for case in proof.listed if case in rejecting)))
        if report.verdict is Verdict.PASSED:
            survivors.append(mutant.name)
        yield from _accident(exercise, mutant, report)
        if mutant.core and not any(proof.layers.get(case) is Layer.CORE for case in rejecting):
            others = ", ".join(sorted(rejecting)) or "nothing"
            message = f"{mutant.name} is a mistake of the algorithm, and only {others} rejects it."
            yield Finding(
                "core-survives", _where(exercise, mutant), message, "Write a core case, or drop `core = true`."
            )
        own = tuple(dict.fromkeys(case for name in mutant.caught_by for case in _meant(name, proof.cases)))
        if any(name.partition("[")[0] in seeded for name in own):
            for seed in seeds[1:]:  # what catches a mistake by luck lets the next learner's through
                if _missed(mutant, report):
                    break
                report = grade(exercise, submission, sandbox, seed=seed, only=own, brief=True)
        yield from _mutant(exercise, mutant, report)
    proof.declared = KillCount(len(planted) - len(survivors), len(planted), tuple(survivors))


def rejected_by(report: Report) -> set[str]:
    """Return the names of the cases that did not pass."""
    return {case.name for case in report.cases if case.verdict is not Verdict.PASSED}


def grader_fault(path: Path, report: Report, what: str) -> Finding:
    """Return the finding for a run in which the grader broke."""
    message = f"The grader broke on {what}: {_why(report)}"
    return Finding("grader-fault", path, message, "Mend the hidden tests, or report a bug of the grader.")


def _stub(exercise: Exercise, sandbox: Sandbox, seed: int) -> Iterator[Finding]:
    report = grade(exercise, read_submission(exercise.stub_path), sandbox, seed=seed)
    if report.verdict is Verdict.GRADER_FAULT:
        yield grader_fault(exercise.tests_path, report, "the stub")
    elif report.verdict is not Verdict.NOT_STARTED:
        message = f"The stub is {_words(report.verdict)} instead of not started: {_why(report)}"
        yield Finding("stub-verdict", exercise.tests_path, message, "Every case must call the candidate.")
    for case in report.cases:
        if case.verdict is Verdict.PASSED:
            message = f"The stub passes {case.name}."
            yield Finding("stub-verdict", exercise.tests_path, message, "Make the case call the candidate.")


def reference_findings(exercise: Exercise, report: Report) -> Iterator[Finding]:
    """Yield what a report on the reference contradicts: it passes, quickly, with room under each limit."""
    path = exercise.tests_path
    if report.verdict is Verdict.GRADER_FAULT:
        yield grader_fault(path, report, f"the reference, seed {report.seed}")
        return
    if report.verdict is not Verdict.PASSED:
        message = f"With seed {report.seed} the reference is {_words(report.verdict)}: {_why(report)}"
        remedy = f"Run `kata grade {exercise.slug} --reference --seed {report.seed}`."
        yield Finding("reference-fails", path, message, remedy)
        return
    allowed = exercise.limits.case_s / _SHARE_OF_A_CASE
    for case in report.cases:
        if case.duration_s > allowed:
            message = f"{case.name} takes {case.duration_s:.1f} s, a third of the limit is {allowed:.1f} s."
            yield Finding("slow-case", path, message, "Make the case smaller, or raise `limits.case_s`.")
        for measure in case.measures:
            room = _ROOM.get(measure.name)
            most = measure.limit / room if room else measure.limit - _EXPONENT_ROOM
            if measure.value is not None and measure.value > most:
                name = measure.name.replace("_", " ")
                message = f"{case.name}: the reference's {name} is {measure.value:.2f}, the limit {measure.limit:g}."
                remedy = f"Raise the limit until the reference stays under {most:.2f}, or measure more."
                yield Finding("tight-limit", path, message, remedy)


def _examples(exercise: Exercise, sandbox: Sandbox) -> Iterator[Finding]:
    """Run the examples of the docstrings and, as one more docstring, those of the prompt."""
    reference = exercise.reference_path.read_text(encoding="utf-8")
    shown = prompt_examples(exercise.prompt_path.read_text(encoding="utf-8"))
    source = f"{reference}\n\ndef {_PROMPT}():\n    {shown!r}\n"
    for example in run_examples(exercise, submission_from_text(exercise.slug, source), sandbox).cases:
        if example.verdict is Verdict.PASSED:
            continue
        path = exercise.prompt_path if _PROMPT in example.name else exercise.reference_path
        call, told = (" ".join(text.split()) for text in (example.title, example.message))
        yield Finding("example", path, f"`{call}` {told}", "Correct the example, or the reference.")


def _alternative(exercise: Exercise, sandbox: Sandbox, path: Path, seed: int) -> Iterator[Finding]:
    report = grade(exercise, read_submission(path), sandbox, seed=seed)
    if report.verdict is Verdict.GRADER_FAULT:
        yield grader_fault(path, report, path.name)
    elif is_textbook(path) and report.level is Level.NONE:
        case = next(c for c in report.cases if c.layer is Layer.CORE and c.verdict is not Verdict.PASSED)
        message = " ".join(f"{path.name} does not pass core: {case.name}: {case.message}".split())
        yield Finding("alternative-fails", path, message, "Move what it breaks to the fine print, or mend the file.")
    elif not is_textbook(path) and report.verdict is not Verdict.PASSED:
        message = f"{path.name} is {_words(report.verdict)}: {_why(report)}"
        yield Finding("alternative-fails", path, message, "Loosen the tests to what the prompt says, or mend the file.")


def _mutant(exercise: Exercise, mutant: Mutant, report: Report) -> Iterator[Finding]:
    path = _where(exercise, mutant)
    if report.verdict is Verdict.GRADER_FAULT:
        yield grader_fault(path, report, mutant.name)
        return
    if report.verdict in {Verdict.INVALID, Verdict.NOT_STARTED}:
        message = f"{mutant.name} is {_words(report.verdict)}: {_why(report)}"
        yield Finding("mutant-broken", path, message, "Write a whole solution with one mistake.")
        return
    for name in _missed(mutant, report):
        others = sorted(rejected_by(report))
        but = f" It is rejected by {', '.join(others)}." if others else " Every other case passes it too."
        message = f"{mutant.name} passes {name} with seed {report.seed}.{but}"
        yield Finding("mutant-survives", path, message, "Sharpen the case, or name one that catches the mistake.")


def _accident(exercise: Exercise, mutant: Mutant, report: Report) -> Iterator[Finding]:
    """Tell of a mutant that dies of the same kind of slip wherever it is rejected, as a rename of a parameter makes it."""
    kinds = {_died_of(case) for case in report.cases if case.verdict is not Verdict.PASSED}
    path = _where(exercise, mutant)
    if mutant.dies_of:
        if kinds and mutant.dies_of not in kinds:
            message = f"{mutant.name} says it dies of {mutant.dies_of}, and no case meets one."
            yield Finding("dies-by-accident", path, message, "Remove `dies_of`.")
    elif kinds and kinds <= set(ACCIDENTS):
        message = f"{mutant.name} dies of {' or '.join(sorted(kinds))} in every case that catches it."
        remedy = f'Make it give something wrong, or write `dies_of = "{min(kinds)}"` if that is the mistake.'
        yield Finding("dies-by-accident", path, message, remedy)


def _died_of(case: CaseResult) -> str:
    """Return the kind of exception that ended a case; empty where it gave something, or the wrong exception."""
    found = _RAISED.search(case.message) if case.verdict is Verdict.RAISED else None
    return _KINDS.get(found[1], found[1]) if found else ""


def _where(exercise: Exercise, mutant: Mutant) -> Path:
    """Return the file to open for a mutant."""
    return exercise.mutants_folder / mutant.file if mutant.file else exercise.mutants_path


def _missed(mutant: Mutant, report: Report) -> list[str]:
    """Return the names in `caught_by` that let the mutant through."""
    return [name for name in mutant.caught_by if not _meant(name, rejected_by(report))]


def _meant(name: str, cases: Iterable[str]) -> list[str]:
    """Return the cases that a name in `caught_by` stands for: one, or all parameters of a test."""
    return [case for case in cases if name in {case, case.partition("[")[0]}]


def _words(verdict: Verdict) -> str:
    return verdict.replace("_", " ")


def _why(report: Report) -> str:
    """Return the first case that gave the report its verdict, on one line."""
    for case in report.cases:
        if case.verdict is report.verdict:
            return " ".join(f"{case.name}: {case.message}".split())
    return " ".join(report.message.split()) or "no case says why."
