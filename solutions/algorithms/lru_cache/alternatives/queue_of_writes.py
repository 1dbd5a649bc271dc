"""Linked list in two dicts of neighbours, and a queue of writes whose stale items are skipped."""

import time
from collections import deque


class LRUCache:
    """`after` and `before` hold the neighbours of a key; the end markers are keys of their own."""

    def __init__(self, capacity, ttl=None, clock=time.monotonic):
        if capacity < 0:
            raise ValueError("negative capacity")
        if ttl is not None and ttl <= 0:
            raise ValueError("ttl must be positive")
        self.capacity = capacity
        self.ttl = ttl
        self.clock = clock
        self.store = {}  # key -> [value, time of writing]
        self.first = object()
        self.last = object()
        self.after = {self.first: self.last}
        self.before = {self.last: self.first}
        self.queue = deque()  # (key, cell) in order of writing; stale where the store holds another cell

    def _unlink(self, key):
        left, right = self.before.pop(key), self.after.pop(key)
        self.after[left] = right
        self.before[right] = left

    def _link_first(self, key):
        second = self.after[self.first]
        self.after[self.first] = key
        self.before[key] = self.first
        self.after[key] = second
        self.before[second] = key

    def _forget(self, key):
        del self.store[key]
        self._unlink(key)

    def _live(self, key):
        cell = self.store.get(key)
        if cell is None:
            return None
        if self.ttl is not None and self.clock() - cell[1] >= self.ttl:
            self._forget(key)
            return None
        return cell

    def _purge(self):
        if self.ttl is None:
            return
        now = self.clock()
        while self.queue:
            key, cell = self.queue[0]
            stale = self.store.get(key) is not cell
            if not stale and now - cell[1] < self.ttl:
                return
            self.queue.popleft()
            if not stale:
                self._forget(key)

    def _write(self, key, value):
        cell = [value, self.clock()]
        self.store[key] = cell
        self._link_first(key)
        if self.ttl is not None:
            self.queue.append((key, cell))
            if len(self.queue) > 2 * len(self.store) + 8:
                self.queue = deque(item for item in self.queue if self.store.get(item[0]) is item[1])

    def get(self, key, default=None):
        """Look at one key only; expiry is checked for this key alone."""
        cell = self._live(key)
        if cell is None:
            return default
        self._unlink(key)
        self._link_first(key)
        return cell[0]

    def put(self, key, value):
        """Purge only where room is needed."""
        if self.capacity == 0:
            return
        if self._live(key) is not None:
            self._forget(key)
        if len(self.store) >= self.capacity:
            self._purge()
        if len(self.store) >= self.capacity:
            self._forget(self.before[self.last])
        self._write(key, value)

    def delete(self, key):
        """Remove a key that is live."""
        if self._live(key) is None:
            return False
        self._forget(key)
        return True

    def __len__(self):
        """Purge, then count."""
        self._purge()
        return len(self.store)

    def keys(self):
        """Walk from the first marker to the last."""
        self._purge()
        found = []
        key = self.after[self.first]
        while key is not self.last:
            found.append(key)
            key = self.after[key]
        return found


def hit_rate(cache, trace):
    """Count the misses."""
    if not trace:
        raise ValueError("empty trace")
    marker = ["miss"]
    misses = 0
    for key in trace:
        if cache.get(key, marker) is marker:
            misses += 1
            cache.put(key, None)
    return 1 - misses / len(trace)
