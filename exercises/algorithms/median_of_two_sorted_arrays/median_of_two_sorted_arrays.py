"""The k-th item and the median of two sorted arrays, by a binary search for the cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def kth_of_two(a: Sequence[Any], b: Sequence[Any], k: int) -> Any:
    """Find the k-th smallest item of two ascending sequences.

    Parameters
    ----------
    a : sequence of length n
        Items in ascending order.
    b : sequence of length m
        Items in ascending order.
    k : int
        Place among all items, from 0.

    Returns
    -------
    object
        The item at place `k` of the merged sequences.

    Raises
    ------
    IndexError
        If there is no such place.

    Examples
    --------
    >>> kth_of_two([1, 4, 9], [2, 3, 10, 11], 3)
    4
    """
    raise NotImplementedError


def median_of_two(a: Sequence[float], b: Sequence[float]) -> float:
    """Find the median of two ascending sequences.

    Parameters
    ----------
    a : sequence of length n
        Numbers in ascending order.
    b : sequence of length m
        Numbers in ascending order.

    Returns
    -------
    float
        The middle number, or the mean of the two middle ones.

    Raises
    ------
    ValueError
        If both are empty.

    Examples
    --------
    >>> median_of_two([1, 4, 9], [2, 3, 10, 11])
    4.0
    """
    raise NotImplementedError
