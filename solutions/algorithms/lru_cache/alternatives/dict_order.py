"""Plain dicts, which remember the order of insertion, instead of linked lists."""

import time


class LRUCache:
    """Two dicts: one in order of use, one in order of writing."""

    def __init__(self, capacity, ttl=None, clock=time.monotonic):
        if capacity < 0 or (ttl is not None and ttl <= 0):
            raise ValueError("bad capacity or ttl")
        self.capacity, self.ttl, self.clock = capacity, ttl, clock
        self.values = {}  # key -> value, least recently used first
        self.written = {}  # key -> time of writing, oldest first

    def _expire(self):
        now = self.clock()
        if self.ttl is not None:
            while self.written:
                key = next(iter(self.written))
                if now - self.written[key] < self.ttl:
                    break
                del self.written[key], self.values[key]
        return now

    def get(self, key, default=None):
        """Move the key to the end of the order of use."""
        self._expire()
        if key not in self.values:
            return default
        value = self.values.pop(key)
        self.values[key] = value
        return value

    def put(self, key, value):
        """Write the key at the end of both orders."""
        now = self._expire()
        if self.capacity == 0:
            return
        if key in self.values:
            del self.values[key], self.written[key]
        elif len(self.values) == self.capacity:
            oldest = next(iter(self.values))
            del self.values[oldest], self.written[oldest]
        self.values[key] = value
        self.written[key] = now

    def delete(self, key):
        """Remove the key from both orders."""
        self._expire()
        if key not in self.values:
            return False
        del self.values[key], self.written[key]
        return True

    def __len__(self):
        """Count the entries that are left after expiry."""
        self._expire()
        return len(self.values)

    def keys(self):
        """Reverse the order of use."""
        self._expire()
        return list(reversed(self.values))


def hit_rate(cache, trace):
    """Compare the default by identity."""
    if len(trace) == 0:
        raise ValueError("empty trace")
    nothing = object()
    found = []
    for key in trace:
        hit = cache.get(key, nothing) is not nothing
        if not hit:
            cache.put(key, None)
        found.append(hit)
    return sum(found) / len(found)
