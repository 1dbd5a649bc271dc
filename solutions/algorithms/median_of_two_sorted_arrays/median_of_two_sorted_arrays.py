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
    if not 0 <= k < len(a) + len(b):
        raise IndexError(f"place {k} of {len(a) + len(b)} items")
    # The k items before the wanted one are the first i of a and the first k - i of b. Find the least i such that a[i]
    # need not be among them.
    low, high = max(0, k - len(b)), min(k, len(a))
    while low < high:
        mid = (low + high) // 2
        if a[mid] < b[k - mid - 1]:
            low = mid + 1
        else:
            high = mid
    if low == len(a):
        return b[k - low]
    if k - low == len(b):
        return a[low]
    left, right = a[low], b[k - low]
    return right if right < left else left


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
    total = len(a) + len(b)
    if total == 0:
        raise ValueError("no items, no median")
    upper = float(kth_of_two(a, b, total // 2))
    if total % 2:
        return upper
    return float(kth_of_two(a, b, total // 2 - 1)) / 2 + upper / 2  # halved first: the sum could overflow
