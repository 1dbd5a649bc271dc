"""Spaced repetition: what a graded result says about the memory, and when an exercise is due again.

The intervals are those of FSRS, from the library `fsrs`; the rating of a result is this table, first row that fits.
Solved means that every core case passed, mastered that every case did; a failed submission is one that solved nothing.

===============================================================================  ======  ========
since the exercise was begun                                                     solved  mastered
===============================================================================  ======  ========
our solution was shown                                                           again   again
2 hints or more, or 4 failed submissions or more, or over 1.5 times its minutes  hard    hard
no hint, no failed submission, and at most half of its minutes                   good    easy
anything else                                                                    hard    good
===============================================================================  ======  ========

A mock interview that ends without a solution is `again`.  A beginning (`kata start`, `kata review`, `kata reset` or an
interview) brings one rating: that of the first attempt that solves the exercise, lifted if a later one masters it and
the table then gives more.  Time counts only where the exercise was started.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from grader.model import Level
from grader.practice.attempt import Rating

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.model import Exercise, Report, Submission
    from grader.practice.attempt import Rated, Sitting
    from grader.practice.history import History

_MANY_HINTS: Final = 2
_MANY_FAILURES: Final = 4
_SLOW: Final = 1.5
_QUICK: Final = 0.5
_ORDER: Final = list(Rating)


@dataclass(frozen=True, slots=True)
class Card:
    """What is known about the memory of one exercise.

    Attributes
    ----------
    due_at : float
        When it is to be repeated, seconds since the epoch.
    last_at : float
        When it was rated last, seconds since the epoch.
    recall : float
        Probability that it is remembered now, by FSRS.
    stability_days : float
        Days until that probability falls to 0.9.
    reviews : int
        How often it was rated.
    """

    slug: str
    due_at: float
    last_at: float
    recall: float
    stability_days: float
    reviews: int
    last_rating: Rating


def rate(sitting: Sitting, level: Level, minutes: int, now: float) -> Rating | None:
    """Return what an attempt now says about the memory, by the table above.

    Parameters
    ----------
    sitting : Sitting
        What happened before the attempt.
    level : Level
        How far it came.
    minutes : int
        What an interviewer would allow for the exercise.
    now : float
        When it was graded, seconds since the epoch.

    Returns
    -------
    Rating or None
        None where the attempt solved nothing, or says no more than what was rated already.
    """
    if level is Level.NONE:
        return None
    found = _rating(sitting, level, minutes, now)
    if sitting.rated is None:
        return found
    gained = level is Level.FULL and sitting.level is Level.CORE
    return found if gained and _ORDER.index(found) > _ORDER.index(sitting.rated) else None


def record(history: History, exercise: Exercise, report: Report, submission: Submission, now: float) -> Rating | None:
    """Keep a graded attempt, and with it what it says about the memory.

    Returns
    -------
    Rating or None
        The rating, where the attempt brought one.

    Raises
    ------
    DataFolderError
        When the history cannot be written.
    """
    sitting = history.sitting(exercise.slug)
    rating = rate(sitting, report.level, exercise.minutes, now)
    history.record(report, submission, rating, lifts=sitting.rated is not None)
    return rating


def cards(ratings: Iterable[Rated], now: float) -> dict[str, Card]:
    """Return the card of every exercise that was ever rated, by slug.

    Parameters
    ----------
    ratings : iterable of Rated
        Oldest first.
    now : float
        Seconds since the epoch.

    Returns
    -------
    dict of str to Card
        The most urgent first.
    """
    import fsrs

    # Days, not minutes, lie between two sittings, and the same past always gives the same plan.
    scheduler = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    memory: dict[str, fsrs.Card] = {}
    counts: dict[str, int] = {}
    last: dict[str, Rated] = {}
    before = 0.0
    for noted in ratings:
        # A clock that ran ahead does not put the next repetition into that future: it was after the one before.
        rated = noted if noted.at <= now else replace(noted, at=before or now)
        before = rated.at
        card = memory.get(rated.slug) or fsrs.Card(card_id=0)
        grade = fsrs.Rating[rated.rating.capitalize()]
        memory[rated.slug] = scheduler.review_card(card, grade, _moment(rated.at))[0]
        counts[rated.slug] = counts.get(rated.slug, 0) + 1
        last[rated.slug] = rated
    found = [
        Card(
            slug=slug,
            due_at=card.due.timestamp(),
            last_at=last[slug].at,
            recall=scheduler.get_card_retrievability(card, _moment(max(now, last[slug].at))),
            stability_days=card.stability or 0.0,
            reviews=counts[slug],
            last_rating=last[slug].rating,
        )
        for slug, card in memory.items()
    ]
    return {card.slug: card for card in sorted(found, key=lambda card: (card.due_at, card.slug))}


def _rating(sitting: Sitting, level: Level, minutes: int, now: float) -> Rating:
    share = None if sitting.started_at is None else (now - sitting.started_at) / (60 * minutes)
    if sitting.spoiled:
        return Rating.AGAIN
    if sitting.hints >= _MANY_HINTS or sitting.failures >= _MANY_FAILURES or (share is not None and share > _SLOW):
        return Rating.HARD
    clean = not sitting.hints and not sitting.failures and share is not None and share <= _QUICK
    if level is Level.FULL:
        return Rating.EASY if clean else Rating.GOOD
    return Rating.GOOD if clean else Rating.HARD


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, tz=UTC)
