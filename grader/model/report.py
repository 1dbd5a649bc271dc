"""What grading found: the verdict on a case, on a layer, on a submission."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from grader.model.choices import Feedback, StartMethod

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Verdict(StrEnum):
    """Outcome of a case or of a whole report, in order of precedence."""

    GRADER_FAULT = "grader_fault"
    INVALID = "invalid"
    CRASHED = "crashed"
    OUT_OF_MEMORY = "out_of_memory"
    TIMED_OUT = "timed_out"
    SKIPPED = "skipped"
    RAISED = "raised"
    PROTOCOL = "protocol"
    TOO_SLOW = "too_slow"
    WRONG = "wrong"
    NOT_STARTED = "not_started"
    PASSED = "passed"


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict that takes precedence over all others.

    Parameters
    ----------
    verdicts : iterable of Verdict
        Verdicts of single cases.

    Returns
    -------
    Verdict
        `Verdict.GRADER_FAULT` where there is nothing to judge: a run without a case proves nothing.
    """
    order = list(Verdict)
    return min(verdicts, key=order.index, default=Verdict.GRADER_FAULT)


class Layer(StrEnum):
    """What a case asks about; a report tells them in this order.

    Core cases show whether the algorithm is right on ordinary inputs. Fine print holds dtypes, degenerate inputs,
    errors and extremes. Scale is speed, growth and memory.
    """

    CORE = "core"
    FINE = "fine"
    SCALE = "scale"


class Level(StrEnum):
    """How far a submission came: nothing yet, every core case (solved), or every case (mastered)."""

    NONE = "none"
    CORE = "core"
    FULL = "full"

    def reaches(self, wanted: Level) -> bool:
        """Whether this level is at least another.

        Parameters
        ----------
        wanted : Level
            What is asked for.
        """
        order = list(Level)
        return order.index(self) >= order.index(wanted)


@dataclass(frozen=True, slots=True)
class Submission:
    """An attempt that was read, never executed."""

    name: str
    source: str
    sha256: str
    path: Path | None = None


NOTHING_RAN: Final = ("no worker was started",)


@dataclass(frozen=True, slots=True)
class Confinement:
    """What holds a worker in, as the worker's kernel reported it.

    Attributes
    ----------
    level : str
        `confined` when every promise of SECURITY.md is held by some wall, `partial` when some are, `unconfined` when
        no wall of the kernel's stands.
    landlock_abi : int
        Version of Landlock in force; 0 without it.
    seccomp : bool
        Whether the system call filter is in force.
    rlimits : bool
        Whether the resource limits are in force.
    start_method : StartMethod
        Whether workers are forked from a zygote or started afresh.
    missing : tuple of str
        Each promise that no wall holds, then each wall that could not be raised, with the reason.
    namespaces : bool
        Whether workers see a file system, a network and messages of their own.
    """

    level: str
    landlock_abi: int
    seccomp: bool
    rlimits: bool
    start_method: StartMethod
    missing: tuple[str, ...] = ()
    namespaces: bool = False

    @property
    def is_of_nothing(self) -> bool:
        """Whether no worker was started, so that there was nothing to hold in."""
        return self.missing == NOTHING_RAN


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity that a case measured against the reference.

    Attributes
    ----------
    name : str
        `time_ratio`, `growth_exponent` or `memory_ratio`.
    value : float or None
        What was measured, without a unit; None for a ratio to work of the reference that is too short to measure.
    limit : float
        The greatest value that passes.
    """

    name: str
    value: float | None
    limit: float


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What one hidden test found.

    Attributes
    ----------
    name : str
        Name of the test function, with its parameters in brackets.
    title : str
        The sentence the learner reads: first line of the test's docstring.
    message : str
        Why the case did not pass; empty when it did.
    output : str
        What the submission printed during the case.
    layer : Layer
        What the case asks about.
    story : tuple of str
        The calls that led to a failure about an object, as Python, one each; the message tells the last.
    entry_point : str
        What the failure is about: a function or class of the submission's; empty where nothing was called.
    """

    name: str
    title: str
    verdict: Verdict
    points: float
    max_points: float
    duration_s: float
    message: str = ""
    output: str = ""
    measures: tuple[Measure, ...] = ()
    layer: Layer = Layer.CORE
    story: tuple[str, ...] = ()
    entry_point: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The planted mistake that a submission looks like.

    Attributes
    ----------
    mistakes : tuple of str
        One sentence each; more than one where they cannot be told apart.
    """

    mistakes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What a submission looks like, such as "This looks like: takes the shortest reference."."""
        first, *others = self.mistakes
        told = [_continued(first), *(f"or: {_continued(other)}" for other in others)]
        return f"This looks like: {'; '.join(one.rstrip('.') for one in told)}."


