"""As the papers state them: algorithm R with randint, and u ** (1 / w) keys in a heap."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterable
from typing import Any


def reservoir_sample(stream: Iterable[Any], k: int, seed: int) -> list[Any]:
    """Algorithm R."""
    rng = random.Random(seed)
    reservoir = []
    for i, item in enumerate(stream):
        if i < k:
            reservoir.append(item)
        else:
            j = rng.randint(0, i)
            if j < k:
                reservoir[j] = item
    return reservoir


def weighted_reservoir_sample(stream: Iterable[tuple[Any, float]], k: int, seed: int) -> list[Any]:
    """Algorithm A-Res."""
    rng = random.Random(seed)
    heap = []
    for item, weight in stream:
        key = rng.random() ** (1 / weight)
        if len(heap) < k:
            heapq.heappush(heap, (key, item))
        elif key > heap[0][0]:
            heapq.heapreplace(heap, (key, item))
    return [item for _, item in heap]
