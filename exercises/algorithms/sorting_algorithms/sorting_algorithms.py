"""Merge sort, quick sort with a three-way partition, and quick select."""

from __future__ import annotations

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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
