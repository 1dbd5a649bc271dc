"""As blog posts write it: the distribution functions point by point, and np.histogram. No validation."""

from __future__ import annotations

import numpy as np


def ks_statistic(a: np.ndarray, b: np.ndarray) -> float:
    """The definition."""
    return max(abs(np.mean(a <= x) - np.mean(b <= x)) for x in [*a, *b])


def psi(expected: np.ndarray, actual: np.ndarray, bins: int = 10, eps: float = 1e-4) -> float:
    """Bin by bin."""
    edges = np.percentile(expected, np.linspace(0, 100, bins + 1))
    edges = np.concatenate([[-np.inf], np.unique(edges[1:-1]), [np.inf]])
    total = 0.0
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        p = max(np.mean((expected >= low) & (expected < high)), eps)
        q = max(np.mean((actual >= low) & (actual < high)), eps)
        total += (q - p) * np.log(q / p)
    return total
