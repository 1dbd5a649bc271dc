"""Gives every item of the stream a key and sorts them all."""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Iterable
from typing import Any


def reservoir_sample(stream: Iterable[Any], k: int, seed: int) -> list[Any]:
    """Sample k items without replacement, every subset of k positions being equally likely.

    Parameters
    ----------
    stream : iterable
        Items of any kind; read once, from front to back.
    k : int
        Number of items to keep, at least 0.
    seed : int
        Seed of the random numbers, at least 0.

    Returns
    -------
    list
        min(k, n) items, in any order.

    Raises
    ------
    ValueError
        If `k` is negative.

    Examples
    --------
    >>> sorted(reservoir_sample("abc", 5, seed=0))
    ['a', 'b', 'c']
    >>> len(reservoir_sample(range(1000), 5, seed=0))
    5
    """
    _check_size(k)
    rng = random.Random(seed)
    reservoir: list[Any] = []
    for seen, item in enumerate(stream, start=1):
        if len(reservoir) < k:
            reservoir.append(item)
            continue
        # The newcomer belongs in a sample of the first `seen` items with probability k / seen; then it takes the place
        # of a random one.  An older item stays with probability k/(seen - 1) * (1 - 1/seen) = k/seen as well.
        place = rng.randrange(seen)
        if place < k:
            reservoir[place] = item
    return reservoir


def weighted_reservoir_sample(stream: Iterable[tuple[Any, float]], k: int, seed: int) -> list[Any]:
    """Sample k items without replacement, each draw proportional to the weights of the items that are left.

    Parameters
    ----------
    stream : iterable of (item, weight)
        Items of any kind and their weights, finite and at least 0; read once, from front to back.
    k : int
        Number of items to keep, at least 0.
    seed : int
        Seed of the random numbers, at least 0.

    Returns
    -------
    list
        min(k, m) items in any order, where m items have a positive weight.

    Raises
    ------
    ValueError
        If `k` is negative, or a weight is negative, infinite or NaN.

    Examples
    --------
    >>> sorted(weighted_reservoir_sample([("a", 2.0), ("b", 0.0), ("c", 0.5)], 3, seed=0))
    ['a', 'c']
    """
    _check_size(k)
    rng = random.Random(seed)
    heap: list[tuple[float, int, Any]] = []
    for position, (item, weight) in enumerate(stream):
        if not 0 <= weight < math.inf:
            raise ValueError(f"weights must be finite and not negative, got {weight} at position {position}")
        if weight == 0:
            continue
        # Each item rings at an exponential time of rate w, and the first k to ring are the sample: the earliest of
        # several is item i with probability w_i / sum of w, and the others have no memory.  This is log(u) / w with the
        # sign turned; u ** (1 / w) has the same order, but it is 0 for many small w.
        heap.append((-rng.expovariate(1.0) / weight, position, item))
    heap = sorted(heap, reverse=True)[:k]
    return [item for _, _, item in heap]


def _check_size(k: int) -> None:
    if k < 0:
        raise ValueError(f"k must not be negative, got {k}")
