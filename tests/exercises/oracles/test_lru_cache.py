"""The reference of lru_cache against OrderedDict and functools.lru_cache."""

from __future__ import annotations

import functools
import random
from collections import OrderedDict

import pytest


class OrderedModel:
    """OrderedDict from least to most recently used; every operation first sweeps out what has expired."""

    def __init__(self, capacity, ttl, clock):
        self.capacity, self.ttl, self.clock = capacity, ttl, clock
        self.cells = OrderedDict()

    def sweep(self):
        if self.ttl is not None:
            for key in [key for key, cell in self.cells.items() if self.clock() - cell[1] >= self.ttl]:
                del self.cells[key]

    def get(self, key, default=None):
        self.sweep()
        if key not in self.cells:
            return default
        self.cells.move_to_end(key)
        return self.cells[key][0]

    def put(self, key, value):
        self.sweep()
        self.cells[key] = (value, self.clock())
        self.cells.move_to_end(key)
        if len(self.cells) > self.capacity:
            self.cells.popitem(last=False)

    def delete(self, key):
        self.sweep()
        return self.cells.pop(key, None) is not None

    def __len__(self):
        self.sweep()
        return len(self.cells)

    def keys(self):
        self.sweep()
        return list(reversed(self.cells))


@pytest.mark.parametrize("seed", range(30))
def test_agrees_with_an_ordered_dict(reference, seed):
    """Random operations under a random clock give what an OrderedDict gives, step by step."""
    draw = random.Random(seed)
    now = [0.0]
    capacity, ttl = draw.randrange(9), draw.choice([None, 0.5, 5.0, 20.0])
    ours = reference("lru_cache").LRUCache(capacity, ttl, lambda: now[0])
    model = OrderedModel(capacity, ttl, lambda: now[0])
    for step in range(600):
        now[0] += draw.choice([0.0, 0.0, 0.25, 1.0, 4.0])
        key = draw.randrange(12)
        name = draw.choice(["get", "get", "put", "put", "delete"])
        arguments = (key, step) if name == "put" else (key,)
        assert getattr(ours, name)(*arguments) == getattr(model, name)(*arguments)
        if draw.random() < 0.3:
            assert (len(ours), ours.keys()) == (len(model), model.keys())


@pytest.mark.parametrize("capacity", [0, 1, 2, 7, 50, 200])
def test_hits_agree_with_functools(reference, capacity):
    """The hit rate of a skewed trace is what functools.lru_cache reports for the same capacity."""
    solution = reference("lru_cache")
    draw = random.Random(capacity)
    trace = [int(draw.paretovariate(0.7)) % 150 for _ in range(3000)]
    library = functools.lru_cache(maxsize=capacity)(lambda key: None)
    for key in trace:
        library(key)
    rate = solution.hit_rate(solution.LRUCache(capacity), trace)
    assert rate == library.cache_info().hits / len(trace)
