"""Where a learner stands: solved and mastered by track, streak, what is due, what to do next."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

from grader.model import Difficulty, Level
from grader.practice.review import cards
from grader.practice.standing import Status, with_level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.content.catalog import Catalog
    from grader.model import Exercise
    from grader.practice.attempt import Attempt
    from grader.practice.history import History
    from grader.practice.review import Card
    from grader.practice.standing import Standing

_ENOUGH: Final = 3  # solved exercises of a difficulty before the next one is suggested
_WEAK: Final = 0.5  # share of failed attempts from which a tag counts as weak
_LEVELS: Final = tuple(Difficulty)
_TRAVEL_S: Final = 36 * 3600.0


@dataclass(frozen=True, slots=True)
class TrackProgress:
    """How far one track is.

    Attributes
    ----------
    solved, mastered : int
        Exercises; a mastered one is solved as well.
    recall : float
        Mean over the track's exercises of the probability that its solution is remembered; 0 for unsolved ones.
    """

    name: str
    title: str
    solved: int
    mastered: int
    total: int
    recall: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An exercise to do next, and why."""

    slug: str
    title: str
    difficulty: Difficulty
    minutes: int
    reason: str


@dataclass(frozen=True, slots=True)
class Due:
    """An exercise to repeat.

    Attributes
    ----------
    overdue_days : float
        Days since it was due; below 0 where it is due later.
    """

    slug: str
    title: str
    minutes: int
    overdue_days: float
    recall: float


@dataclass(frozen=True, slots=True)
class Unmastered:
    """An exercise that is solved, and what of it is missing."""

    slug: str
    minutes: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a learner stands.

    Attributes
    ----------
    unmastered : tuple of Unmastered
        What is solved and not mastered, the one worked on last first.
    streak_days : int
        Days in a row with an attempt, up to today or, while today has none, up to yesterday.
    practised_today : bool
        Whether today has an attempt.
    due : tuple of Due
        What is due now, the most urgent first.
    upcoming : Due or None
        What is due next, where nothing is due now.
    last : Attempt or None
        The newest attempt.
    interview : bool
        Whether a mock interview was left and waits; its clock runs on.
    """

    tracks: tuple[TrackProgress, ...]
    streak_days: int
    practised_today: bool
    due: tuple[Due, ...]
    upcoming: Due | None
    suggestion: Suggestion | None
    unmastered: tuple[Unmastered, ...]
    last: Attempt | None
    interview: bool

    @property
    def solved(self) -> int:
        """Exercises that were ever solved."""
        return sum(track.solved for track in self.tracks)

    @property
    def mastered(self) -> int:
        """Exercises that were ever mastered."""
        return sum(track.mastered for track in self.tracks)

    @property
    def total(self) -> int:
        """Exercises there are."""
        return sum(track.total for track in self.tracks)


def progress(catalog: Catalog, history: History, now: float) -> Progress:
    """Compute where a learner stands.

    Parameters
    ----------
    catalog : Catalog
        What there is to solve.
    history : History
        What was done.
    now : float
        Seconds since the epoch.

    Returns
    -------
    Progress
        Tracks without exercises are left out.
    """
    attempts = history.all_attempts()
    standings = history.standings()
    memory = cards(history.ratings(), now)
    known = {exercise.slug: exercise for exercise in catalog.exercises}
    waiting = [_due(known[slug], card, now) for slug, card in memory.items() if slug in known]
    due = tuple(one for one in waiting if one.overdue_days >= 0)
    later = next((one for one in waiting if one.overdue_days < 0), None)
    today = datetime.fromtimestamp(now).date()  # noqa: DTZ006 - a streak counts the days of the learner's calendar
    days = {day_of(attempt.at, attempt.utc_offset_s) for attempt in attempts if attempt.judged}
    return Progress(
        tracks=tuple(
            _track(track.name, track.title, [known[slug] for slug in track.exercises], standings, memory)
            for track in catalog.tracks
            if track.exercises
        ),
        streak_days=_streak([attempt for attempt in attempts if attempt.judged], now),
        practised_today=today in days,
        due=due,
        upcoming=None if due else later,
        suggestion=suggest(catalog.exercises, standings, attempts),
        unmastered=_unmastered(known, standings, attempts),
        last=attempts[-1] if attempts else None,
        interview=history.open_interview() is not None,
    )


def suggest(
    exercises: Sequence[Exercise],
    standings: Mapping[str, Standing],
    attempts: Sequence[Attempt],
    skip: Iterable[str] = (),
) -> Suggestion | None:
    """Choose the next exercise: prerequisites first, then the difficulty reached, then what fails most.

    What is not solved comes first; once everything is, what is not mastered.

    Parameters
    ----------
    exercises : sequence of Exercise
        In the order of the tracks.
    standings : mapping of str to Standing
        By slug.
    attempts : sequence of Attempt
        Oldest first.
    skip : iterable of str, default=()
        Slugs that are not wanted now.

    Returns
    -------
    Suggestion or None
        None when everything is mastered.
    """
    done, mastered = with_level(standings, Level.CORE), with_level(standings, Level.FULL)
    known = {exercise.slug for exercise in exercises}
    wanted = [exercise for exercise in exercises if exercise.slug not in set(skip)]
    left = [one for one in wanted if one.slug not in done] or [one for one in wanted if one.slug not in mastered]
    if not left:
        return None
    level = _level(exercises, done)
    weakness = weak_tags(exercises, attempts)
    began = {attempt.slug for attempt in attempts[-3:]} if attempts else set()

    def rank(exercise: Exercise) -> tuple[bool, int, int, float]:
        missing = len((set(exercise.prerequisites) & known) - done)
        return (
            not (exercise.slug in began and _status(standings, exercise.slug) is Status.TRIED),
            missing,
            abs(_LEVELS.index(exercise.difficulty) - level),
            -max((weakness.get(tag, 0.0) for tag in exercise.tags), default=0.0),
        )

    best = min(left, key=rank)  # of equals the first, so the order of the tracks decides
    return Suggestion(best.slug, best.title, best.difficulty, best.minutes, _reason(best, began, weakness, done))


def weak_tags(exercises: Sequence[Exercise], attempts: Iterable[Attempt]) -> dict[str, float]:
    """Return the share of failed attempts of each tag where that is half or more, of at least two attempts."""
    tags = {exercise.slug: exercise.tags for exercise in exercises}
    solved: dict[str, int] = {}
    tried: dict[str, int] = {}
    for attempt in attempts:
        if not attempt.judged:
            continue
        for tag in tags.get(attempt.slug, ()):
            tried[tag] = tried.get(tag, 0) + 1
            solved[tag] = solved.get(tag, 0) + attempt.solved
    shares = {tag: 1 - solved[tag] / count for tag, count in tried.items() if count > 1}
    return {tag: share for tag, share in shares.items() if share >= _WEAK}


def recall(exercises: Sequence[Exercise], standings: Mapping[str, Standing], memory: Mapping[str, Card]) -> float:
    """Return the mean probability that the solutions are remembered; an unsolved one counts as 0."""
    recalls = [
        (memory[exercise.slug].recall if exercise.slug in memory else 1.0)
        for exercise in exercises
        if _status(standings, exercise.slug) in (Status.SOLVED, Status.MASTERED)
    ]
    return sum(recalls) / len(exercises) if exercises else 0.0


def day_of(at: float, utc_offset_s: int | None = None) -> date:
    """Return the day of the learner's calendar that a moment lies in, where the calendar was that far ahead of UTC."""
    if utc_offset_s is not None:
        return datetime.fromtimestamp(at, tz=timezone(timedelta(seconds=utc_offset_s))).date()
    return datetime.fromtimestamp(at).date()  # noqa: DTZ006 - local time is meant


