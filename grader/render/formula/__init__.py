r"""Formulas in LaTeX as Unicode text, on one line or laid out over several.

pylatexenc reads the formula and names its symbols; what stands above and beside what is decided here.

::

    \frac{x_i}{\sqrt d}      in a line  xᵢ/√d      displayed   xᵢ
                                                              ──
                                                              √d
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.render.formula.box import Box, row
from grader.render.formula.latex import read
from grader.render.formula.piece import set_row
from grader.render.formula.symbols import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.render.formula.piece import Piece

__all__ = ["displayed", "in_line"]


def in_line(latex: str) -> str:
    """Return a formula on one line.

    Parameters
    ----------
    latex : str
        What stands between the dollar signs.
    """
    return " ".join(set_row(read(latex, tall=False), tall=False).lines[0].split())


def displayed(latex: str, width: int, *, tall: bool = True) -> str:
    """Return a formula laid out over as many lines as it needs.

    Parameters
    ----------
    latex : str
        What stands between the doubled dollar signs.
    width : int
        Columns to break it at; what has no place to break is as wide as it is.
    tall : bool, default=True
        Whether fractions and limits may stand above each other.
    """
    parts: list[list[Piece]] = [[]]
    for piece in read(latex, tall=tall, breaks=True):
        if piece.breaks:
            parts.append([])
        else:
            parts[-1].append(piece)
    lines: list[Box] = []
    for part in parts:
        box = set_row(part, tall=tall)
        beside = row([lines[-1], Box(("    ",)), box]) if lines else box
        if beside.width <= width:
            lines[-1:] = [beside]
        elif box.width <= width:
            lines.append(box)
        else:
            lines += _broken(part, width, tall=tall)
    gap = "\n\n" if any(line.height > 1 for line in lines) else "\n"
    return gap.join(line.text for line in lines)


def _broken(pieces: Sequence[Piece], width: int, *, tall: bool) -> list[Box]:
    """Lay out a part over several lines, which begin with a relation or an operator."""
    lines: list[list[Piece]] = [[]]
    depth, first = 0, True  # the first relation stays beside what it defines
    for piece in pieces:
        depth += (piece.part is Part.OPENING) - (piece.part is Part.CLOSING)
        splits = (
            piece.part in {Part.RELATION, Part.BINARY} and not depth and not (first and piece.part is Part.RELATION)
        )
        first = first and piece.part is not Part.RELATION
        if splits and lines[-1] and set_row([*lines[-1], *_until_split(pieces, piece)], tall=tall).width > width - 4:
            lines.append([])
        lines[-1].append(piece)
    boxes = [set_row(line, tall=tall) for line in lines if line]
    return [boxes[0], *(row([Box(("    ",)), box]) for box in boxes[1:])]


def _until_split(pieces: Sequence[Piece], first: Piece) -> list[Piece]:
    """Return an operator and what follows it up to the next."""
    at = next(index for index, piece in enumerate(pieces) if piece is first)
    found, depth = [first], 0
    for piece in pieces[at + 1 :]:
        depth += (piece.part is Part.OPENING) - (piece.part is Part.CLOSING)
        if piece.part in {Part.RELATION, Part.BINARY} and not depth:
            break
        found.append(piece)
    return found
