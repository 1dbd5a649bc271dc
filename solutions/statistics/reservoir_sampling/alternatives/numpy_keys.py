"""A numpy generator; the k greatest keys by heapq.nlargest over a generator expression."""

import heapq
import math

import numpy as np


def reservoir_sample(stream, k, seed):
    """A random key for each item; the k greatest stay."""
    if k < 0:
        raise ValueError("negative sample size")
    rng = np.random.default_rng(seed)
    keyed = ((rng.random(), i, item) for i, item in enumerate(stream))
    return [item for _, _, item in heapq.nlargest(k, keyed)]


def weighted_reservoir_sample(stream, k, seed):
    """Gumbel noise on top of the logarithm of the weight; the k greatest stay."""
    if k < 0:
        raise ValueError("negative sample size")
    return [item for _, _, item in heapq.nlargest(k, _keyed(stream, np.random.default_rng(seed)))]


def _keyed(stream, rng):
    for i, (item, weight) in enumerate(stream):
        if math.isnan(weight) or math.isinf(weight) or weight < 0:
            raise ValueError(f"weight {weight}")
        if weight > 0:
            yield math.log(weight) + rng.gumbel(), i, item
