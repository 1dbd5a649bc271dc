"""As lectures write it: a dense transition matrix, dangling columns filled, power iteration from equal ranks, no checks."""

from __future__ import annotations

import numpy as np


def pagerank(
    n: int,
    src: np.ndarray,
    dst: np.ndarray,
    damping: float = 0.85,
    tol: float = 1e-10,
    max_iter: int = 200,
    personalization: np.ndarray | None = None,
) -> np.ndarray:
    """Power iteration."""
    p = np.ones(n) / n if personalization is None else personalization / personalization.sum()
    adjacency = np.zeros((n, n))
    adjacency[dst, src] = 1
    out = adjacency.sum(axis=0)
    transition = np.zeros((n, n))
    for u in range(n):
        transition[:, u] = adjacency[:, u] / out[u] if out[u] > 0 else p
    r = np.ones(n) / n
    for _ in range(max_iter):
        new = damping * transition @ r + (1 - damping) * p
        if np.linalg.norm(new - r) < tol:
            return new
        r = new
    return r
