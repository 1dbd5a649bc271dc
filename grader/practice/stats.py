"""Numbers of a learner's past for charts: practice days, solving times, memory, forecast, interviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from grader.practice.progress import day_of, progress, recall
from grader.practice.review import cards

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.content.catalog import Catalog
    from grader.practice.attempt import Attempt
    from grader.practice.history import History
    from grader.practice.progress import Progress

_FORECAST_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class SolvingTime:
    """Minutes from start to solution of one exercise, beside what an interviewer would allow."""

    slug: str
    taken_min: float
    target_min: int


@dataclass(frozen=True, slots=True)
class Recall:
    """How well one track or tag is remembered, between 0 and 1."""

    name: str
    value: float
    exercises: int


@dataclass(frozen=True, slots=True)
class Stats:
    """What the charts show.

    Attributes
    ----------
    days : dict of date to int
        Judged attempts of each day that has any.
    solved : tuple of (date, int)
        How many exercises were solved at the end of each day on which one was solved for the first time.
    mastered : tuple of (date, int)
        The same of mastered exercises.
    forecast : tuple of (date, int)
        Exercises due on each of the next 30 days; what is overdue counts for today.
    interviews : tuple of (date, float)
        Score of each mock interview, out of 100.
    """

    progress: Progress
    today: date
    attempts: int
    practice_s: float
    days: dict[date, int]
    solved: tuple[tuple[date, int], ...]
    mastered: tuple[tuple[date, int], ...]
    times: tuple[SolvingTime, ...]
    tracks: tuple[Recall, ...]
    tags: tuple[Recall, ...]
    forecast: tuple[tuple[date, int], ...]
    interviews: tuple[tuple[date, float], ...]


def first_monday(today: date, weeks: int) -> date:
    """Return the Monday on which a calendar of so many weeks begins that ends with this one."""
    return today - timedelta(days=today.weekday(), weeks=weeks - 1)


class _Scored(msgspec.Struct):
    """The part of a scorecard that is charted."""

    at: float
    score: float


def stats(catalog: Catalog, history: History, now: float) -> Stats:
    """Compute the numbers of a learner's past.

    Parameters
    ----------
    catalog : Catalog
        What there is to solve.
    history : History
        What was done.
    now : float
        Seconds since the epoch.
    """
    attempts = history.all_attempts()
    standings, memory = history.standings(), cards(history.ratings(), now)
    today = day_of(now)
    tags = sorted({tag for exercise in catalog.exercises for tag in exercise.tags})
    by_tag = {tag: [exercise for exercise in catalog.exercises if tag in exercise.tags] for tag in tags}
    targets = {exercise.slug: exercise.minutes for exercise in catalog.exercises}
    scored = [msgspec.json.decode(card, type=_Scored) for card in history.scorecards()]
    return Stats(
        progress=progress(catalog, history, now),
        today=today,
        attempts=sum(attempt.judged for attempt in attempts),
        practice_s=_practice(attempts),
        days=_days(attempts),
        solved=_reached(attempt for attempt in attempts if attempt.solved),
        mastered=_reached(attempt for attempt in attempts if attempt.mastered),
        times=tuple(
            SolvingTime(slug, seconds / 60, targets[slug])
            for slug, seconds in _first_times(attempts).items()
            if slug in targets
        ),
        tracks=tuple(
            Recall(track.title, recall(catalog.in_track(track.name), standings, memory), len(track.exercises))
            for track in catalog.tracks
            if track.exercises
        ),
        tags=tuple(Recall(tag, recall(by_tag[tag], standings, memory), len(by_tag[tag])) for tag in tags),
        forecast=_forecast([card.due_at for card in memory.values()], today),
        interviews=tuple((day_of(one.at), one.score) for one in scored),
    )


def _practice(attempts: list[Attempt]) -> float:
    """Sum the time between starts and their last attempts, each at most three hours."""
    spans: dict[tuple[str, float], float] = {}
    for attempt in attempts:
        if attempt.started_at is not None and attempt.taken_s is not None:
            spans[attempt.slug, attempt.started_at] = min(attempt.taken_s, 3 * 3600)
    return sum(spans.values())


def _days(attempts: list[Attempt]) -> dict[date, int]:
    found: dict[date, int] = {}
    for attempt in attempts:
        if attempt.judged:
            day = day_of(attempt.at, attempt.utc_offset_s)
            found[day] = found.get(day, 0) + 1
    return found


def _reached(attempts: Iterable[Attempt]) -> tuple[tuple[date, int], ...]:
    """Return how many different exercises there were at the end of each day on which one was new."""
    seen: set[str] = set()
    curve: dict[date, int] = {}
    for attempt in attempts:
        if attempt.slug not in seen:
            seen.add(attempt.slug)
            curve[day_of(attempt.at, attempt.utc_offset_s)] = len(seen)
    return tuple(curve.items())


def _first_times(attempts: list[Attempt]) -> dict[str, float]:
    """Return the seconds from start to the first solution, by slug."""
    found: dict[str, float] = {}
    for attempt in attempts:
        if attempt.solved and attempt.taken_s is not None:
            found.setdefault(attempt.slug, attempt.taken_s)
    return found


def _forecast(dues: list[float], today: date) -> tuple[tuple[date, int], ...]:
    days = [today + timedelta(days=offset) for offset in range(_FORECAST_DAYS)]
    counts = dict.fromkeys(days, 0)
    for due in dues:
        day = max(day_of(due), today)
        if day in counts:
            counts[day] += 1
    return tuple(counts.items())
