"""Longest increasing subsequence and longest common subsequence."""

from __future__ import annotations

from collections.abc import Sequence
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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
