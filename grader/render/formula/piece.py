"""Pieces of a formula set beside each other: spaces, brackets as tall as what they hold, brackets that keep terms together."""

# ruff: noqa: RUF001 - signs of formulas look like others
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from grader.render.formula import symbols
from grader.render.formula.box import Box, delimiter, row
from grader.render.formula.symbols import Part

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a formula, and what it is to its neighbours.

    Attributes
    ----------
    sign : str
        The sign that it is; of a bracket or a bar, which grows with what it holds.
    script : Box or None
        What is raised behind a closing bracket.
    breaks : bool
        Of a space: whether what follows may stand on the next line.
    loose : bool
        Whether it is a fraction in a line, which takes brackets beside others.
    """

    box: Box
    part: Part
    sign: str = ""
    script: Box | None = None
    breaks: bool = False
    loose: bool = False


def set_row(pieces: Sequence[Piece], *, tall: bool, small: bool = False) -> Box:
    """Set pieces beside each other, with the spaces of typeset formulas and brackets as tall as what they hold."""
    pieces = _grown(pieces) if tall else [_closed(piece) for piece in pieces]
    operands = [piece for piece in pieces if piece.part is not Part.SPACE]
    boxes: list[Box] = []
    before: Piece | None = None
    owed = 0
    for piece in pieces:
        if piece.part is Part.SPACE:
            owed = max(owed, piece.box.width)
            continue
        shared = piece.loose and len(operands) > 1 and not _stands_alone(operands, piece)
        box = bracketed([piece], whole=False, small=small).box if shared else piece.box
        gap = max(owed, _gap(before, piece, small=small)) if before is not None else 0
        boxes += [Box((" " * gap,)), box] if gap else [box]
        unary = piece.part is Part.BINARY and (before is None or before.part not in _OPERANDS)
        before, owed = (replace(piece, part=Part.SPACE) if unary else piece), 0
    return row(boxes)


_OPERANDS: Final = frozenset({Part.OPERAND, Part.WORD, Part.CLOSING, Part.BAR})
_APPLIED: Final = frozenset({Part.OPERAND, Part.WORD, Part.NAME, Part.LARGE, Part.OPENING})


def _gap(before: Piece, after: Piece, *, small: bool) -> int:
    """Return how many spaces belong between two pieces."""
    first, second = before.part, after.part
    if Part.SLASH in {first, second} or first is Part.OPENING or second in {Part.CLOSING, Part.COMMA}:
        return 0
    if before.box.height > 1 or after.box.height > 1:  # the line of a fraction would run into its neighbour
        return 0 if second is Part.OPENING and first in {Part.OPERAND, Part.WORD, Part.NAME} else 1
    if first is Part.SPACE:  # behind a sign such as the minus of -1
        return 0
    if first is second is Part.RELATION:  # += is one
        return 0
    if Part.RELATION in {first, second} or first is Part.BINARY or (second is Part.BINARY and first in _OPERANDS):
        return 0 if small else 1
    if first is Part.COMMA:
        return 0 if small else 1
    if first is Part.NAME and second is Part.OPENING:
        return 0 if after.sign in {"(", "["} else 1
    if second in {Part.NAME, Part.LARGE} and first in {*_OPERANDS, Part.NAME}:
        return 1
    if first in {Part.NAME, Part.LARGE} and second in _APPLIED:
        return 1
    return (
        1
        if (first is Part.WORD and second in {Part.OPERAND, Part.WORD}) or (second is Part.WORD and first in _OPERANDS)
        else 0
    )


def _stands_alone(pieces: Sequence[Piece], piece: Piece) -> bool:
    """Tell whether a fraction in a line has no neighbour that could be read as part of it."""
    at = next(index for index, each in enumerate(pieces) if each is piece)
    neighbours = [*pieces[max(at - 1, 0) : at], *pieces[at + 1 : at + 2]]
    far = {Part.RELATION, Part.COMMA, Part.OPENING, Part.CLOSING}
    near = {"+", "-", "±"}
    return all(each.part in far or each.box.lines[0] in near for each in neighbours)


def bracketed(pieces: Sequence[Piece], *, whole: bool, small: bool) -> Piece:
    """Put what is more than one operand in brackets.

    Parameters
    ----------
    whole : bool
        Whether a product needs them too, as it does below a line.
    """
    box = set_row(pieces, tall=False, small=small)
    signs = [piece for piece in pieces if piece.part is not Part.SPACE]
    sums = any(piece.part in {Part.RELATION, Part.COMMA, Part.LARGE} or piece.sign in {"+", "-"} for piece in signs)
    held = len(signs) > 1 and signs[0].part is Part.OPENING and _closes_at_end(signs)
    if held or (len(signs) == 1 and not signs[0].loose) or not (whole or sums or any(piece.loose for piece in signs)):
        return Piece(box, Part.OPERAND)
    return Piece(row([Box(("(",)), box, Box((")",))]), Part.OPERAND)


def _closes_at_end(pieces: Sequence[Piece]) -> bool:
    depth = 0
    for index, piece in enumerate(pieces):
        depth += (piece.part is Part.OPENING) - (piece.part is Part.CLOSING)
        if not depth:
            return index == len(pieces) - 1
    return False


def _grown(pieces: Sequence[Piece]) -> list[Piece]:
    """Make each bracket as tall as what stands up to its partner."""
    found = list(pieces)
    waiting: list[int] = []
    for index, piece in enumerate(pieces):
        if piece.part is Part.OPENING:
            waiting.append(index)
        elif piece.part is Part.CLOSING and waiting:
            first = waiting.pop()
            inside = row([each.box for each in found[first + 1 : index]])
            if inside.height > 1:
                found[first] = replace(found[first], box=row([delimiter(found[first].sign, inside), Box((" ",))]))
                tall = row([Box((" ",)), delimiter(piece.sign, inside)])
                script = piece.script
                if script is not None:
                    lines = [script.lines[0], *[" " * script.width] * (inside.height - 1)]
                    tall = row([tall, Box(tuple(lines), inside.base)])
                found[index] = replace(piece, box=tall, script=None)
    return [_closed(piece) for piece in found]


def _closed(piece: Piece) -> Piece:
    if piece.script is None:
        return piece
    return replace(piece, box=row([piece.box, piece.script]), script=None)


def text_piece(text: str) -> Piece:
    """Return an operand."""
    return Piece(Box((text,)), Part.OPERAND)


def space_piece(columns: int, *, breaks: bool = False) -> Piece:
    """Return a space; with `breaks` what follows may stand on the next line."""
    return Piece(Box((" " * columns,)), Part.SPACE, breaks=breaks)


def sign_piece(sign: str) -> Piece:
    """Return a sign, which plays its own part."""
    sign = {"'": "′", "*": "∗"}.get(sign, sign)
    return Piece(Box((sign,)), symbols.part_of(sign), sign=sign)
