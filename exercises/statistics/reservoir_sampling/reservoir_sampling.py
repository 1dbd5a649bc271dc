"""Reservoir sampling from a stream of unknown length, uniform and weighted."""

from __future__ import annotations

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
    raise NotImplementedError


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
    raise NotImplementedError
