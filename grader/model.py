"""The data that moves between modules: frozen, plain, standard library only."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

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


class Difficulty(StrEnum):
    """How hard an interviewer would call the exercise."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Backend(StrEnum):
    """What the zygote imports before it forks a worker."""

    PYTHON = "python"
    NUMPY = "numpy"
    TORCH = "torch"


class Feedback(StrEnum):
    """How much a report tells about a failed case."""

    FULL = "full"
    HINTS = "hints"
    NONE = "none"


class ConfinementMode(StrEnum):
    """What to do where the kernel cannot confine a worker."""

    STRICT = "strict"
    AUTO = "auto"
    OFF = "off"


class StartMethod(StrEnum):
    """How a worker process comes to be."""

    FORK = "fork"
    SPAWN = "spawn"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a submission may use.

    Attributes
    ----------
    load_s : float
        Seconds to import the submission.
    call_s : float
        Seconds for one call.
    case_s : float
        Seconds for one case, all its calls together.
    memory_mb : int
        Mebibytes a worker may use above what the warm interpreter had.
    output_kb : int
        Kibibytes of prints kept for each case.
    scratch_mb : int
        Mebibytes of files in the private scratch folder, where the exercise gives one.
    """

    load_s: float = 5.0
    call_s: float = 2.0
    case_s: float = 20.0
    memory_mb: int = 1024
    output_kb: int = 64
    scratch_mb: int = 64


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question an interviewer asks after a pass."""

    question: str
    key_points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exercise:
    """One kata: its metadata and where its files lie.

    Attributes
    ----------
    folder : Path
        Folder of prompt, stub and hidden tests.
    solution_folder : Path
        Folder of the reference, its mutants and its alternatives.
    mutates : tuple of str
        Entry points that change their arguments on purpose.
    warnings_are_errors : bool
        Whether a RuntimeWarning in the submission stops the call.
    scratch : bool
        Whether the submission may write files, in a folder of its own; nothing is writable otherwise.
    """

    slug: str
    track: str
    title: str
    difficulty: Difficulty
    minutes: int
    backend: Backend
    entry_points: tuple[str, ...]
    folder: Path
    solution_folder: Path
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    mutates: tuple[str, ...] = ()
    warnings_are_errors: bool = True
    scratch: bool = False
    limits: Limits = field(default_factory=Limits)
    follow_ups: tuple[FollowUp, ...] = ()

    @property
    def metadata_path(self) -> Path:
        """`exercise.toml`."""
        return self.folder / "exercise.toml"

    @property
    def prompt_path(self) -> Path:
        """`prompt.md`."""
        return self.folder / "prompt.md"

    @property
    def stub_path(self) -> Path:
        """The file that the learner completes."""
        return self.folder / f"{self.slug}.py"

    @property
    def tests_path(self) -> Path:
        """`hidden_tests.py`."""
        return self.folder / "hidden_tests.py"

    @property
    def reference_path(self) -> Path:
        """Our solution."""
        return self.solution_folder / f"{self.slug}.py"

    @property
    def mutants_path(self) -> Path:
        """`mutants.toml`, which lists the planted mistakes."""
        return self.solution_folder / "mutants.toml"

    @property
    def mutants_folder(self) -> Path:
        """Folder of planted mistakes that are whole files."""
        return self.solution_folder / "mutants"

    @property
    def record_path(self) -> Path:
        """`proof.toml`, what the last proof showed."""
        return self.solution_folder / "proof.toml"

    @property
    def alternatives_folder(self) -> Path:
        """Folder of other correct solutions."""
        return self.solution_folder / "alternatives"


@dataclass(frozen=True, slots=True)
class Track:
    """A group of exercises in the order a learner takes them."""

    name: str
    title: str
    about: str
    order: int
    exercises: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """An attempt that was read, never executed."""

    name: str
    source: str
    sha256: str
    path: Path | None = None


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

    @property
    def time_ratio(self) -> float | None:
        """Greatest measured time relative to the reference, if any case measured it."""
        measures = (m for c in self.cases for m in c.measures if m.name == "time_ratio")
        return max((m.value for m in measures if m.value is not None), default=None)

    @property
    def is_fast(self) -> bool:
        """Whether time was measured, and always beside work of the reference too short for a ratio."""
        return self.time_ratio is None and any(m.name == "time_ratio" for c in self.cases for m in c.measures)
