"""Text of several lines that is set beside and above other text: what a formula is laid out of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Sequence

_TALL: Final = {"(": "⎛⎜⎝", ")": "⎞⎟⎠", "[": "⎡⎢⎣", "]": "⎤⎥⎦", "{": "⎧⎪⎩", "}": "⎫⎪⎭",
                "⌊": "⎢⎢⎣", "⌋": "⎥⎥⎦", "⌈": "⎡⎢⎢", "⌉": "⎤⎥⎥"}  # fmt: skip
_WAIST: Final = {"{": "⎨", "}": "⎬"}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of characters.

    Attributes
    ----------
    lines : tuple of str
        Each as wide as the box.
    base : int
        Index of the line that stands on the line of the text.
    """

    lines: tuple[str, ...]
    base: int = 0

    @property
    def width(self) -> int:
        """Columns of a terminal that it takes."""
        return cell_len(self.lines[0])

    @property
    def height(self) -> int:
        """Number of its lines."""
        return len(self.lines)

    @property
    def text(self) -> str:
        """Its lines, without blanks at their ends."""
        return "\n".join(line.rstrip() for line in self.lines)


def row(boxes: Sequence[Box]) -> Box:
    """Return boxes side by side on one line of text."""
    if not boxes:
        return Box(("",))
    above = max(box.base for box in boxes)
    below = max(box.height - box.base for box in boxes)
    lines = [""] * (above + below)
    for box in boxes:
        first = above - box.base
        for index in range(len(lines)):
            inside = 0 <= index - first < box.height
            lines[index] += box.lines[index - first] if inside else " " * box.width
    return Box(tuple(lines), above)


def stack(boxes: Sequence[Box], base: int, *, left: bool = False) -> Box:
    """Return boxes one above the other.

    Parameters
    ----------
    boxes : sequence of Box
        From the top.
    base : int
        Index of the box whose line of text is that of the whole.
    left : bool, default=False
        Whether they begin in the same column, instead of being centred.
    """
    width = max(box.width for box in boxes)
    lines: list[str] = []
    line = 0
    for index, box in enumerate(boxes):
        if index == base:
            line = len(lines) + box.base
        before = 0 if left else (width - box.width) // 2
        lines += [" " * before + text + " " * (width - box.width - before) for text in box.lines]
    return Box(tuple(lines), line)


def fraction(top: Box, bottom: Box) -> Box:
    """Return a box over another, with a line between them."""
    rule = Box(("─" * (max(top.width, bottom.width)),))
    return stack([top, rule, bottom], 1)


def grid(rows: Sequence[Sequence[Box]], gap: int, *, left: bool) -> Box:
    """Return a table of boxes, its line of text in the middle."""
    columns = max(len(cells) for cells in rows)
    widths = [max((cells[at].width for cells in rows if at < len(cells)), default=0) for at in range(columns)]
    lines: list[str] = []
    for cells in rows:
        parts = []
        for at, cell in enumerate(cells):
            before = 0 if left else (widths[at] - cell.width) // 2
            after = widths[at] - cell.width - before + (gap if at < columns - 1 else 0)
            parts.append(row([Box((" " * before,)), cell, Box((" " * after,))]))
        lines += row(parts).lines
    width = max(cell_len(line) for line in lines)
    return Box(tuple(line + " " * (width - cell_len(line)) for line in lines), len(lines) // 2)


def delimiter(sign: str, inside: Box) -> Box:
    """Return a bracket or a bar as tall as what it stands beside."""
    height = inside.height
    if height == 1 or not sign:
        return Box((sign,))
    if sign not in _TALL:
        return Box((sign,) * height, inside.base)
    first, middle, last = tuple(_TALL[sign])
    if height == 2 and sign in _WAIST:  # a brace needs its waist
        first, last = ("⎰", "⎱") if sign == "{" else ("⎱", "⎰")
    lines = [first, *[middle] * (height - 2), last]
    if sign in _WAIST and height > 2:
        lines[height // 2] = _WAIST[sign]
    return Box(tuple(lines), inside.base)
