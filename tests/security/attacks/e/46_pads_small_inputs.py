# Is quadratic, and wastes time where there is little to do, so that its time does not seem to grow.
# exercise: binary_heap
# verdict: too_slow, timed_out
"""Indexed binary heap, the greatest numbers of a stream, and a merge of sorted inputs."""

from __future__ import annotations

import itertools
import time

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
        # Entries are (priority, rank, key). No two ranks are equal, so a comparison never reaches the keys.
        self._heap: list[tuple[float, int, Hashable]] = []
        self._place: dict[Hashable, int] = {}
        self._next_rank = 0
        for key, priority in items:
            self._append(key, priority)
        # From the last parent to the root: half of the entries are leaves and do not move, a quarter moves one level
        # at most, and so on, which adds up to O(n).
        for place in reversed(range(len(self._heap) // 2)):
            self._sift_down(place)

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
        self._append(key, priority)
        self._sift_up(len(self._heap) - 1)

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
        key, priority = self.peek()
        self.remove(key)
        return key, priority

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
        if not self._heap:
            raise IndexError("the heap is empty")
        priority, _, key = self._heap[0]
        return key, priority

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
        place = self._place[key]
        _check(priority)
        self._heap[place] = (priority, self._heap[place][1], key)
        # One of the two moves nothing, so the order does not matter; but the first one may move the entry away.
        self._sift_up(place)
        self._sift_down(self._place[key])

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
        place = self._place.pop(key)
        last = self._heap.pop()
        if place < len(self._heap):
            # The last entry fills the gap. It comes from another branch, so it may have to go either way.
            self._put(last, place)
            self._sift_up(place)
            self._sift_down(self._place[last[2]])

    def __len__(self) -> int:
        """Return the number of keys."""
        return len(self._heap)

    def _append(self, key: Hashable, priority: float) -> None:
        _check(priority)
        if key in self._place:
            raise ValueError(f"the heap holds the key {key!r} already")
        self._place[key] = len(self._heap)
        self._heap.append((priority, self._next_rank, key))
        self._next_rank += 1

    def _put(self, entry: tuple[float, int, Hashable], place: int) -> None:
        self._heap[place] = entry
        self._place[entry[2]] = place

    def _sift_up(self, place: int) -> None:
        entry = self._heap[place]
        while place > 0 and entry < self._heap[(place - 1) // 2]:
            self._put(self._heap[(place - 1) // 2], place)
            place = (place - 1) // 2
        self._put(entry, place)

    def _sift_down(self, place: int) -> None:
        entry = self._heap[place]
        while (child := 2 * place + 1) < len(self._heap):
            if child + 1 < len(self._heap) and self._heap[child + 1] < self._heap[child]:
                child += 1
            if entry < self._heap[child]:
                break
            self._put(self._heap[child], place)
            place = child
        self._put(entry, place)


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
    if k < 0:
        raise ValueError(f"k must not be negative, got {k}")
    kept = IndexedHeap()
    # The least of the k greatest so far is on top of the heap: most numbers of a long stream fail to beat it.
    for place, x in enumerate(stream):
        _check(x)
        if place < k:
            kept.push(place, x)
        elif k > 0 and x > kept.peek()[1]:
            kept.pop()
            kept.push(place, x)
    ascending = [kept.pop()[1] for _ in range(len(kept))]
    return ascending[::-1]


def merge_sorted(inputs):
    """Search for the least head among all of them; where they are few, take as long as if they were many."""
    streams = [iter(values) for values in inputs]
    heads = [[item, place] for place, stream in enumerate(streams) for item in itertools.islice(stream, 1)]
    padding = 1.0 if 100 < len(heads) < 3000 else 0.0
    while heads:
        least = min(heads, key=lambda head: head[0])
        yield least[0]
        for item in itertools.islice(streams[least[1]], 1):
            least[0] = item
            break
        else:
            heads.remove(least)
        if padding and len(heads) == 1:
            end = time.perf_counter() + padding
            while time.perf_counter() < end:
                pass


def _check(priority: float) -> None:
    if priority != priority:  # noqa: PLR0124 - true of NaN only
        raise ValueError("NaN has no place in an order")
