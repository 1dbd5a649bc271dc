"""Sums and differences of two numbers."""

from __future__ import annotations

import operator


def add(a: int, b: int) -> int:
    """Return the sum.

    Parameters
    ----------
    a, b : int
        Terms.

    Returns
    -------
    int
        Their sum.

    Examples
    --------
    >>> add(2, 3)
    5
    """
    return operator.add(a, b)


def subtract(a: int, b: int) -> int:
    """Return the difference.

    Parameters
    ----------
    a, b : int
        Minuend and subtrahend.

    Returns
    -------
    int
        `a` less `b`.

    Examples
    --------
    >>> subtract(2, 3)
    -1
    """
    return operator.sub(a, b)
