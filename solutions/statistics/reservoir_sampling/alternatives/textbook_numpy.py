"""As a data scientist writes it: NumPy's generator, and a search for the smallest key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np


def reservoir_sample(stream: Iterable[Any], k: int, seed: int) -> list[Any]:
    """Accept item i with probability k / i, in a random place."""
    rng = np.random.default_rng(seed)
    sample = []
    for i, item in enumerate(stream, 1):
        if len(sample) < k:
            sample.append(item)
        elif rng.random() < k / i:
            sample[rng.integers(k)] = item
    return sample


def weighted_reservoir_sample(stream: Iterable[tuple[Any, float]], k: int, seed: int) -> list[Any]:
    """Keep the k smallest exponential times."""
    rng = np.random.default_rng(seed)
    keys, sample = [], []
    for item, weight in stream:
        key = rng.exponential(1 / weight)
        if len(sample) < k:
            keys.append(key)
            sample.append(item)
        else:
            worst = int(np.argmax(keys))
            if key < keys[worst]:
                keys[worst], sample[worst] = key, item
    return sample
