"""How far an interview is: everything that `kata mock resume` needs, as plain data."""

from __future__ import annotations

import msgspec

from grader.model import Verdict
from grader.practice.interview.clock import Moment
from grader.practice.interview.plan import Plan


class Submitted(msgspec.Struct, frozen=True):
    """One submission to the hidden tests.

    Attributes
    ----------
    at_s : float
        Seconds since the interview began.
    """

    at_s: float
    sha256: str
    verdict: Verdict
    points: float
    max_points: float
    time_ratio: float | None


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
    """

    slug: str
    submitted: tuple[Submitted, ...] = ()
    runs: int = 0
    hints: int = 0
    source: str | None = None
    seen_s: float = 0.0
    answers: tuple[Answer, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether any submission passed."""
        return any(one.verdict is Verdict.PASSED for one in self.submitted)

    @property
    def best(self) -> Submitted | None:
        """The submission with the greatest share of points, the first of equals."""
        return max(self.submitted, key=lambda one: one.points / max(one.max_points, 1e-9), default=None)


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
