"""Percentile bootstrap interval and two-sided permutation test, with the randomness passed in."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def bootstrap_ci(
    x: np.ndarray, stat: Callable[[np.ndarray], np.ndarray], idx: np.ndarray, alpha: float = 0.05
) -> tuple[float, float]:
    """Percentile bootstrap confidence interval of a statistic.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Sample, n >= 1.
    stat : callable
        Maps resamples, an ndarray of shape (b, n) and dtype float64, to their statistics, an ndarray of shape (b,).
    idx : ndarray of int, shape (b, n)
        Row i holds the positions in `x` that make up resample i; b >= 1.
    alpha : float, default 0.05
        Share of the statistics that lies outside the interval, half of it on either side; 0 < alpha < 1.

    Returns
    -------
    tuple of float
        Lower and upper end of the interval.

    Raises
    ------
    ValueError
        If `x` is not one-dimensional or is empty, `idx` is not of shape (b, n) with b >= 1, `alpha` is not strictly
        between 0 and 1, or `stat` does not give one number for each resample.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([1.0, 2.0, 6.0])
    >>> idx = np.array([[0, 0, 0], [0, 1, 2], [2, 2, 2]])
    >>> bootstrap_ci(x, lambda resamples: resamples.mean(axis=1), idx, alpha=0.5)
    (2.0, 4.5)
    """
    raise NotImplementedError


def permutation_test(a: np.ndarray, b: np.ndarray, perms: np.ndarray) -> float:
    """Two-sided permutation test of a difference in means.

    Parameters
    ----------
    a : ndarray of shape (n_a,)
        First sample, n_a >= 1.
    b : ndarray of shape (n_b,)
        Second sample, n_b >= 1.
    perms : ndarray of int, shape (p, n_a + n_b)
        Each row is a permutation of the positions in the pooled sample, `a` first and then `b`; its first n_a entries
        name the members of the permuted group a.

    Returns
    -------
    float
        The p-value.

    Raises
    ------
    ValueError
        If a sample is not one-dimensional or is empty, or `perms` is not of shape (p, n_a + n_b).

    Examples
    --------
    >>> import numpy as np
    >>> a, b = np.array([5.0, 7.0]), np.array([1.0, 3.0])
    >>> perms = np.array([[0, 1, 2, 3], [0, 2, 1, 3], [2, 3, 0, 1]])
    >>> permutation_test(a, b, perms)
    0.75
    """
    raise NotImplementedError
