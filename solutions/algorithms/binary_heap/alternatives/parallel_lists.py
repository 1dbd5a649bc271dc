"""Parallel lists and swaps, the heap counted from 1, with recursion to sift; the next item is read before one is given out."""

import math


class IndexedHeap:
    """Keys in a list from place 1 on; priorities, ages and places in dicts."""

    def __init__(self, items=()):
        self.keys, self.priority, self.age, self.place = [None], {}, {}, {}
        self.clock = 0
        for key, priority in items:
            self._add(key, priority)
        for i in range(len(self.keys) // 2, 0, -1):
            self._down(i)

    def _add(self, key, priority):
        if key in self.place:
            raise ValueError("duplicate")
        if math.isnan(priority):
            raise ValueError("nan")
        self.priority[key] = priority
        self.age[key] = self.clock
        self.clock += 1
        self.place[key] = len(self.keys)
        self.keys.append(key)

    def _before(self, i, j):
        a, b = self.keys[i], self.keys[j]
        if self.priority[a] == self.priority[b]:
            return self.age[a] < self.age[b]
        return self.priority[a] < self.priority[b]

    def _swap(self, i, j):
        keys = self.keys
        keys[i], keys[j] = keys[j], keys[i]
        self.place[keys[i]], self.place[keys[j]] = i, j

    def _up(self, i):
        if i > 1 and self._before(i, i // 2):
            self._swap(i, i // 2)
            self._up(i // 2)

    def _down(self, i):
        least = i
        for child in (2 * i, 2 * i + 1):
            if child < len(self.keys) and self._before(child, least):
                least = child
        if least != i:
            self._swap(i, least)
            self._down(least)

    def push(self, key, priority):
        """Add at the end and rise."""
        self._add(key, priority)
        self._up(len(self.keys) - 1)

    def peek(self):
        """Read place 1."""
        if len(self.keys) == 1:
            raise IndexError("empty heap")
        return self.keys[1], self.priority[self.keys[1]]

    def pop(self):
        """Remove what peek gives."""
        first = self.peek()
        self.remove(first[0])
        return first

    def update(self, key, priority):
        """Change the priority, then try both ways."""
        if key not in self.place:
            raise KeyError(key)
        if math.isnan(priority):
            raise ValueError("nan")
        self.priority[key] = priority
        self._up(self.place[key])
        self._down(self.place[key])

    def remove(self, key):
        """Swap with the last one and cut it off."""
        if key not in self.place:
            raise KeyError(key)
        i, last = self.place[key], len(self.keys) - 1
        self._swap(i, last)
        self.keys.pop()
        for table in (self.priority, self.age, self.place):
            del table[key]
        if i < last:
            moved = self.keys[i]
            self._down(i)
            self._up(self.place[moved])

    def __len__(self):
        """Leave place 0 out."""
        return len(self.keys) - 1


def top_k(stream, k):
    """Hold the k greatest in a heap whose keys are counted."""
    if k < 0:
        raise ValueError("k")
    heap, number = IndexedHeap(), 0
    for x in stream:
        if k == 0:
            break
        number += 1
        if len(heap) == k and x <= heap.peek()[1]:
            continue
        heap.push(number, x)
        if len(heap) > k:
            heap.pop()
    result = []
    while len(heap):
        result.insert(0, heap.pop()[1])
    return result


def merge_sorted(lists):
    """Items are ordered by a heap whose priorities are their ranks among the heads."""
    heap = []
    for number, items in enumerate(map(iter, lists)):
        for item in items:
            heap.append((item, number, items))
            break
    for i in range(len(heap) // 2, -1, -1):
        _sink(heap, i)
    while heap:
        item, number, items = heap[0]
        following = [(x, number, items) for _, x in zip((0,), items)]
        last = following[0] if following else heap.pop()
        if heap:
            heap[0] = last
            _sink(heap, 0)
        yield item


def _sink(heap, i):
    while True:
        least = i
        for child in (2 * i + 1, 2 * i + 2):
            if child < len(heap) and heap[child][:2] < heap[least][:2]:
                least = child
        if least == i:
            return
        heap[i], heap[least] = heap[least], heap[i]
        i = least
