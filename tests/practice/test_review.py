"""What a graded result says about the memory, and when an exercise comes back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from grader.content.catalog import load_catalog
from grader.model import Level, Verdict
from grader.practice import review
from grader.practice.attempt import Rated, Rating, Sitting
from tests.support.past import DAY, NOW, Past, open_past
from tests.support.toys import TOYS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.model import Exercise

MINUTES = 10


@pytest.fixture
def past(tmp_path: Path) -> Iterator[Past]:
    """An empty history."""
    with open_past(tmp_path) as found:
        yield found


@pytest.fixture
def halve() -> Exercise:
    """An exercise."""
    return load_catalog(TOYS).exercise("halve")


SPOILED, HARD, CLEAN, ELSE = range(4)  # rows of the documented table


@pytest.mark.parametrize("level", [Level.CORE, Level.FULL])
@pytest.mark.parametrize(
    ("minutes", "failures", "hints", "spoiled", "row"),
    [
        (4, 0, 0, False, CLEAN),
        (5, 0, 0, False, CLEAN),
        (6, 0, 0, False, ELSE),
        (4, 1, 0, False, ELSE),
        (4, 0, 1, False, ELSE),
        (15, 3, 1, False, ELSE),
        (15.1, 0, 0, False, HARD),
        (4, 4, 0, False, HARD),
        (4, 0, 2, False, HARD),
        (4, 0, 0, True, SPOILED),
        (None, 0, 0, False, ELSE),
        (None, 0, 2, False, HARD),
    ],
)
def test_every_row_of_the_table(
    minutes: float | None, failures: int, hints: int, spoiled: bool, row: int, level: Level
) -> None:
    """Level, time, failures, hints and spoilers give the rating that the documented table names."""
    table = re.findall(r" {2,}(again|hard|good|easy) +(again|hard|good|easy)$", review.__doc__ or "", re.MULTILINE)
    started = None if minutes is None else NOW - 60 * minutes
    sitting = _sitting(started_at=started, failures=failures, hints=hints, spoiled=spoiled)

    assert len(table) == 4
    assert review.rate(sitting, level, MINUTES, NOW) == table[row][level is Level.FULL]


def _sitting(**changes: Any) -> Sitting:
    beginning = {"started_at": None, "level": Level.NONE, "rated": None, "failures": 0, "hints": 0, "spoiled": False}
    return Sitting(**{**beginning, **changes})


def test_solving_is_a_success_of_a_lower_kind() -> None:
    """Whatever happened, what only solved is rated no better than what mastered, and no worse than hard by itself."""
    order = list(Rating)
    for started in (None, NOW - 60, NOW - 60 * MINUTES, NOW - 600 * MINUTES):
        for failures, hints in ((0, 0), (1, 1), (5, 3)):
            sitting = _sitting(started_at=started, failures=failures, hints=hints)
            solved, mastered = (review.rate(sitting, level, MINUTES, NOW) for level in (Level.CORE, Level.FULL))
            assert solved is not None
            assert mastered is not None
            assert 1 <= order.index(solved) <= order.index(mastered)
    assert review.rate(_sitting(), Level.NONE, MINUTES, NOW) is None


def test_mastering_later_lifts_the_rating(past: Past, halve: Exercise) -> None:
    """One beginning has one rating: that of the solution, lifted when the same sitting masters it in time."""
    past.start("halve")
    past.now += 60 * halve.minutes * 0.6
    assert past.grade(halve, fine=Verdict.WRONG) is Rating.HARD
    past.now += 60
    assert past.grade(halve, Verdict.WRONG, fine=Verdict.WRONG) is None
    assert past.grade(halve, fine=Verdict.PASSED) is Rating.GOOD
    assert past.grade(halve, fine=Verdict.PASSED) is None

    assert [rated.rating for rated in past.history.ratings()] == [Rating.GOOD]


def test_mastering_by_our_solution_lifts_nothing(past: Past, halve: Exercise) -> None:
    """Who solved it, looked at our solution and then mastered it keeps the rating of the solution."""
    past.start("halve")
    past.now += 60
    past.grade(halve, fine=Verdict.WRONG)
    past.spoil("halve")
    past.now += 60
    assert past.grade(halve, fine=Verdict.PASSED) is None

    assert [rated.rating for rated in past.history.ratings()] == [Rating.GOOD]


def test_a_pass_is_rated_once_for_each_beginning(past: Past, halve: Exercise) -> None:
    """Grading the same work again says nothing new; a new start does."""
    assert past.grade(halve) is Rating.GOOD
    past.now += DAY
    assert past.grade(halve) is None
    past.now += DAY
    past.start("halve")
    past.now += 60
    assert past.grade(halve) is Rating.EASY
    assert [rated.rating for rated in past.history.ratings()] == [Rating.GOOD, Rating.EASY]


def test_failures_before_the_start_do_not_count(past: Past, halve: Exercise) -> None:
    """Only what happened since the start weighs on the rating."""
    for _ in range(5):
        past.grade(halve, Verdict.WRONG)
        past.now += 1
    past.start("halve")
    past.now += 60

    assert past.grade(halve) is Rating.EASY


def test_a_fault_of_ours_is_not_held_against_the_learner(past: Past, halve: Exercise) -> None:
    """Grader faults and untouched stubs are no failures."""
    past.start("halve")
    for verdict in [Verdict.GRADER_FAULT, Verdict.NOT_STARTED] * 3:
        past.now += 1
        past.grade(halve, verdict)

    assert past.history.sitting("halve").failures == 0


def test_better_ratings_come_back_later() -> None:
    """Again and hard come back tomorrow, good later, easy later still; repeated success stretches the interval."""
    waits = {}
    for rating in Rating:
        card = review.cards([Rated(NOW, "halve", rating)], NOW)["halve"]
        waits[rating] = (card.due_at - NOW) / DAY
    twice = review.cards([Rated(NOW, "x", Rating.GOOD), Rated(NOW + 2 * DAY, "x", Rating.GOOD)], NOW + 2 * DAY)["x"]

    assert 0 < waits[Rating.AGAIN] <= waits[Rating.HARD] < waits[Rating.GOOD] < waits[Rating.EASY]
    assert twice.due_at - (NOW + 2 * DAY) > 2 * waits[Rating.GOOD] * DAY
    assert twice.reviews == 2


def test_memory_fades() -> None:
    """The probability of recall is one at first, about 0.9 when the exercise is due, and less later."""
    rated = [Rated(NOW, "halve", Rating.GOOD)]
    due = review.cards(rated, NOW)["halve"].due_at
    recalls = [review.cards(rated, at)["halve"].recall for at in (NOW, due, due + 100 * DAY)]

    assert recalls[0] == pytest.approx(1.0)
    assert recalls[1] == pytest.approx(0.9, abs=0.03)
    assert recalls[2] < 0.6


def test_the_most_urgent_comes_first() -> None:
    """Cards are in the order in which they are due."""
    ratings = [Rated(NOW, "later", Rating.EASY), Rated(NOW, "soon", Rating.AGAIN)]

    assert list(review.cards(ratings, NOW)) == ["soon", "later"]
