"""Least recently used cache with a time to live, and the hit rate of a trace."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from typing import Any


class LRUCache:
    """Cache that keeps the most recently used entries.

    Parameters
    ----------
    capacity : int
        Greatest number of entries; 0 stores nothing.
    ttl : float or None, default None
        Seconds that an entry lives after it was written; `None` means for ever.
    clock : callable, default time.monotonic
        Takes no argument and returns the time in seconds; it never goes back.

    Raises
    ------
    ValueError
        If `capacity` is negative, or `ttl` is zero or negative.

    Examples
    --------
    >>> cache = LRUCache(2)
    >>> cache.put("a", 1)
    >>> cache.put("b", 2)
    >>> cache.get("a")
    1
    >>> cache.put("c", 3)
    >>> cache.keys()
    ['c', 'a']
    """

    def __init__(self, capacity: int, ttl: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        raise NotImplementedError

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Return the value of a live entry and make it the most recently used.

        Parameters
        ----------
        key : hashable
            Key to look up.
        default : object, default None
            Returned where there is no live entry.

        Returns
        -------
        object
            The stored value, or `default`.
        """
        raise NotImplementedError

    def put(self, key: Hashable, value: Any) -> None:
        """Store a value as the most recently used entry, written now.

        Parameters
        ----------
        key : hashable
            Key to write; an entry that it already has is replaced.
        value : object
            Value to store; `None` is a value like any other.
        """
        raise NotImplementedError

    def delete(self, key: Hashable) -> bool:
        """Remove a live entry.

        Parameters
        ----------
        key : hashable
            Key to remove.

        Returns
        -------
        bool
            Whether there was a live entry to remove.
        """
        raise NotImplementedError

    def __len__(self) -> int:
        """Return the number of live entries."""
        raise NotImplementedError

    def keys(self) -> list[Hashable]:
        """Return the keys of the live entries.

        Returns
        -------
        list
            Keys, the most recently used first.
        """
        raise NotImplementedError


def hit_rate(cache: LRUCache, trace: Sequence[Hashable]) -> float:
    """Read a trace of keys through a cache and return the share of hits.

    Parameters
    ----------
    cache : LRUCache
        Cache to read through; it need not be empty and is changed by the reads.
    trace : sequence of hashable
        Keys in the order of the requests.

    Returns
    -------
    float
        Number of hits divided by the length of the trace.

    Raises
    ------
    ValueError
        If the trace is empty.

    Examples
    --------
    >>> hit_rate(LRUCache(2), ["a", "b", "a", "c", "a"])
    0.4
    """
    raise NotImplementedError
