"""Merge sort, quick sort with a three-way partition, and quick select."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def merge_sort(a: list[Any], key: Callable[[Any], Any] | None = None) -> list[Any]:
    """Sort stably into a new list.

    Parameters
    ----------
    a : list
        Items.
    key : callable or None
        What is compared instead of an item; called once for each.

    Returns
    -------
    list
        The items in ascending order; those with equal keys in their old order.

    Examples
    --------
    >>> merge_sort(["pear", "fig", "apple", "kiwi"], key=len)
    ['fig', 'pear', 'kiwi', 'apple']
    """
    keys = a if key is None else [key(x) for x in a]
    order = _merge_sorted_places(keys, 0, len(a))
    return [a[i] for i in order]


def quick_sort(a: list[Any]) -> None:
    """Sort a list in place.

    Parameters
    ----------
    a : list
        Items; in ascending order afterwards.

    Examples
    --------
    >>> a = [3, 1, 2, 3, 0]
    >>> quick_sort(a)
    >>> a
    [0, 1, 2, 3, 3]
    """
    waiting = [(0, len(a))]  # a stack of our own cannot exhaust Python's
    while waiting:
        start, stop = waiting.pop()
        if start < stop:
            low, high = _partition(a, start, stop)
            waiting += [(start, low), (high, stop)]


def quick_select(a: list[Any], k: int) -> Any:
    """Find the k-th smallest item.

    Parameters
    ----------
    a : list
        Items; stays as it is.
    k : int
        Place in ascending order, from 0.

    Returns
    -------
    object
        The item that a sorted list would have at place `k`.

    Raises
    ------
    IndexError
        If there is no such place.

    Examples
    --------
    >>> quick_select([7, 2, 9, 4], 1)
    4
    """
    if not 0 <= k < len(a):
        raise IndexError(f"place {k} of {len(a)} items")
    items = a.copy()
    start, stop = 0, len(a)
    while True:
        low, high = _partition(items, start, stop)
        if k < low:
            stop = low
        elif k >= high:
            start = high
        else:
            return items[k]  # between low and high all items equal the pivot


def _merge_sorted_places(keys: list[Any], start: int, stop: int) -> list[int]:
    """Return the places from start to stop, ordered by their keys."""
    if stop - start < 2:
        return list(range(start, stop))
    middle = (start + stop) // 2
    left = _merge_sorted_places(keys, start, middle)
    right = _merge_sorted_places(keys, middle, stop)
    merged = []
    i = j = 0
    while i < len(left) and j < len(right):
        # The right one goes first only if it is smaller: among equals the left one was there first.
        if keys[right[j]] < keys[left[i]]:
            merged.append(right[j])
            j += 1
        else:
            merged.append(left[i])
            i += 1
    return merged + left[i:] + right[j:]


def _partition(a: list[Any], start: int, stop: int) -> tuple[int, int]:
    """Move smaller items before a random pivot and greater ones behind; return the borders of the equal ones."""
    pivot = a[random.randrange(start, stop)]
    low, i, high = start, start, stop
    while i < high:
        if a[i] < pivot:
            a[low], a[i] = a[i], a[low]
            low += 1
            i += 1
        elif pivot < a[i]:
            high -= 1
            a[i], a[high] = a[high], a[i]  # what comes from the back is not known yet, so i stays
        else:
            i += 1
    return low, high
