"""As a course on resampling writes it: fancy indexing, np.percentile, and a comparison without slack."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def bootstrap_ci(
    x: np.ndarray, stat: Callable[[np.ndarray], np.ndarray], idx: np.ndarray, alpha: float = 0.05
) -> tuple[float, float]:
    """Percentiles of the bootstrap statistics."""
    stats = stat(x[idx])
    return np.percentile(stats, 100 * alpha / 2), np.percentile(stats, 100 * (1 - alpha / 2))


def permutation_test(a: np.ndarray, b: np.ndarray, perms: np.ndarray) -> float:
    """Share of permutations at least as extreme as the observed labelling, which counts as one."""
    n = len(a)
    pooled = np.concatenate([a, b])
    observed = abs(a.mean() - b.mean())
    count = 0
    for perm in perms:
        shuffled = pooled[perm]
        diff = abs(shuffled[:n].mean() - shuffled[n:].mean())
        if diff >= observed:
            count += 1
    return (count + 1) / (len(perms) + 1)
