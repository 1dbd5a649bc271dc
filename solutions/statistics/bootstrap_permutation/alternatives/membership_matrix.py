"""A 0/1 matrix of membership times the pooled values gives all sums of group a at once."""

import numpy as np


def bootstrap_ci(x, stat, idx, alpha=0.05):
    """Take resamples with np.take and quantiles one at a time."""
    x = np.array(x, dtype=float)
    idx = np.array(idx)
    valid = x.ndim == 1 and x.size and idx.ndim == 2 and idx.size and idx.shape[1] == x.size
    if not valid or not 0.0 < alpha < 1.0:
        raise ValueError("invalid input")
    values = np.asarray(stat(np.take(x, idx)))
    if values.ndim != 1 or len(values) != len(idx):
        raise ValueError("stat must reduce the last axis")
    return float(np.quantile(values, alpha / 2)), float(np.quantile(values, 1 - alpha / 2))


def permutation_test(a, b, perms):
    """Mark the members of group a in every row, then multiply once."""
    a = np.array(a, dtype=float)
    b = np.array(b, dtype=float)
    perms = np.array(perms)
    if a.ndim != 1 or b.ndim != 1 or a.size == 0 or b.size == 0:
        raise ValueError("samples must be one-dimensional and not empty")
    pooled = np.hstack([a, b])
    if perms.ndim != 2 or perms.shape[1] != pooled.size:
        raise ValueError("wrong shape of perms")
    member = np.zeros(perms.shape)
    np.put_along_axis(member, perms[:, : a.size], 1.0, axis=1)
    weights = member / a.size - (1.0 - member) / b.size
    observed = abs(pooled[: a.size].mean() - pooled[a.size :].mean())
    return float((1 + np.sum(np.abs(weights @ pooled) >= observed - 1e-12)) / (perms.shape[0] + 1))
