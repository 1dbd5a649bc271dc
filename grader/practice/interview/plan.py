"""What a mock interview asks, and how long each part may take."""

from __future__ import annotations

import random
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from grader.content.question import QuestionKind
from grader.errors import UsageError
from grader.model import Difficulty, Level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.content.catalog import Catalog
    from grader.content.question import Question
    from grader.model import Exercise
    from grader.practice.standing import Standing


class Style(StrEnum):
    """The kind of round, after how companies hold them."""

    SCREEN = "screen"
    ONSITE = "onsite"
    RESEARCH = "research"


class Stage(StrEnum):
    """The parts of a round."""

    CLARIFY = "clarify"
    PLAN = "plan"
    CODE = "code"
    TEST = "test"
    FOLLOW_UPS = "follow-ups"
    QUESTION = "question"

    @classmethod
    def _missing_(cls, value: object) -> Stage | None:
        """Accept the former name of a stage, which interviews that were left may hold."""
        return cls.CLARIFY if value == "read" else None


class Preset(msgspec.Struct, frozen=True):
    """What a style asks unless the learner says otherwise.

    Attributes
    ----------
    difficulties : tuple of Difficulty
        What exercises are drawn from, the preferred ones first.
    kinds : tuple of QuestionKind
        Kind of each question in turn.
    """

    about: str
    minutes: int
    exercises: int
    difficulties: tuple[Difficulty, ...]
    kinds: tuple[QuestionKind, ...]


PRESETS: Final = {
    Style.SCREEN: Preset(
        about="one exercise and two short questions, as on the telephone",
        minutes=45,
        exercises=1,
        difficulties=(Difficulty.EASY, Difficulty.MEDIUM),
        kinds=(QuestionKind.BREADTH, QuestionKind.BREADTH),
    ),
    Style.ONSITE: Preset(
        about="two exercises, a system to design and a question about your work",
        minutes=120,
        exercises=2,
        difficulties=(Difficulty.MEDIUM, Difficulty.HARD),
        kinds=(QuestionKind.DESIGN, QuestionKind.BEHAVIOURAL),
    ),
    Style.RESEARCH: Preset(
        about="one hard exercise and four questions that go deep",
        minutes=75,
        exercises=1,
        difficulties=(Difficulty.HARD, Difficulty.MEDIUM),
        kinds=(QuestionKind.BREADTH, QuestionKind.BREADTH, QuestionKind.BREADTH, QuestionKind.BEHAVIOURAL),
    ),
}

# How the time of an exercise is shared out.
SHARES: Final = {Stage.CLARIFY: 0.15, Stage.PLAN: 0.10, Stage.CODE: 0.50, Stage.TEST: 0.15, Stage.FOLLOW_UPS: 0.10}
_MOST_QUESTIONS: Final = 0.5  # of the time


class Step(msgspec.Struct, frozen=True):
    """One stage of one exercise, or one question.

    Attributes
    ----------
    item : str
        Slug of the exercise, or id of the question.
    seconds : float
        Its share of the clock.
    """

    stage: Stage
    item: str
    seconds: float


class Plan(msgspec.Struct, frozen=True):
    """A whole interview."""

    style: Style
    minutes: int
    seed: int
    steps: tuple[Step, ...]

    @property
    def exercises(self) -> tuple[str, ...]:
        """Slugs in the order they come."""
        return tuple(dict.fromkeys(step.item for step in self.steps if step.stage is not Stage.QUESTION))

    @property
    def questions(self) -> tuple[str, ...]:
        """Ids of the questions in the order they come."""
        return tuple(step.item for step in self.steps if step.stage is Stage.QUESTION)


class Wishes(msgspec.Struct, frozen=True):
    """What a learner asks for; what is left open comes from the preset and the seed.

    Attributes
    ----------
    slugs : tuple of str
        Exercises by name, instead of drawn ones.
    questions : int or None
        How many questions.
    """

    style: Style = Style.SCREEN
    minutes: int | None = None
    track: str | None = None
    difficulty: Difficulty | None = None
    slugs: tuple[str, ...] = ()
    questions: int | None = None
    seed: int = 0


