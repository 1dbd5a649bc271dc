"""Algorithm L, which skips items, and weighted sampling by exponential jumps."""

import heapq
import math
import random
from itertools import islice


def reservoir_sample(stream, k, seed):
    """Keep the k least of one uniform key for each item, without drawing the keys of the others."""
    if k < 0:
        raise ValueError("k")
    rng = random.Random(seed)
    stream = iter(stream)
    sample = list(islice(stream, k))
    if len(sample) < k or k == 0:
        return sample
    threshold = 1.0
    while True:
        # The greatest of k uniform keys below the threshold becomes the next threshold.
        threshold *= (1.0 - rng.random()) ** (1.0 / k)
        if threshold < 1.0:
            skip = math.floor(math.log(1.0 - rng.random()) / math.log1p(-threshold))
        else:
            skip = 0
        newcomer = list(islice(stream, skip, skip + 1))
        if not newcomer:
            return sample
        sample[rng.randrange(k)] = newcomer[0]


def weighted_reservoir_sample(stream, k, seed):
    """Arrival times on a heap; items pass until their weights add up to the next arrival before the latest one."""
    if k < 0:
        raise ValueError("k")
    rng = random.Random(seed)
    heap = []
    left = 0.0
    for count, (item, weight) in enumerate(stream):
        if not (math.isfinite(weight) and weight >= 0):
            raise ValueError("weight")
        if weight == 0 or k == 0:
            continue
        if len(heap) < k:
            heapq.heappush(heap, (-rng.expovariate(1.0) / weight, count, item))
            if len(heap) == k:
                left = _jump(rng, heap)
            continue
        left -= weight
        if left <= 0:
            latest = -heap[0][0]
            # An exponential time of this rate, given that it is before the latest one in the sample.
            below = -math.expm1(-latest * weight)
            time = -math.log1p(-rng.random() * below) / weight
            heapq.heapreplace(heap, (-time, count, item))
            left = _jump(rng, heap)
    return [entry[2] for entry in heap]


def _jump(rng, heap):
    return rng.expovariate(1.0) / max(-heap[0][0], 1e-308)
