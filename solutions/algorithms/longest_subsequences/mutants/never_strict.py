"""Ignores strict and lets equal items follow each other."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Any


def lis(a: list[float], strict: bool = True) -> list[float]:
    """Find a longest increasing subsequence.

    Parameters
    ----------
    a : list of float
        Numbers.
    strict : bool, default True
        Whether each item must be greater than the one before; otherwise it may be equal too.

    Returns
    -------
    list of float
        Items of one subsequence of greatest length, in the order in which they stand in `a`.

    Examples
    --------
    >>> len(lis([3, 1, 2, 2, 4]))
    3
    >>> lis([3, 1, 2, 2, 4], strict=False)
    [1, 2, 2, 4]
    """
    # tails[j] is the least number in which an increasing subsequence of length j + 1 can end. It is ascending, so
    # bisection finds the longest subsequence that x can continue: j is its length.
    find = bisect_right
    tails: list[float] = []
    ends: list[int] = []  # where the items of tails stand in a
    before: list[int | None] = []  # before[i] is where the item before a[i] stands
    for i, x in enumerate(a):
        j = find(tails, x)
        before.append(ends[j - 1] if j else None)
        tails[j : j + 1] = [x]
        ends[j : j + 1] = [i]
    # tails itself is no subsequence: its items may come from different ones. The links lead back through a real one.
    end = ends[-1] if ends else None
    chain = []
    while end is not None:
        chain.append(a[end])
        end = before[end]
    return chain[::-1]


def lcs(a: Sequence[Any], b: Sequence[Any]) -> list[Any]:
    """Find a longest common subsequence.

    Parameters
    ----------
    a : sequence of length n
        Items that can be compared with `==`.
    b : sequence of length m
        The same.

    Returns
    -------
    list
        Items of one common subsequence of greatest length.

    Examples
    --------
    >>> lcs("nematode", "empty")
    ['e', 'm', 't']
    """
    # table[i][j] is the length for the first i items of a and the first j items of b.
    table = [[0] * (len(b) + 1)]
    for x in a:
        table.append(_next_row(table[-1], x, b))
    i, j = len(a), len(b)
    common = []
    while table[i][j]:
        # An item that can be left out without loss is left out. If neither can, the two are equal and belong together.
        if table[i][j] == table[i - 1][j]:
            i -= 1
        elif table[i][j] == table[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            common.append(a[i])
    return common[::-1]


def lcs_length(a: Sequence[Any], b: Sequence[Any]) -> int:
    """Find the length of a longest common subsequence in memory for one row of the table.

    Parameters
    ----------
    a : sequence of length n
        Items that can be compared with `==`.
    b : sequence of length m
        The same.

    Returns
    -------
    int
        Length, from 0 to min(n, m).

    Examples
    --------
    >>> lcs_length("nematode", "empty")
    3
    """
    # The length does not depend on the order of the two, so the rows run along the shorter one.
    short, long = sorted((a, b), key=len)
    row = [0] * (len(short) + 1)
    for x in long:
        row = _next_row(row, x, short)
    return row[-1]


def _next_row(row: list[int], x: Any, b: Sequence[Any]) -> list[int]:
    """Row of the table for one more item x: L[i, j] = L[i-1, j-1] + 1 if equal, else max(L[i-1, j], L[i, j-1])."""
    new = [0]
    for (diagonal, above), y in zip(pairwise(row), b, strict=True):
        new.append(diagonal + 1 if x == y else max(above, new[-1]))
    return new