def _track(
    name: str, title: str, members: Sequence[Exercise], standings: Mapping[str, Standing], memory: Mapping[str, Card]
) -> TrackProgress:
    slugs = {exercise.slug for exercise in members}
    solved, mastered = (len(slugs & with_level(standings, level)) for level in (Level.CORE, Level.FULL))
    return TrackProgress(name, title, solved, mastered, len(members), recall(members, standings, memory))


def _unmastered(
    known: Mapping[str, Exercise], standings: Mapping[str, Standing], attempts: Sequence[Attempt]
) -> tuple[Unmastered, ...]:
    last = {attempt.slug: attempt.at for attempt in attempts}
    found = [
        Unmastered(slug, exercise.minutes, standings[slug])
        for slug, exercise in known.items()
        if _status(standings, slug) is Status.SOLVED
    ]
    return tuple(sorted(found, key=lambda one: -last.get(one.slug, 0.0)))


def _status(standings: Mapping[str, Standing], slug: str) -> Status:
    return standings[slug].status if slug in standings else Status.UNTOUCHED


def _due(exercise: Exercise, card: Card, now: float) -> Due:
    return Due(exercise.slug, exercise.title, exercise.minutes, (now - card.due_at) / 86400, card.recall)


def _streak(attempts: Sequence[Attempt], now: float) -> int:
    """Return for how many days in a row there was an attempt, up to today or yesterday.

    A day is that of the calendar where the attempt was made.  Who travels east may lose a day of it between two
    attempts: where the calendar changed and they are less than a day and a half apart, the days are in a row all the
    same.
    """
    past = sorted((one for one in attempts if one.at <= now), key=lambda one: one.at, reverse=True)
    here = time.localtime(now).tm_gmtoff
    day, at, offset, length = day_of(now), now, here, 0
    for one in past:
        its = here if one.utc_offset_s is None else one.utc_offset_s
        that = day_of(one.at, one.utc_offset_s)
        if that >= day and length:
            day, at, offset = min(day, that), one.at, its
            continue
        skipped = (day - that).days
        travelled = its != offset and at - one.at < _TRAVEL_S
        if skipped > 1 and not (skipped == 2 and travelled):
            break
        length += 1
        day, at, offset = that, one.at, its
    return length


def _level(exercises: Sequence[Exercise], done: set[str]) -> int:
    """Return the index of the difficulty to practise: the first of which few are solved and some are left."""
    for index, difficulty in enumerate(_LEVELS):
        members = [exercise.slug for exercise in exercises if exercise.difficulty is difficulty]
        solved = len(done.intersection(members))
        if solved < min(_ENOUGH, len(members)):
            return index
    return len(_LEVELS) - 1


def _reason(exercise: Exercise, began: set[str], weakness: Mapping[str, float], done: set[str]) -> str:
    if exercise.slug in done:
        return "solved, not mastered yet"
    if exercise.slug in began:
        return "you began it"
    weak = [tag for tag in exercise.tags if tag in weakness]
    if weak:
        return f"practises {weak[0]}, where {weakness[weak[0]]:.0%} of your attempts failed"
    built_on = [slug for slug in exercise.prerequisites if slug in done]
    if built_on:
        return f"builds on {built_on[-1]}, which you solved"
    return "a good first one" if not done else "next at your level"
