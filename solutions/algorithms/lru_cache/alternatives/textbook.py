"""As an interview book writes it: a dict and a doubly linked list with two sentinels; expiry is noticed on reading."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from typing import Any


class Node:
    """Link of the list."""

    def __init__(self, key: Any = None, value: Any = None, written: float = 0.0) -> None:
        self.key, self.value, self.written = key, value, written
        self.prev = self.next = None


class LRUCache:
    """Dict of nodes, the most recent next to the head."""

    def __init__(self, capacity: int, ttl: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.capacity, self.ttl, self.clock = capacity, ttl, clock
        self.map = {}
        self.head, self.tail = Node(), Node()
        self.head.next, self.tail.prev = self.tail, self.head

    def _remove(self, node: Node) -> None:
        node.prev.next, node.next.prev = node.next, node.prev

    def _add(self, node: Node) -> None:
        node.prev, node.next = self.head, self.head.next
        self.head.next.prev = node
        self.head.next = node

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Move the node to the front."""
        if key not in self.map:
            return default
        node = self.map[key]
        if self.ttl is not None and self.clock() - node.written > self.ttl:
            self.delete(key)
            return default
        self._remove(node)
        self._add(node)
        return node.value

    def put(self, key: Hashable, value: Any) -> None:
        """Replace or add, then evict."""
        if key in self.map:
            self._remove(self.map[key])
        node = Node(key, value, self.clock())
        self.map[key] = node
        self._add(node)
        if len(self.map) > self.capacity:
            last = self.tail.prev
            self._remove(last)
            del self.map[last.key]

    def delete(self, key: Hashable) -> bool:
        """Unlink the node."""
        if key not in self.map:
            return False
        self._remove(self.map.pop(key))
        return True

    def __len__(self) -> int:
        return len(self.map)

    def keys(self) -> list[Hashable]:
        """Walk from the head."""
        out, node = [], self.head.next
        while node is not self.tail:
            out.append(node.key)
            node = node.next
        return out


def hit_rate(cache: LRUCache, trace: Sequence[Hashable]) -> float:
    """Count the hits."""
    hits = 0
    for key in trace:
        if cache.get(key) is not None:
            hits += 1
        else:
            cache.put(key, key)
    return hits / len(trace)
