"""Stratified sampling, and the mean of a sample corrected for its strata."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np


def stratified_sample(strata: np.ndarray, n: int, u: np.ndarray) -> np.ndarray:
    """Draw rows in proportion to the size of each stratum.

    Parameters
    ----------
    strata : ndarray of shape (N,)
        Label of each row.
    n : int
        Rows to draw, 0 to N.
    u : ndarray of shape (N,)
        Uniform numbers; the smallest of a stratum are drawn.

    Returns
    -------
    ndarray of shape (n,)
        Row indices, ascending.

    Raises
    ------
    ValueError
        If `n` is out of range or shapes do not fit.

    Examples
    --------
    >>> stratified_sample(np.array([0, 0, 1, 1]), 2, np.array([0.5, 0.4, 0.1, 0.2])).tolist()
    [1, 2]
    """
    if strata.ndim != 1 or not 0 <= n <= len(strata):
        raise ValueError(f"strata must be (N,) and n in 0 to N, not {strata.shape} and {n}")
    _, codes, counts = np.unique(strata, return_inverse=True, return_counts=True)
    quota, remainder = np.divmod(n * counts, len(strata))  # in integers, so equal remainders are equal
    quota[np.argsort(-remainder, kind="stable")[: n - quota.sum()]] += 1
    order = np.lexsort((u, codes))
    place = np.arange(len(strata)) - np.repeat(counts.cumsum() - counts, counts)
    return np.sort(order[place < np.repeat(quota, counts)])


def post_stratified_mean(
    values: np.ndarray, strata: np.ndarray, population_share: Mapping[Hashable, float]
) -> tuple[float, float]:
    """Estimate a population mean from a sample whose strata are out of proportion.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Sample.
    strata : ndarray of shape (n,)
        Label of each value.
    population_share : dict
        Share of each label in the population; sums to 1.

    Returns
    -------
    mean : float
        Weighted mean of the strata.
    standard_error : float
        Its standard error, strata being given.

    Raises
    ------
    ValueError
        If shapes do not fit, labels and shares do not match or shares do not sum to 1.

    Examples
    --------
    >>> post_stratified_mean(np.array([1.0, 1.0, 5.0]), np.array(["a", "a", "b"]), {"a": 0.5, "b": 0.5})
    (3.0, 0.0)
    """
    labels, codes, counts = np.unique(strata, return_inverse=True, return_counts=True)
    if set(labels.tolist()) != set(population_share):
        raise ValueError("every label needs a share, and every share a sample")
    W = np.array([population_share[label] for label in labels.tolist()])
    if not np.isclose(W.sum(), 1.0, rtol=0.0, atol=1e-9):
        raise ValueError(f"shares must sum to 1, not {W.sum()}")
    means = np.bincount(codes, values) / counts
    squares = np.bincount(codes, (values - means[codes]) ** 2)
    variance = squares / np.maximum(counts - 1, 1)  # a single value has squares 0
    return float((W * means).sum()), float(np.sqrt((W * W * variance / counts).sum()))
