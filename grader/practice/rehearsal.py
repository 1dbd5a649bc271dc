"""The next grade of an exercise, tried with our solution while the learner thinks."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from grader.errors import GraderError
from grader.judge import rehearse
from grader.model import new_seed

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.model import Exercise
    from grader.sandbox import Sandbox
    from grader.suite.suites import Suites


class Rehearsal:
    """Draws the seed of the next grade beforehand, so that its verdict is there sooner.

    Parameters
    ----------
    suites : Suites
        The hidden tests that the next submission will be given.
    """

    def __init__(self, suites: Suites) -> None:
        self._suites = suites
        self._seeds: dict[str, int] = {}  # of one exercise, by its slug

    def take_seed(self, slug: str) -> int | None:
        """Return the seed that was rehearsed, once; None where there is none.

        Parameters
        ----------
        slug : str
            The exercise that is graded now.
        """
        return self._seeds.pop(slug, None)

    def play(self, exercise: Exercise, sandbox: Sandbox, until: Callable[[], bool]) -> None:
        """Have our solution pass with a new seed, unless that was done since the last grade.

        Parameters
        ----------
        exercise : Exercise
            What was graded last.
        sandbox : Sandbox
            Where submissions run.
        until : callable
            Tells whether something else is to be done now.
        """
        if exercise.slug in self._seeds:
            return
        seed = new_seed()
        with contextlib.suppress(GraderError):  # the next grade says what is wrong
            rehearse(exercise, sandbox, self._suites, seed, until)
            self._seeds = {exercise.slug: seed}
