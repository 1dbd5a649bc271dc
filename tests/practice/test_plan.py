"""Plans of mock interviews: what is asked, and how the clock is shared out."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.content.catalog import load_catalog
from grader.content.question import QuestionKind
from grader.errors import UsageError
from grader.model import Difficulty, Level
from grader.practice.interview.plan import PRESETS, Style, Wishes, make_plan
from grader.practice.standing import Standing

ROOT = Path(__file__).parents[2]


def test_the_same_seed_gives_the_same_interview() -> None:
    """Plans depend on the seed and on nothing else; their steps fill the clock exactly."""
    catalog = load_catalog(ROOT)
    for style in Style:
        first, second, other = (make_plan(catalog, Wishes(style=style, seed=seed), {}) for seed in (1, 1, 2))
        assert first == second
        assert first != other
        assert sum(step.seconds for step in first.steps) == pytest.approx(60 * first.minutes)
        assert len(first.exercises) == PRESETS[style].exercises
        assert len(first.questions) == len(PRESETS[style].kinds)


def test_an_onsite_asks_for_a_design_and_about_oneself() -> None:
    """The kinds of the questions are those of the style, exercises come from different tracks, the easier one first."""
    catalog = load_catalog(ROOT)
    kinds = {question.id: question.kind for question in catalog.questions}
    plan = make_plan(catalog, Wishes(style=Style.ONSITE, seed=3), {})
    exercises = [catalog.exercise(slug) for slug in plan.exercises]

    assert [kinds[name] for name in plan.questions] == [QuestionKind.DESIGN, QuestionKind.BEHAVIOURAL]
    assert len({exercise.track for exercise in exercises}) == 2
    order = list(Difficulty)
    assert order.index(exercises[0].difficulty) <= order.index(exercises[1].difficulty)


def test_unsolved_exercises_are_drawn_first() -> None:
    """What was solved is asked only where nothing else fits, and what was mastered last of all."""
    catalog = load_catalog(ROOT)
    easy = [exercise.slug for exercise in catalog.exercises if exercise.difficulty == "easy"]
    standings = dict.fromkeys(easy[1:], Standing(Level.CORE))
    polished = {**dict.fromkeys(easy, Standing(Level.FULL)), easy[1]: Standing(Level.CORE)}

    for seed in range(20):
        wishes = Wishes(seed=seed, difficulty=Difficulty.EASY)
        assert make_plan(catalog, wishes, standings).exercises == (easy[0],)
        assert make_plan(catalog, wishes, polished).exercises == (easy[1],)


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        (Wishes(track="behavioural"), "No exercise fits"),
        (Wishes(slugs=("nosuch",)), "no exercise named"),
        (Wishes(minutes=10, questions=9), "fit into half of 10 minutes"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused(wishes: Wishes, told: str) -> None:
    """The message says what does not fit."""
    with pytest.raises(UsageError, match=told):
        make_plan(load_catalog(ROOT), wishes, {})
