"""Two measures of how far two samples lie apart."""

from __future__ import annotations

import numpy as np


def ks_statistic(a: np.ndarray, b: np.ndarray) -> float:
    """Greatest distance between two empirical distribution functions.

    Parameters
    ----------
    a : ndarray of shape (n,)
        First sample.
    b : ndarray of shape (m,)
        Second sample.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If a sample is empty, holds NaN or is not one-dimensional.

    Examples
    --------
    >>> ks_statistic(np.array([1.0, 2.0]), np.array([2.0, 3.0]))
    0.5
    """
    a, b = _sorted(a), _sorted(b)
    points = np.concatenate([a, b])  # both functions only jump there
    gaps = np.searchsorted(a, points, side="right") / len(a) - np.searchsorted(b, points, side="right") / len(b)
    return float(np.abs(gaps).max())


def psi(expected: np.ndarray, actual: np.ndarray, bins: int = 10, eps: float = 1e-4) -> float:
    """Population stability index over the quantile bins of the expected sample.

    Parameters
    ----------
    expected : ndarray of shape (n,)
        Sample that makes the bins.
    actual : ndarray of shape (m,)
        Sample that is compared with it.
    bins : int, default=10
        Number of bins, at least 1.
    eps : float, default=1e-4
        Least share of a bin.

    Returns
    -------
    float
        0 where both have the same shares.

    Raises
    ------
    ValueError
        If a sample is empty, holds NaN or is not one-dimensional, or `bins` is below 1.

    Examples
    --------
    >>> psi(np.array([1.0, 2.0, 3.0, 4.0]), np.array([4.0, 1.0]), bins=2)
    0.0
    """
    expected, actual = _sorted(expected), _sorted(actual)
    if bins < 1:
        raise ValueError(f"bins must be at least 1, not {bins}")
    edges = np.quantile(expected, np.arange(1, bins) / bins)  # bins between equal edges are empty in both
    p, q = (
        np.bincount(np.searchsorted(edges, sample, side="right"), minlength=bins) / len(sample)
        for sample in (expected, actual)
    )
    p, q = np.maximum(p, eps), np.maximum(q, eps)
    return float(((q - p) * np.log(q / p)).sum())


def _sorted(sample: np.ndarray) -> np.ndarray:
    """A sample in ascending order, once it is known to be one."""
    if sample.ndim != 1 or not len(sample) or np.isnan(sample).any():
        raise ValueError("a sample must be one-dimensional, not empty and without NaN")
    return np.sort(sample)
