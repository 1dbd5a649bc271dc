"""As an algorithms course writes it: swim, sink and swap, and a dict from key to position."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Any


class IndexedHeap:
    """Array of [priority, key]; the children of i are 2 i + 1 and 2 i + 2."""

    def __init__(self, items: Iterable[tuple[Hashable, float]] = ()) -> None:
        self.heap = []
        self.pos = {}
        for key, priority in items:
            self.push(key, priority)

    def _swap(self, i: int, j: int) -> None:
        self.heap[i], self.heap[j] = self.heap[j], self.heap[i]
        self.pos[self.heap[i][1]] = i
        self.pos[self.heap[j][1]] = j

    def _swim(self, i: int) -> None:
        while i > 0 and self.heap[i][0] < self.heap[(i - 1) // 2][0]:
            self._swap(i, (i - 1) // 2)
            i = (i - 1) // 2

    def _sink(self, i: int) -> None:
        n = len(self.heap)
        while 2 * i + 1 < n:
            child = 2 * i + 1
            if child + 1 < n and self.heap[child + 1][0] < self.heap[child][0]:
                child += 1
            if self.heap[i][0] <= self.heap[child][0]:
                break
            self._swap(i, child)
            i = child

    def push(self, key: Hashable, priority: float) -> None:
        """Append and swim."""
        self.heap.append([priority, key])
        self.pos[key] = len(self.heap) - 1
        self._swim(len(self.heap) - 1)

    def pop(self) -> tuple[Hashable, float]:
        """Remove the root."""
        key, priority = self.peek()
        self.remove(key)
        return key, priority

    def peek(self) -> tuple[Hashable, float]:
        """Root."""
        priority, key = self.heap[0]
        return key, priority

    def update(self, key: Hashable, priority: float) -> None:
        """Change and move."""
        i = self.pos[key]
        self.heap[i][0] = priority
        self._swim(i)
        self._sink(i)

    def remove(self, key: Hashable) -> None:
        """Swap with the last, drop it, and move what came in its place."""
        i = self.pos[key]
        last = len(self.heap) - 1
        self._swap(i, last)
        self.heap.pop()
        del self.pos[key]
        if i < last:
            self._swim(i)
            self._sink(i)

    def __len__(self) -> int:
        return len(self.heap)


def top_k(stream: Iterable[float], k: int) -> list[float]:
    """Keep a heap of k."""
    heap = IndexedHeap()
    for i, x in enumerate(stream):
        if len(heap) < k:
            heap.push(i, x)
        elif x > heap.peek()[1]:
            heap.pop()
            heap.push(i, x)
    return [heap.pop()[1] for _ in range(len(heap))][::-1]


def merge_sorted(lists: list[Iterable[Any]]) -> Iterator[Any]:
    """Heap of the heads."""
    iterators = [iter(items) for items in lists]
    heap = IndexedHeap()
    for i, iterator in enumerate(iterators):
        for head in iterator:
            heap.push(i, head)
            break
    while len(heap):
        i, head = heap.pop()
        yield head
        for following in iterators[i]:
            heap.push(i, following)
            break
