"""An exercise: its metadata and where its files lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from grader.model.choices import Backend, Difficulty


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
class Clarification:
    """What a good candidate asks first, and what the interviewer answers.

    Attributes
    ----------
    topic : str
        One to three words; by them a mock interview lists what can be asked.
    question : str
        As a candidate would put it.
    answer : str
        As an interviewer would say it.
    """

    topic: str
    question: str
    answer: str


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
    aliases : tuple of str
        Slugs that the exercise had before, so that a learner's history finds it.
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
    aliases: tuple[str, ...] = ()
    scratch: bool = False
    limits: Limits = field(default_factory=Limits)
    follow_ups: tuple[FollowUp, ...] = ()
    clarifications: tuple[Clarification, ...] = ()

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
    def costs_path(self) -> Path:
        """`costs.toml`, what right solutions gain and pay; it may be missing."""
        return self.solution_folder / "costs.toml"

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
