"""How far an interview is: everything that `kata mock resume` needs, as plain data."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

import msgspec

from grader.errors import UsageError
from grader.model import LayerCount, Level, Verdict
from grader.practice.interview.clock import Moment
from grader.practice.interview.plan import Plan

if TYPE_CHECKING:
    from grader.practice.history import History


class Submitted(msgspec.Struct, frozen=True):
    """One submission to the hidden tests.

    Attributes
    ----------
    at_s : float
        Seconds since the interview began.
    level : Level
        How far it came.
    layers : tuple of LayerCount
        How many cases of each layer passed, core first.
    looks_like : tuple of str
        The planted mistakes that it looks like, a sentence each; told with the scorecard and not before.
    """

    at_s: float
    sha256: str
    verdict: Verdict
    points: float
    max_points: float
    time_ratio: float | None
    level: Level = Level.NONE
    layers: tuple[LayerCount, ...] = ()
    looks_like: tuple[str, ...] = ()


class Answer(msgspec.Struct, frozen=True):
    """How many key points of a question the learner says to have named."""

    named: int
    total: int


class Work(msgspec.Struct, frozen=True):
    """What was done for one exercise.

    Attributes
    ----------
    source : str or None
        What the stub held when it was looked at last before time was up.
    seen_s : float
        When that was.
    answers : tuple of Answer
        To the follow-up questions, in their order.
    asked : tuple of str
        Names of the clarifications that were asked for, in the order of asking.
    told : tuple of str
        Names of the sections of the prompt that were asked for.
    """

    slug: str
    submitted: tuple[Submitted, ...] = ()
    runs: int = 0
    hints: int = 0
    source: str | None = None
    seen_s: float = 0.0
    answers: tuple[Answer, ...] = ()
    asked: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    @property
    def level(self) -> Level:
        """How far the best submission came."""
        return self.best.level if self.best else Level.NONE

    @property
    def best(self) -> Submitted | None:
        """The submission that came furthest, of equals the one with the greatest share of points, then the first."""
        order = list(Level)
        return max(
            self.submitted,
            key=lambda one: (order.index(one.level), one.points / max(one.max_points, 1e-9)),
            default=None,
        )


class State(msgspec.Struct, frozen=True):
    """A whole interview, at one moment.

    Attributes
    ----------
    begun : Moment
        When it began, by every clock.
    step : int
        Index of the current step; the number of steps once all are done.
    spent_s : tuple of float
        Seconds spent in each step.
    used_s : float
        Seconds that had passed when it was saved; time never goes back behind them.
    works : tuple of Work
        One for each exercise of the plan, in its order.
    answers : dict of str to Answer
        By id of the question.
    """

    name: str
    plan: Plan
    begun: Moment
    step: int
    spent_s: tuple[float, ...]
    used_s: float
    works: tuple[Work, ...]
    answers: dict[str, Answer]
    frozen: bool = False

    def work(self, slug: str) -> Work:
        """Return what was done for an exercise."""
        return next(work for work in self.works if work.slug == slug)


def dump(state: State) -> str:
    """Return a state as JSON."""
    return msgspec.json.encode(state).decode()


def load(text: str) -> State:
    """Return the state that was dumped.

    Raises
    ------
    ValueError
        When it is no such state, as after an upgrade that changed its form.
    """
    return msgspec.json.decode(text, type=State)


def begin(plan: Plan, present: Moment) -> State:
    """Return the state of an interview that begins now.

    Parameters
    ----------
    plan : Plan
        What is asked.
    present : Moment
        From when the clock counts.
    """
    return State(
        name=f"{time.strftime('%Y-%m-%d-%H%M%S', time.localtime(present.wall_s))}-{secrets.token_hex(3)}",
        plan=plan,
        begun=present,
        step=0,
        spent_s=(0.0,) * len(plan.steps),
        used_s=0.0,
        works=tuple(Work(slug) for slug in plan.exercises),
        answers={},
    )


def under_way(history: History) -> State | None:
    """Return the state of the interview that waits to be resumed, if any.

    Raises
    ------
    UsageError
        When it cannot be read, as after an upgrade.
    """
    text = history.open_interview()
    if text is None:
        return None
    try:
        return load(text)
    except ValueError as error:
        raise UsageError(
            f"The interview under way cannot be read ({error}).", "Abandon it: `kata mock drop`."
        ) from None


def expect_free(history: History, slug: str) -> None:
    """Refuse an exercise that is part of the interview under way: an interviewer shows no input either.

    Raises
    ------
    UsageError
        When it is, or when the interview cannot be read.
    """
    state = under_way(history)
    if state is not None and any(work.slug == slug for work in state.works):
        raise UsageError(f"{slug} is part of an interview that is under way.", "Finish it, or `kata mock` to drop it.")