def _continued(mistake: str) -> str:
    """Return a sentence without its capital; a name such as R2 keeps it."""
    word = mistake.split(maxsplit=1)[0] if mistake else ""
    return mistake[:1].lower() + mistake[1:] if word[1:].islower() or word == "A" else mistake


@dataclass(frozen=True, slots=True)
class LayerCount:
    """How many cases of a layer passed."""

    layer: Layer
    passed: int
    total: int

    @property
    def is_complete(self) -> bool:
        """Whether all of them did."""
        return self.passed == self.total


@dataclass(frozen=True, slots=True)
class Report:
    """Verdict on one submission to one exercise.

    Attributes
    ----------
    message : str
        What concerns the whole submission, such as a syntax error.
    seed : int
        Seed of the hidden inputs; the same seed repeats the run.
    content_hash : str
        Digest of the exercise's tests, reference and metadata.
    submission_hash : str
        Digest of the graded source.
    cpu_s : float
        Processor seconds of all workers that ran the submission.
    peak_memory_mb : float
        Greatest resident memory of such a worker, mebibytes.
    diagnosis : Diagnosis or None
        What mistake this looks like; None where nothing failed or the evidence is weak.
    """

    exercise: str
    title: str
    verdict: Verdict
    points: float
    max_points: float
    duration_s: float
    confinement: Confinement
    seed: int
    content_hash: str
    submission_hash: str
    submission_path: str
    cases: tuple[CaseResult, ...]
    message: str = ""
    notes: tuple[str, ...] = ()
    cpu_s: float = 0.0
    peak_memory_mb: float = 0.0
    feedback: Feedback = Feedback.FULL
    diagnosis: Diagnosis | None = None

    @property
    def layers(self) -> tuple[LayerCount, ...]:
        """Counts of every layer that has a case, core first."""
        counts = []
        for layer in Layer:
            cases = [case for case in self.cases if case.layer is layer]
            if cases:
                passed = sum(case.verdict is Verdict.PASSED for case in cases)
                counts.append(LayerCount(layer, passed, len(cases)))
        return tuple(counts)

    @property
    def level(self) -> Level:
        """How far the submission came; only a run that holds core cases can show it."""
        if self.verdict in {Verdict.GRADER_FAULT, Verdict.INVALID}:
            return Level.NONE
        core = [count for count in self.layers if count.layer is Layer.CORE]
        if not core or not core[0].is_complete:
            return Level.NONE
        return Level.FULL if self.verdict is Verdict.PASSED else Level.CORE

    @property
    def stars(self) -> int:
        """Layers that are complete; 0 while core is not."""
        return 0 if self.level is Level.NONE else sum(count.is_complete for count in self.layers)

    @property
    def time_ratio(self) -> float | None:
        """Greatest measured time relative to the reference, if any case measured it."""
        measures = (m for c in self.cases for m in c.measures if m.name == "time_ratio")
        return max((m.value for m in measures if m.value is not None), default=None)

    @property
    def is_fast(self) -> bool:
        """Whether time was measured, and always beside work of the reference too short for a ratio."""
        return self.time_ratio is None and any(m.name == "time_ratio" for c in self.cases for m in c.measures)
