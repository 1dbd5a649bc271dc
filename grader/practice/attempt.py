"""What was kept of a graded attempt, and how well it went for the memory."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from grader.model import Level, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.model import LayerCount


class Rating(StrEnum):
    """How well an exercise was remembered, in the words of spaced repetition."""

    AGAIN = "again"
    HARD = "hard"
    GOOD = "good"
    EASY = "easy"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A graded attempt as it was recorded.

    Attributes
    ----------
    at : float
        When it was graded, seconds since the epoch.
    hints : int
        Hints that had been shown by then, since the exercise was started.
    started_at : float or None
        When the exercise was last started before it, seconds since the epoch.
    report : str
        The whole report as JSON.
    time_ratio : float or None
        Greatest measured time relative to the reference, if any case measured it.
    level : Level
        How far it came.
    layers : tuple of LayerCount
        How many cases of each layer passed, core first; empty for attempts from before there were layers.
    utc_offset_s : int or None
        How far ahead of UTC the learner's clock was; None for older attempts.
    """

    at: float
    slug: str
    source: str
    sha256: str
    path: str
    verdict: Verdict
    points: float
    max_points: float
    duration_s: float
    seed: int
    hints: int
    started_at: float | None
    report: str
    time_ratio: float | None
    level: Level
    layers: tuple[LayerCount, ...]
    utc_offset_s: int | None = None

    @property
    def solved(self) -> bool:
        """Whether every core case passed."""
        return self.level.reaches(Level.CORE)

    @property
    def mastered(self) -> bool:
        """Whether every case passed."""
        return self.level is Level.FULL

    @property
    def judged(self) -> bool:
        """Whether it says anything: the work was begun, and the grader did not break."""
        return self.solved or self.verdict not in (Verdict.NOT_STARTED, Verdict.GRADER_FAULT)

    @property
    def taken_s(self) -> float | None:
        """Seconds from the start of the exercise to this attempt."""
        return None if self.started_at is None else max(self.at - self.started_at, 0.0)


@dataclass(frozen=True, slots=True)
class Sitting:
    """What happened to an exercise since it was last started or made pristine.

    Attributes
    ----------
    started_at : float or None
        When it was started, seconds since the epoch; None when it never was.
    level : Level
        How far any attempt came.
    rated : Rating or None
        What was said about the memory already.
    failures : int
        Attempts that were judged and solved nothing.
    hints : int
        Different hints that were shown.
    spoiled : bool
        Whether our solution was shown.
    """

    started_at: float | None
    level: Level
    rated: Rating | None
    failures: int
    hints: int
    spoiled: bool


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating as it was recorded."""

    at: float
    slug: str
    rating: Rating


@dataclass(frozen=True, slots=True)
class Best:
    """The best a learner did at one exercise.

    Attributes
    ----------
    time_ratio : float or None
        Least time relative to the reference of an attempt that solved it.
    solved_s : float or None
        Least time from start to an attempt that solved it, seconds.
    mastered_s : float or None
        Least time from start to an attempt that mastered it, seconds.
    """

    time_ratio: float | None = None
    solved_s: float | None = None
    mastered_s: float | None = None


def best(attempts: Iterable[Attempt]) -> Best:
    """Return the least ratio, the least time to solve and the least time to master among attempts."""
    solved = [attempt for attempt in attempts if attempt.solved]
    return Best(
        time_ratio=_least(attempt.time_ratio for attempt in solved),
        solved_s=_least(attempt.taken_s for attempt in solved),
        mastered_s=_least(attempt.taken_s for attempt in solved if attempt.mastered),
    )


def _least(values: Iterable[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)
