"""Averaged gradients, common batch statistics, and synchronous and asynchronous SGD."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def average_gradients(grads: list[list[np.ndarray]], counts: list[int]) -> list[np.ndarray]:
    """Average gradients of ranks by their numbers of samples.

    Parameters
    ----------
    grads : list of list of ndarray
        For each rank its mean gradients, one a parameter.
    counts : list of int
        Number of samples of each rank.

    Returns
    -------
    list of ndarray
        Mean gradients over all samples.

    Raises
    ------
    ValueError
        If a count is negative, or all are 0.

    Examples
    --------
    >>> average_gradients([[np.array([1.0])], [np.array([5.0])]], [3, 1])
    [array([2.])]
    """
    shares = _shares(counts)
    return [sum(share * grads[rank][i] for rank, share in shares) for i in range(len(grads[0]))]


def sync_batch_stats(
    means: list[np.ndarray], variances: list[np.ndarray], counts: list[int]
) -> tuple[np.ndarray, np.ndarray, int]:
    """Combine the batch statistics of ranks.

    Parameters
    ----------
    means, variances : list of ndarray of shape (d,)
        Statistics of each rank; variances divide by the count.
    counts : list of int
        Number of samples of each rank.

    Returns
    -------
    tuple of (ndarray of shape (d,), ndarray of shape (d,), int)
        Mean, variance and number of all samples.

    Raises
    ------
    ValueError
        If a count is negative, or all are 0.

    Examples
    --------
    >>> sync_batch_stats([np.array([1.0]), np.array([3.0])], [np.zeros(1), np.zeros(1)], [1, 1])
    (array([2.]), array([1.]), 2)
    """
    shares = _shares(counts)
    # Around the first mean, so that no large numbers cancel.
    centre = means[shares[0][0]]
    mean = centre + sum(share * (means[rank] - centre) for rank, share in shares)
    variance = sum(share * (variances[rank] + (means[rank] - mean) ** 2) for rank, share in shares)
    return mean, variance, int(sum(counts))


def sync_sgd(
    grad: Callable[[np.ndarray, int], np.ndarray], w0: np.ndarray, lr: float, steps: int, workers: int
) -> np.ndarray:
    """Take steps with the mean gradient of all workers.

    Parameters
    ----------
    grad : callable
        Takes weights and a worker and returns a gradient.
    w0 : ndarray of shape (n,)
        First weights.
    lr : float
        Learning rate.
    steps : int
        Number of steps.
    workers : int
        Number of workers, at least 1.

    Returns
    -------
    ndarray of shape (n,)
        Last weights.

    Raises
    ------
    ValueError
        If there are no workers.

    Examples
    --------
    >>> sync_sgd(lambda w, worker: w, np.array([4.0]), 0.5, 2, 1)
    array([1.])
    """
    if workers < 1:
        raise ValueError(f"at least one worker is needed, got {workers}")
    w = _floats(w0)
    for _ in range(steps):
        w = w - lr * (sum(grad(w, worker) for worker in range(workers)) / workers)
    return w


def async_sgd(
    grad: Callable[[np.ndarray, int], np.ndarray], w0: np.ndarray, lr: float, schedule: list[int]
) -> np.ndarray:
    """Apply gradients as they arrive, at the weights that each worker pulled last.

    Parameters
    ----------
    grad : callable
        Takes weights and a worker and returns a gradient.
    w0 : ndarray of shape (n,)
        First weights.
    lr : float
        Learning rate.
    schedule : list of int
        Workers in the order of arrival.

    Returns
    -------
    ndarray of shape (n,)
        Last weights.

    Examples
    --------
    >>> async_sgd(lambda w, worker: w, np.array([4.0]), 0.5, [0, 1])
    array([0.])
    """
    first = w = _floats(w0)
    pulled: dict[int, np.ndarray] = {}
    for worker in schedule:
        stale = pulled.get(worker, first)
        w = w - lr * grad(stale, worker)  # a new array each time, so what was pulled stays
        pulled[worker] = w
    return w


def _shares(counts: list[int]) -> list[tuple[int, float]]:
    """Return rank and share of the samples, for the ranks that have some."""
    total = sum(counts)
    if min(counts) < 0 or total == 0:
        raise ValueError(f"counts must not be negative and not all 0, got {counts}")
    return [(rank, float(count / total)) for rank, count in enumerate(counts) if count]


def _floats(w: np.ndarray) -> np.ndarray:
    return w if np.issubdtype(w.dtype, np.floating) else w.astype(np.float64)
