"""As one writes it since dicts keep their order: pop and insert again, and evict the first key."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from typing import Any


class LRUCache:
    """Dict from key to value and time of writing, the least recent first."""

    def __init__(self, capacity: int, ttl: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.capacity = capacity
        self.ttl = float("inf") if ttl is None else ttl
        self.clock = clock
        self.data = {}

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Pop and insert again."""
        if key not in self.data:
            return default
        value, written = self.data.pop(key)
        if self.clock() - written >= self.ttl:
            return default
        self.data[key] = (value, written)
        return value

    def put(self, key: Hashable, value: Any) -> None:
        """Insert at the end, and evict from the front."""
        self.data.pop(key, None)
        if len(self.data) == self.capacity:
            del self.data[next(iter(self.data))]
        self.data[key] = (value, self.clock())

    def delete(self, key: Hashable) -> bool:
        """Pop."""
        return self.data.pop(key, None) is not None

    def __len__(self) -> int:
        return len(self.data)

    def keys(self) -> list[Hashable]:
        """Reverse the dict."""
        return list(reversed(self.data))


def hit_rate(cache: LRUCache, trace: Sequence[Hashable]) -> float:
    """Count the hits."""
    missing = object()
    hits = 0
    for key in trace:
        if cache.get(key, missing) is missing:
            cache.put(key, None)
        else:
            hits += 1
    return hits / len(trace)
