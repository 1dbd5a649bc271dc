"""hit_rate also writes the keys that it finds."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
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
        if capacity < 0:
            raise ValueError(f"capacity must not be negative, got {capacity}")
        if ttl is not None and ttl <= 0:
            raise ValueError(f"ttl must be positive, got {ttl}")
        self._capacity = capacity
        self._ttl = math.inf if ttl is None else ttl
        self._clock = clock
        # Each entry stands in the dict and in two rings. The dict finds it, the ring of uses finds the one to evict.
        # All entries live equally long, so the order of writing is the order of expiry: the ring of writes has the
        # next entry to expire at its old end, whatever was read in the meantime.
        self._entries: dict[Hashable, _Entry] = {}
        self._uses = _Ring()
        self._writes = _Ring()

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
        self._drop_expired(self._clock())
        entry = self._entries.get(key)
        if entry is None:
            return default
        self._uses.remove(entry.use)
        self._uses.append(entry.use)
        return entry.value

    def put(self, key: Hashable, value: Any) -> None:
        """Store a value as the most recently used entry, written now.

        Parameters
        ----------
        key : hashable
            Key to write; an entry that it already has is replaced.
        value : object
            Value to store; `None` is a value like any other.
        """
        now = self._clock()
        self._drop_expired(now)
        if key in self._entries:
            self._remove(self._entries[key])
        entry = _Entry(key, value, now)
        self._entries[key] = entry
        self._uses.append(entry.use)
        self._writes.append(entry.write)
        # Adding first and evicting second needs no special case for capacity 0.
        if len(self._entries) > self._capacity:
            self._remove(self._uses.oldest())

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
        self._drop_expired(self._clock())
        if key not in self._entries:
            return False
        self._remove(self._entries[key])
        return True

    def __len__(self) -> int:
        """Return the number of live entries."""
        self._drop_expired(self._clock())
        return len(self._entries)

    def keys(self) -> list[Hashable]:
        """Return the keys of the live entries.

        Returns
        -------
        list
            Keys, the most recently used first.
        """
        self._drop_expired(self._clock())
        return [entry.key for entry in self._uses.newest_first()]

    def _drop_expired(self, now: float) -> None:
        # Every entry is dropped once at most, so the loop costs O(1) per put, amortised.
        while self._entries and now - (entry := self._writes.oldest()).written >= self._ttl:
            self._remove(entry)

    def _remove(self, entry: _Entry) -> None:
        del self._entries[entry.key]
        self._uses.remove(entry.use)
        self._writes.remove(entry.write)


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
    if not trace:
        raise ValueError("the trace is empty")
    missing = object()  # equal to no stored value, so a stored None stays a hit
    hits = 0
    for key in trace:
        if cache.get(key, missing) is missing:
            hits -= 1
        cache.put(key, None)
        hits += 1
    return hits / len(trace)


class _Entry:
    """What the cache knows about a key."""

    def __init__(self, key: Hashable, value: Any, written: float) -> None:
        self.key = key
        self.value = value
        self.written = written
        self.use = _Link(self)
        self.write = _Link(self)


class _Link:
    """Place of an entry in a ring."""

    def __init__(self, entry: Any) -> None:
        self.entry = entry
        self.newer = self.older = self


class _Ring:
    """Circular doubly linked list: appends at the new end and removes anywhere in O(1).

    The sentinel stands between the newest and the oldest link, so no link lacks a neighbour and no case is special.
    """

    def __init__(self) -> None:
        self._sentinel = _Link(None)

    def append(self, link: _Link) -> None:
        end = self._sentinel
        link.older, link.newer = end.older, end
        end.older.newer = link
        end.older = link

    def remove(self, link: _Link) -> None:
        link.older.newer = link.newer
        link.newer.older = link.older

    def oldest(self) -> _Entry:
        return self._sentinel.newer.entry

    def newest_first(self) -> Iterator[_Entry]:
        link = self._sentinel.older
        while link is not self._sentinel:
            yield link.entry
            link = link.older
