"""A list to choose an exercise from: typing filters it, arrows move, Enter takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.practice.standing import Status
from grader.render.levels import stars
from grader.render.paint import BOLD, DIM, GREEN, YELLOW
from grader.screen import keyboard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model import Exercise
    from grader.practice.standing import Standing
    from grader.render.paint import Paint

_MARKS = {Status.UNTOUCHED: ("·", DIM), Status.TRIED: ("…", YELLOW)}
_COLUMNS = 3


class Picker:
    """What is typed and which row is chosen.

    Parameters
    ----------
    choices : sequence of (Exercise, Standing or None)
        Exercises and how far the learner came, in the order to list them.
    """

    def __init__(self, choices: Sequence[tuple[Exercise, Standing | None]]) -> None:
        self._choices = choices
        self._typed = ""
        self._row = 0

    def press(self, key: str) -> str | None:
        """Take a key.

        Returns
        -------
        str or None
            The slug that was chosen; empty when the list was left; None while it goes on.
        """
        found = self.found()
        if key == keyboard.ESCAPE:
            return ""
        if key == keyboard.ENTER:
            return found[self._row][0].slug if found else None
        if key in (keyboard.UP, keyboard.DOWN):
            self._row = min(max(self._row + (1 if key == keyboard.DOWN else -1), 0), max(len(found) - 1, 0))
        else:
            self._typed = self._typed[:-1] if key == keyboard.BACKSPACE else self._typed + key * key.isprintable()
            self._row = 0
        return None

    def found(self) -> list[tuple[Exercise, Standing | None]]:
        """Return the exercises in which every typed word occurs: in slug, title, track, tags, difficulty or status."""
        words = self._typed.lower().split()
        return [(one, how) for one, how in self._choices if all(word in _text(one, how) for word in words)]

    def lines(self, paint: Paint, height: int) -> list[str]:
        """Return the list as it is to be shown, in at most so many lines."""
        found = self.found()
        room = max(height - 3, 3)
        first = min(max(self._row - room // 2, 0), max(len(found) - room, 0))
        width = max((len(one.slug) for one, _ in self._choices), default=0)
        lines = [f"find: {self._typed}▏", ""]
        for row, (one, standing) in enumerate(found[first : first + room], first):
            mark, code = _mark(standing)
            text = f"{one.slug:<{width}}  {one.difficulty:<6}  {one.minutes:>3} min  {one.title}"
            pointer = ">" if row == self._row else " "
            shown = text[: paint.width - 4 - _COLUMNS]
            lines.append(
                f"{pointer} {paint.dress(mark, code)} {paint.dress(shown, BOLD) if row == self._row else shown}"
            )
        if not found:
            lines.append("  nothing fits")
        keys = "↑↓ · Enter · Esc · type to filter: name, track, tag, easy, solved, mastered …"
        return [*lines, paint.dress(keys[: paint.width], DIM)]


def _mark(standing: Standing | None) -> tuple[str, str]:
    """Return a mark of three columns for how far the learner came, and its colour."""
    if standing is None or not standing.solved:
        mark, code = _MARKS[Status.UNTOUCHED if standing is None else standing.status]
    else:
        mark, code = stars(standing.level, standing.layers), GREEN
    return mark.ljust(_COLUMNS), code


def _text(exercise: Exercise, standing: Standing | None) -> str:
    status = Status.UNTOUCHED if standing is None else standing.status
    parts = (exercise.slug, exercise.title, exercise.track, exercise.difficulty, *exercise.tags, status)
    return " ".join(parts).lower()
