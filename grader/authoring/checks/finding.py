"""What the content linter says about an exercise."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from grader.content.record import Pattern


class Severity(StrEnum):
    """How bad a finding is: an error keeps an exercise from landing."""

    ERROR = "error"
    WARNING = "warning"


class Step(StrEnum):
    """The steps of a check, cheap ones first."""

    FILES = "files"
    METADATA = "metadata"
    PROMPT = "prompt"
    SOLUTIONS = "solutions"
    PLANTED = "planted mistakes"
    TESTS = "tests"
    PROOF = "proof"
    MUTATION = "mutation"


WARNINGS: Final = frozenset({"entangled", "idle-case", "tight-limit", "same-title", "long-title"})

RULES: Final = {
    # files
    "missing-file": "An exercise has a prompt, a stub, hidden tests, a reference, planted mistakes, an alternative and an oracle test.",
    "unknown-file": "Its folders hold nothing else.",
    "unreadable-file": "Every file is UTF-8 text.",
    # metadata
    "too-few": "Three hints, two follow-up questions, a source and a tag at the least.",
    "placeholder": "Nothing is left to be filled in.",
    "minutes": "An interviewer allows between 5 and 180 minutes.",
    "clarifications": "There are three to six questions that a good candidate asks first, with the answers.",
    "unknown-prerequisite": "A prerequisite is the slug of an exercise.",
    "alias": "An old name belongs to one exercise, and is no other's slug.",
    # prompt
    "prompt-title": "The heading of the prompt is the title of the exercise.",
    "prompt-section": "The prompt has its sections, in order, and none is empty.",
    "prompt-length": "Opening and core have at most 220 words and 7 bullets, the whole prompt at most 500 words.",
    "prompt-phrase": "The prompt speaks of the task, not of tests or solutions of ours.",
    "prompt-example": "The prompt shows examples as Python sessions.",
    # solutions
    "syntax": "Every file is valid Python.",
    "entry-points": "The public names of the reference are the entry points.",
    "docstring": "Every public name has a numpydoc docstring, and every entry point an example.",
    "untyped": "Public signatures are typed.",
    "forbidden": "The reference and the alternatives follow the rules of the exercise.",
    "stub": "The stub is derived from the reference.",
    "style": "Line 1 of an alternative's docstring names the style.",
    # planted
    "mutant-list": "mutants.toml lists every planted mistake, each in one of the three forms.",
    "unknown-case": "A mutant is caught by cases that exist.",
    "stale-edit": "Each edit of a mutant stands exactly once in the reference.",
    "mutant-signature": "A mutant keeps the public signatures of the reference.",
    # tests
    "test-docstring": "Every hidden test has a docstring that the learner can read.",
    "test-arguments": "Every hidden test takes `candidate`.",
    "test-name": "Every test name is used once.",
    "same-title": "Every title is used once.",
    "long-title": "A title fits on a line.",
    "private-name": "No test reaches for a private name.",
    "randomness": "All randomness comes from `rng`, a seed or Hypothesis.",
    "bare-assert": "A hidden test says in words what is wrong; `assert` says nothing.",
    "settings": "The runner sets the number of examples and the deadline.",
    "untested": "Every entry point is tested.",
    # proof
    "stub-verdict": "The stub is not started.",
    "reference-fails": "The reference passes, whatever the seed.",
    "entangled": "A missing entry point does not cost every case of another.",
    "example": "Every example gives what it shows.",
    "slow-case": "The reference takes less than a third of the time of a case.",
    "tight-limit": "Measured limits leave room for a plain good solution.",
    "alternative-fails": "Every alternative passes; one named textbook*.py passes core.",
    "textbook": "There is an alternative as a textbook or a well-known library writes it, textbook*.py.",
    "core-mutants": "At least five planted mistakes are mistakes of the algorithm, `core = true`.",
    "core-survives": "A core case rejects every mistake of the algorithm.",
    "thin-core": "At least three cases are core.",
    "mutant-survives": "Every mutant is rejected by every case it names.",
    "mutant-broken": "A mutant loads and answers: it is wrong, not broken.",
    "dies-by-accident": "A mutant gives something wrong; only one that says `dies_of` may die of a slip in every case that catches it.",
    "grader-fault": "The grader does not break.",
    # mutation
    "kill-rate": "The tests kill at least 95 % of the automatic mutants that are not justified survivors.",
    "many-survivors": "At most 10 % of the automatic mutants are justified survivors.",
    "thin-reason": "The reason of a survivor can be checked by a reviewer.",
    "unexplained-survivor": "Every automatic mutant that survives is listed with a reason.",
    "stale-survivor": "Every listed survivor does survive.",
    "idle-case": "Every case kills a mutant.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend.

    Attributes
    ----------
    code : str
        A key of `RULES`.
    path : Path
        The file to open.
    message : str
        What is wrong there, one sentence.
    remedy : str
        What to do about it, one sentence.
    """

    code: str
    path: Path
    message: str
    remedy: str

    @property
    def severity(self) -> Severity:
        """Whether it keeps the exercise from landing."""
        return Severity.WARNING if self.code in WARNINGS else Severity.ERROR


@dataclass(frozen=True, slots=True)
class KillCount:
    """How many mutants the hidden tests rejected.

    Attributes
    ----------
    killed : int
        Mutants that did not pass.
    total : int
        Mutants that were tried.
    survivors : tuple of str
        Names of those that passed.
    justified : int
        How many of the survivors are listed with a reason.
    """

    killed: int = 0
    total: int = 0
    survivors: tuple[str, ...] = ()
    justified: int = 0

    @property
    def rate(self) -> float:
        """Killed share of those that can be killed, between 0 and 1; 1 when there was none."""
        counted = self.total - self.justified
        return self.killed / counted if counted else 1.0


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found.

    Attributes
    ----------
    exercise : str
        Slug.
    steps : tuple of Step
        Steps that ran, in order.
    skipped : tuple of Step
        Steps that wait until the errors are mended.
    findings : tuple of Finding
        In the order of the steps.
    declared, automatic : KillCount
        How the two kinds of mutants fared; empty when their step did not run.
    duration_s : float
        Seconds the check took.
    cases : tuple of str
        All cases in the order of the file of tests.
    layers : tuple of int
        How many of them are core, fine print and scale.
    patterns : tuple of Pattern
        One for each planted mistake that was run.
    """

    exercise: str
    steps: tuple[Step, ...]
    skipped: tuple[Step, ...]
    findings: tuple[Finding, ...]
    declared: KillCount
    automatic: KillCount
    duration_s: float
    cases: tuple[str, ...] = ()
    layers: tuple[int, ...] = ()
    patterns: tuple[Pattern, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Findings that keep the exercise from landing."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def is_green(self) -> bool:
        """Whether the exercise may land."""
        return not self.errors
