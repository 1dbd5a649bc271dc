"""Tokens, reverse Polish notation and values of arithmetic expressions."""

from __future__ import annotations

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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
