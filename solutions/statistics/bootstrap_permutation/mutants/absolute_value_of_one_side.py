"""Takes the absolute value of the observed difference only."""

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
    x = _sample(x)
    if idx.ndim != 2 or idx.shape[0] == 0 or idx.shape[1] != x.size:
        raise ValueError(f"idx must have shape (b, {x.size}) with b >= 1, got {idx.shape}")
    if not 0 < alpha < 1:
        raise ValueError(f"alpha must lie strictly between 0 and 1, got {alpha}")
    # One gather builds all resamples: x[idx] has the shape of idx.
    statistics = np.asarray(stat(x[idx]))
    if statistics.shape != idx.shape[:1]:
        raise ValueError(f"stat must give shape {idx.shape[:1]}, got {statistics.shape}")
    low, high = np.quantile(statistics, [alpha / 2, 1 - alpha / 2])
    return float(low), float(high)


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
    a, b = _sample(a), _sample(b)
    pooled = np.concatenate([a, b])
    if perms.ndim != 2 or perms.shape[1] != pooled.size:
        raise ValueError(f"perms must have shape (p, {pooled.size}), got {perms.shape}")
    observed = abs(a.mean() - b.mean())
    # Under the null hypothesis the labels mean nothing, so they are dealt anew over the pooled values.
    shuffled = pooled[perms]
    permuted = shuffled[:, : a.size].mean(axis=1) - shuffled[:, a.size :].mean(axis=1)
    # Equal differences may differ in the last bit, because sums round by their order; the slack keeps such ties.
    extreme = int(np.count_nonzero(permuted >= observed - 1e-12))
    # The observed labelling is one of the possible ones: counting it keeps p above 0 and the test valid.
    return (1 + extreme) / (len(perms) + 1)


def _sample(values: np.ndarray) -> np.ndarray:
    sample = np.asarray(values, dtype=np.float64)
    if sample.ndim != 1 or sample.size == 0:
        raise ValueError(f"a sample must be one-dimensional and not empty, got shape {sample.shape}")
    return sample
