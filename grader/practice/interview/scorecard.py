"""What an interview was worth.

An exercise gives up to 100:

====  ==================================================================================================================
  50  solved: every core case passed.  Not solved: 25 times the share of core cases that passed.
  20  mastered: every case passed.  Solved: 20 times the share of the cases of fine print and scale that passed.
  15  time: in full within the exercise's share of the clock, down to nothing at twice that, only once it is solved.
  15  the share of key points named in follow-ups; without follow-ups, the share of the first 70.
  -5  each hint
  -2  each submission that solved nothing
====  ==================================================================================================================

The best submission counts, and nothing goes below 0.  What was not asked costs nothing by itself.  A question gives the
share of key points named.  The whole is the mean of all parts, weighted by their share of the clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import structs

from grader.content.question import QuestionKind
from grader.model import Layer, LayerCount, Level, Verdict
from grader.practice.interview.plan import Stage, Style

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.content.question import Question
    from grader.model import Exercise
    from grader.practice.interview.state import Answer, State, Submitted

FORMAT: Final = 2
_SOLVED: Final = 50.0
_NEARLY: Final = 25.0
_REST: Final = 20.0
_TIME: Final = 15.0
_FOLLOW_UPS: Final = 15.0
_HINT: Final = 5.0
_FAILURE: Final = 2.0


class StageTime(msgspec.Struct, frozen=True):
    """Seconds spent in a stage, beside its share of the clock."""

    stage: Stage
    spent_s: float
    share_s: float


class ExerciseScore(msgspec.Struct, frozen=True):
    """What one exercise was worth.

    Attributes
    ----------
    verdict : Verdict
        Of the best submission; `not_started` where there was none.
    failures : int
        Submissions that solved nothing.
    named, total : int
        Key points of the follow-ups: named, and asked for.
    score : float
        Between 0 and 100.
    level : Level
        How far the best submission came.
    layers : tuple of LayerCount
        How many of its cases passed, core first.
    asked, not_asked : tuple of str
        Names of the clarifications that were and were not asked for.
    looks_like : tuple of str
        The mistakes that the best submission looks like, a sentence each; empty where nothing is left to mend.
    """

    slug: str
    title: str
    verdict: Verdict
    points: float
    max_points: float
    taken_s: float
    share_s: float
    hints: int
    runs: int
    submissions: int
    failures: int
    time_ratio: float | None
    named: int
    total: int
    stages: tuple[StageTime, ...]
    score: float
    level: Level = Level.NONE
    layers: tuple[LayerCount, ...] = ()
    asked: tuple[str, ...] = ()
    not_asked: tuple[str, ...] = ()
    looks_like: tuple[str, ...] = ()


class QuestionScore(msgspec.Struct, frozen=True):
    """What one question was worth.

    Attributes
    ----------
    reached : bool
        Whether the interview got there.
    score : float
        Between 0 and 100.
    """

    id: str
    kind: QuestionKind
    question: str
    named: int
    total: int
    reached: bool
    spent_s: float
    share_s: float
    score: float


class Scorecard(msgspec.Struct, frozen=True):
    """What an interview was worth.

    Attributes
    ----------
    at : float
        When it began, seconds since the epoch.
    score : float
        Between 0 and 100.
    review : tuple of str
        Exercises to do again first.
    """

    format: int
    name: str
    at: float
    style: Style
    seed: int
    minutes: int
    used_s: float
    score: float
    exercises: tuple[ExerciseScore, ...]
    questions: tuple[QuestionScore, ...]
    review: tuple[str, ...]


def score(state: State, exercises: Mapping[str, Exercise], questions: Mapping[str, Question]) -> Scorecard:
    """Judge an interview that ended.

    Parameters
    ----------
    state : State
        How it ended.
    exercises : mapping of str to Exercise
        By slug, at least those of the plan.
    questions : mapping of str to Question
        By id, at least those of the plan.

    Returns
    -------
    Scorecard
        By the rules above.
    """
    done = tuple(_exercise(state, exercises[slug]) for slug in state.plan.exercises)
    asked = tuple(_question(state, questions[name]) for name in state.plan.questions)
    parts = [(one.score, one.share_s) for one in done] + [(one.score, one.share_s) for one in asked]
    weight = sum(share for _, share in parts)
    weak = sorted((one for one in done if one.level is not Level.FULL or one.hints), key=lambda one: one.score)
    return Scorecard(
        format=FORMAT,
        name=state.name,
        at=state.begun.wall_s,
        style=state.plan.style,
        seed=state.plan.seed,
        minutes=state.plan.minutes,
        used_s=min(state.used_s, 60.0 * state.plan.minutes),
        score=round(sum(value * share for value, share in parts) / weight, 1) if weight else 0.0,
        exercises=done,
        questions=asked,
        review=tuple(one.slug for one in weak),
    )


def dump(card: Scorecard) -> str:
    """Return a scorecard as JSON."""
    return msgspec.json.format(msgspec.json.encode(card), indent=2).decode() + "\n"


def load(text: str) -> Scorecard:
    """Return the scorecard that was dumped.

    Raises
    ------
    ValueError
        When it is none.
    """
    card = msgspec.json.decode(text, type=Scorecard)
    if card.format == 1:  # of the time when there were no levels: passed or not
        exercises = tuple(
            structs.replace(one, level=Level.FULL) if one.verdict is Verdict.PASSED else one for one in card.exercises
        )
        card = structs.replace(card, format=FORMAT, exercises=exercises)
    return card


def _exercise(state: State, exercise: Exercise) -> ExerciseScore:
    work = state.work(exercise.slug)
    stages = tuple(
        StageTime(step.stage, state.spent_s[index], step.seconds)
        for index, step in enumerate(state.plan.steps)
        if step.item == exercise.slug and step.stage is not Stage.QUESTION
    )
    working = [one for one in stages if one.stage is not Stage.FOLLOW_UPS]
    taken, share = sum(one.spent_s for one in working), sum(one.share_s for one in working)
    best = work.best
    failures = sum(one.level is Level.NONE for one in work.submitted)
    named, total = _named(work.answers), sum(len(one.key_points) for one in exercise.follow_ups)
    correct = _correctness(best) if best else 0.0
    quick = min(max(2 - taken / share, 0.0), 1.0) if work.level is not Level.NONE and share else 0.0
    value = correct + _TIME * quick - _HINT * work.hints - _FAILURE * failures
    value += _FOLLOW_UPS * (named / total if total else correct / (_SOLVED + _REST))
    topics = [one.topic for one in exercise.clarifications]
    return ExerciseScore(
        slug=exercise.slug,
        title=exercise.title,
        verdict=best.verdict if best else Verdict.NOT_STARTED,
        points=best.points if best else 0.0,
        max_points=best.max_points if best else 0.0,
        taken_s=taken,
        share_s=sum(one.share_s for one in stages),
        hints=work.hints,
        runs=work.runs,
        submissions=len(work.submitted),
        failures=failures,
        time_ratio=best.time_ratio if best else None,
        named=named,
        total=total,
        stages=stages,
        score=round(min(max(value, 0.0), 100.0), 1),
        level=work.level,
        layers=best.layers if best else (),
        asked=tuple(topic for topic in topics if topic in work.asked),
        not_asked=tuple(topic for topic in topics if topic not in work.asked),
        looks_like=best.looks_like if best and best.level is not Level.FULL else (),
    )


def _correctness(best: Submitted) -> float:
    """Return what a submission is worth by its level and its layers, out of 70."""
    if best.level is Level.FULL:
        return _SOLVED + _REST
    core = best.level is Level.NONE
    counts = [count for count in best.layers if (count.layer is Layer.CORE) is core]
    share = sum(count.passed for count in counts) / max(sum(count.total for count in counts), 1)
    return _NEARLY * share if core else _SOLVED + _REST * share


def _question(state: State, question: Question) -> QuestionScore:
    index = next(i for i, step in enumerate(state.plan.steps) if step.item == question.id)
    answer = state.answers.get(question.id)
    named = answer.named if answer else 0
    return QuestionScore(
        id=question.id,
        kind=question.kind,
        question=question.question,
        named=named,
        total=len(question.key_points),
        reached=state.step >= index and (state.spent_s[index] > 0 or answer is not None),
        spent_s=state.spent_s[index],
        share_s=state.plan.steps[index].seconds,
        score=round(100.0 * named / len(question.key_points), 1),
    )


def _named(answers: tuple[Answer, ...]) -> int:
    return sum(one.named for one in answers)
