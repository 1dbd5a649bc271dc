"""What was kept of a graded attempt, and how well it went for the memory."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from grader.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable


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

    @property
    def passed(self) -> bool:
        """Whether every case passed."""
        return self.verdict is Verdict.PASSED

    @property
    def judged(self) -> bool:
        """Whether it says anything: the work was begun, and the grader did not break."""
        return self.verdict not in (Verdict.NOT_STARTED, Verdict.GRADER_FAULT)

    @property
    def taken_s(self) -> float | None:
        """Seconds from the start of the exercise to this attempt."""
        return None if self.started_at is None else max(self.at - self.started_at, 0.0)


@dataclass(frozen=True, slots=True)
class Sitting:
    """What happened to an exercise since it was last started, made pristine or rated.

    Attributes
    ----------
    started_at : float or None
        When it was started, seconds since the epoch; None when it never was.
    fresh : bool
        Whether a pass says something: the work began anew since the last rating.
    failures : int
        Attempts that were judged and did not pass.
    hints : int
        Different hints that were shown.
    spoiled : bool
        Whether our solution was shown before a pass.
    """

    started_at: float | None
    fresh: bool
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
        Least time relative to the reference of a passing attempt.
    taken_s : float or None
        Least time from start to pass, seconds.
    """

    time_ratio: float | None
    taken_s: float | None


def best(attempts: Iterable[Attempt]) -> Best:
    """Return the least ratio and the least time to solve among the attempts that passed."""
    passed = [attempt for attempt in attempts if attempt.passed]
    ratios = [attempt.time_ratio for attempt in passed if attempt.time_ratio is not None]
    times = [attempt.taken_s for attempt in passed if attempt.taken_s is not None]
    return Best(min(ratios, default=None), min(times, default=None))