def make_plan(catalog: Catalog, wishes: Wishes, standings: Mapping[str, Standing]) -> Plan:
    """Choose what is asked.

    Parameters
    ----------
    catalog : Catalog
        What there is to ask.
    wishes : Wishes
        What the learner asks for; the same wishes and the same past give the same plan.
    standings : mapping of str to Standing
        What was solved; unsolved exercises are drawn first, then those that are not mastered.

    Returns
    -------
    Plan
        Exercises first, then questions.

    Raises
    ------
    UsageError
        When nothing fits.
    """
    preset = PRESETS[wishes.style]
    rng = random.Random(wishes.seed)  # noqa: S311 - nothing is secret here
    exercises = (
        [catalog.exercise(slug) for slug in wishes.slugs]
        if wishes.slugs
        else _draw_exercises(catalog, wishes, preset, standings, rng)
    )
    questions = _draw_questions(catalog, wishes, preset, rng)
    minutes = wishes.minutes or (sum(one.minutes for one in exercises) if wishes.slugs else preset.minutes)
    if wishes.slugs and not wishes.minutes:
        minutes += sum(one.minutes for one in questions)
    return Plan(wishes.style, minutes, wishes.seed, _steps(exercises, questions, 60.0 * minutes))


def _draw_exercises(
    catalog: Catalog, wishes: Wishes, preset: Preset, standings: Mapping[str, Standing], rng: random.Random
) -> list[Exercise]:
    pool = list(catalog.in_track(wishes.track) if wishes.track else catalog.exercises)
    if wishes.difficulty is not None:
        pool = [one for one in pool if one.difficulty is wishes.difficulty]
    if not pool:
        raise UsageError("No exercise fits these wishes.", "Drop --track or --difficulty; see `kata list`.")
    rng.shuffle(pool)
    levels = (wishes.difficulty,) if wishes.difficulty else preset.difficulties

    def rank(one: Exercise) -> tuple[int, int]:
        difficulty = levels.index(one.difficulty) if one.difficulty in levels else len(levels)
        standing = standings.get(one.slug)
        return 0 if standing is None else list(Level).index(standing.level), difficulty

    pool.sort(key=rank)  # stable, so equals stay shuffled
    chosen: list[Exercise] = []
    for one in pool:
        if len(chosen) < preset.exercises and one.track not in {other.track for other in chosen}:
            chosen.append(one)
    chosen += [one for one in pool if one not in chosen][: preset.exercises - len(chosen)]
    order = list(Difficulty)
    return sorted(chosen, key=lambda one: order.index(one.difficulty))  # a round begins with the easier one


def _draw_questions(catalog: Catalog, wishes: Wishes, preset: Preset, rng: random.Random) -> list[Question]:
    count = len(preset.kinds) if wishes.questions is None else wishes.questions
    pool = list(catalog.questions)
    rng.shuffle(pool)
    # Questions of the track that was asked for come first; open ones belong to no track of exercises.
    pool.sort(key=lambda one: wishes.track is not None and one.track != wishes.track)
    minutes = wishes.minutes or preset.minutes
    chosen: list[Question] = []
    for number in range(count):
        kind = preset.kinds[number % len(preset.kinds)]
        left = _MOST_QUESTIONS * minutes - sum(one.minutes for one in chosen)
        fitting = [one for one in pool if one not in chosen and (wishes.minutes is None or one.minutes <= left)]
        of_kind = [one for one in fitting if one.kind is kind] or [
            one for one in fitting if one.kind is QuestionKind.BREADTH
        ]
        chosen += of_kind[:1]
    if len(chosen) < count:
        raise UsageError(
            f"Of {count} questions, {len(chosen)} fit into half of {minutes} minutes.", "Raise --minutes, or ask fewer."
        )
    return chosen


def _steps(exercises: Sequence[Exercise], questions: Sequence[Question], total_s: float) -> tuple[Step, ...]:
    asked = sum(60.0 * one.minutes for one in questions)
    talk = min(asked, _MOST_QUESTIONS * total_s) if exercises else total_s
    steps: list[Step] = []
    work = sum(one.minutes for one in exercises)
    for one in exercises:
        own = (total_s - talk) * one.minutes / work
        shares = (
            SHARES if one.follow_ups else {stage: SHARES[stage] for stage in SHARES if stage is not Stage.FOLLOW_UPS}
        )
        whole = sum(shares.values())
        steps += [Step(stage, one.slug, own * share / whole) for stage, share in shares.items()]
    steps += [Step(Stage.QUESTION, one.id, talk * 60.0 * one.minutes / asked) for one in questions]
    return tuple(steps)
