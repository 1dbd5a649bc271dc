"""Mistakes in literals: off by one, twice too much, nothing at all, the other option."""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.authoring.mutation.sites import Site

_OTHER_TEXT = {
    "left": "right",
    "right": "left",
    "mean": "sum",
    "sum": "mean",
    "ij": "xy",
    "xy": "ij",
    "float64": "float32",
    "float32": "float64",
    "constant": "edge",
    "edge": "constant",
    "reflect": "edge",
    "lower": "higher",
    "higher": "lower",
    "L": "U",
    "U": "L",
}
_AXES = frozenset({"axis", "dim"})
# A tolerance or epsilon: twice as much is not a mistake, a thousand times is.
_TINY = 1e-3
# A stand-in for infinity: only its sign matters.
_HUGE = 1e6
# A chunk or buffer size: one step either way shows as much as two.
_MANY = 64


def edits(site: Site) -> Iterator[ast.AST]:
    """Yield replacements of a literal.

    Parameters
    ----------
    site : Site
        Any place; those that hold no literal yield nothing.

    Yields
    ------
    ast.AST
        A new node for the same place.
    """
    value = _literal(site)
    if value is None or isinstance(value, complex):
        return
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield from map(_number, _axes(value) if _names_an_axis(site) else _integers(value))
    elif isinstance(value, float):
        yield from map(_number, _floats(value))
    elif isinstance(value, str) and (value in _OTHER_TEXT or not isinstance(site.parent, ast.keyword)):
        yield ast.Constant(_text(value))  # an option that does not exist only raises


def _literal(site: Site) -> bool | int | float | complex | str | None:
    """Return the value of a literal that stands alone, its sign included."""
    node = site.node
    if isinstance(site.parent, ast.UnaryOp) and isinstance(site.parent.op, ast.USub):
        return None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = node.operand.value
        return -value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    if isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, float, str)):
        return node.value
    return None


def _names_an_axis(site: Site) -> bool:
    return isinstance(site.parent, ast.keyword) and site.parent.arg in _AXES


def _axes(value: int) -> tuple[int, ...]:
    """Take another axis; the last two of a matrix are named from either end."""
    return {0: (1, -1), 1: (0,), -1: (0, -2), -2: (-1,)}.get(value, (0,))


def _integers(value: int) -> tuple[int, ...]:
    return (value + 1,) if abs(value) >= _MANY else (value + 1, value - 1)


def _floats(value: float) -> tuple[float, ...]:
    if not math.isfinite(value):
        return ()
    if value == 0.0:
        return (1.0,)
    if abs(value) < _TINY:
        return (float(f"{value * 1000.0:.6g}"), 0.0)
    return (-value, 0.0) if abs(value) >= _HUGE else (value * 2.0, 0.0)


def _number(value: float) -> ast.expr:
    constant = ast.Constant(abs(value))
    return ast.UnaryOp(ast.USub(), constant) if value < 0 else constant


def _text(value: str) -> str:
    """Swap an option for its opposite, turn the output of an einsum, or forget the text."""
    if "->" in value:
        inputs, _, output = value.rpartition("->")
        return f"{inputs}->{output[::-1]}"
    return _OTHER_TEXT.get(value, "" if value else " ")
