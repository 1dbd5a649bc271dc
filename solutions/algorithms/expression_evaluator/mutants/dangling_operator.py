"""Lets an expression end with an operator."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from typing import Any


def tokenize(s: str) -> list[tuple[str, Any, int]]:
    """Cut an expression into tokens.

    Parameters
    ----------
    s : str
        Expression; it need not be a valid one.

    Returns
    -------
    list of (str, float or str, int)
        Kind, value and position of each token; the kinds are "number", "name", "operator" and "parenthesis".

    Raises
    ------
    ValueError
        If a character belongs to no token.

    Examples
    --------
    >>> tokenize("1e-3 * x")
    [('number', 0.001, 0), ('operator', '*', 5), ('name', 'x', 7)]
    """
    return list(_tokens(s))


def to_rpn(s: str) -> list[float | str]:
    """Write an expression in reverse Polish notation.

    Parameters
    ----------
    s : str
        Expression.

    Returns
    -------
    list of float or str
        Numbers, names and operators, each operator after its operands; "u-" and "u+" are the signs.

    Raises
    ------
    ValueError
        If the expression is not valid.

    Examples
    --------
    >>> to_rpn("-2 ^ 2 + x")
    [2.0, 2.0, '^', 'u-', 'x', '+']
    """
    output: list[float | str] = []
    waiting: list[str] = []  # operators and parentheses whose right-hand side is not complete
    operand_next = True
    for kind, value, position in _tokens(s):
        if operand_next:
            # A sign stands before an operand, so nothing on its left can be complete: nothing is taken off.
            if kind in ("number", "name"):
                output.append(value)
                operand_next = False
            elif value == "(":
                waiting.append("(")
            elif value in ("-", "+"):
                waiting.append(f"u{value}")
            else:
                raise _Fault("an operand is missing", position)
        elif kind == "operator":
            # What binds at least as tightly is complete. A power is not: 2^3^2 is 2^(3^2).
            while waiting and _level(waiting[-1]) >= _level(value) and value != "^":
                output.append(waiting.pop())
            waiting.append(value)
            operand_next = True
        elif value == ")":
            while waiting and waiting[-1] != "(":
                output.append(waiting.pop())
            if not waiting:
                raise _Fault("this parenthesis was not opened", position)
            waiting.pop()
        else:
            raise _Fault("an operator is missing", position)
    if not output or "(" in waiting:
        raise _Fault("the expression ends too early", len(s))
    return output + waiting[::-1]


def error_position(s: str) -> int | None:
    """Find the first error of an expression.

    Parameters
    ----------
    s : str
        Expression.

    Returns
    -------
    int or None
        Where the token or character stands that cannot follow what is on its left; the length of `s` if the
        expression ends too early; None if it is valid.

    Examples
    --------
    >>> error_position("3 + * 4")
    4
    """
    try:
        to_rpn(s)
    except _Fault as fault:
        return int(fault.args[1])
    return None


def evaluate(s: str, variables: dict[str, float] | None = None) -> float:
    """Compute the value of an expression.

    Parameters
    ----------
    s : str
        Expression.
    variables : dict of str to float, default None
        Values of the names in it.

    Returns
    -------
    float
        Its value.

    Raises
    ------
    ValueError
        If the expression is not valid, or a power has no real value.
    KeyError
        If a name has no value.
    ZeroDivisionError
        If something is divided by zero.

    Examples
    --------
    >>> evaluate("2 * (x - 1) ^ 2", {"x": 4})
    18.0
    """
    stack: list[float] = []
    for item in to_rpn(s):
        if isinstance(item, float):
            stack.append(item)
        elif item in _SIGNS:
            stack.append(_SIGNS[item](stack.pop()))
        elif item in _OPERATORS:
            right, left = stack.pop(), stack.pop()
            stack.append(_OPERATORS[item](left, right))
        else:
            stack.append(float((variables or {})[item]))
    (value,) = stack
    return value


class _Fault(ValueError):
    """An expression that is not valid; the arguments are the reason and the position."""


def _tokens(s: str) -> Iterator[tuple[str, Any, int]]:
    # A search skips what no branch matches; since the last branch takes anything else, that is only white space.
    for match in _TOKEN.finditer(s):
        kind, text, position = str(match.lastgroup), match.group(), match.start()
        if kind == "fault":
            raise _Fault("no token begins like this", position)
        yield kind, float(text) if kind == "number" else text, position


def _level(token: str) -> int:
    # Signs and powers share the level of products: only a power binds tighter than they do, and it takes nothing off.
    return {"(": 0, "+": 1, "-": 1}.get(token, 2)


def _power(base: float, exponent: float) -> float:
    result = base**exponent
    if isinstance(result, complex):
        raise ValueError(f"{base} ^ {exponent} is not real")
    return result


_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<operator>[-+*/%^])"
    r"|(?P<parenthesis>[()])"
    r"|(?P<fault>\S)",
    re.ASCII,
)
_SIGNS = {"u+": operator.pos, "u-": operator.neg}
_OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
    "^": _power,
}
