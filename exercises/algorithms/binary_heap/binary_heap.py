"""Indexed binary heap, the greatest numbers of a stream, and a merge of sorted inputs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Any


class IndexedHeap:
    """Priority queue, least priority first, whose entries can be found by key.

    Parameters
    ----------
    items : iterable of (hashable, float), default ()
        Keys and their priorities, inserted in this order.

    Raises
    ------
    ValueError
        If a key occurs twice or a priority is NaN.

    Examples
    --------
    >>> heap = IndexedHeap([("read", 3), ("write", 1), ("rest", 3)])
    >>> heap.update("rest", 0)
    >>> heap.pop(), heap.pop(), heap.pop()
    (('rest', 0), ('write', 1), ('read', 3))
    """

    def __init__(self, items: Iterable[tuple[Hashable, float]] = ()) -> None:
        raise NotImplementedError

    def push(self, key: Hashable, priority: float) -> None:
        """Insert a new key.

        Parameters
        ----------
        key : hashable
            Key that the heap does not hold.
        priority : float
            Its priority, not NaN.

        Raises
        ------
        ValueError
            If the heap holds the key, or the priority is NaN.
        """
        raise NotImplementedError

    def pop(self) -> tuple[Hashable, float]:
        """Remove the entry of least priority, the oldest one where several have it.

        Returns
        -------
        key : hashable
            Its key.
        priority : float
            Its priority, as it was given.

        Raises
        ------
        IndexError
            If the heap is empty.
        """
        raise NotImplementedError

    def peek(self) -> tuple[Hashable, float]:
        """Look at the entry that `pop` would remove.

        Returns
        -------
        key : hashable
            Its key.
        priority : float
            Its priority, as it was given.

        Raises
        ------
        IndexError
            If the heap is empty.
        """
        raise NotImplementedError

    def update(self, key: Hashable, priority: float) -> None:
        """Change the priority of a key, which stays as old as it was.

        Parameters
        ----------
        key : hashable
            Key that the heap holds.
        priority : float
            New priority, not NaN.

        Raises
        ------
        KeyError
            If the heap does not hold the key.
        ValueError
            If the priority is NaN.
        """
        raise NotImplementedError

    def remove(self, key: Hashable) -> None:
        """Remove a key.

        Parameters
        ----------
        key : hashable
            Key that the heap holds.

        Raises
        ------
        KeyError
            If the heap does not hold the key.
        """
        raise NotImplementedError

    def __len__(self) -> int:
        """Return the number of keys."""
        raise NotImplementedError


def top_k(stream: Iterable[float], k: int) -> list[float]:
    """Greatest numbers of a stream, in memory for k of them.

    Parameters
    ----------
    stream : iterable of float
        Numbers, read once.
    k : int
        How many to keep; 0 is legal.

    Returns
    -------
    list of float
        The k greatest numbers, or all if there are fewer, the greatest first.

    Raises
    ------
    ValueError
        If `k` is negative or a number is NaN.

    Examples
    --------
    >>> top_k([3, 1, 4, 1, 5], 3)
    [5, 4, 3]
    """
    raise NotImplementedError


def merge_sorted(lists: list[Iterable[Any]]) -> Iterator[Any]:
    """Merge ascending inputs into one ascending iterator.

    Parameters
    ----------
    lists : list of iterable
        Inputs, each in ascending order; they may be endless.

    Yields
    ------
    object
        The items of all inputs; of equal ones, those of the earlier input first.

    Examples
    --------
    >>> list(merge_sorted([[1, 4, 6], [], [2, 4]]))
    [1, 2, 4, 4, 6]
    """
    raise NotImplementedError
