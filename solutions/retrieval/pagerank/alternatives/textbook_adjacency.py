"""As graph libraries write it: a dict of neighbours, ranks pushed along the edges, stopped by n times tol, no checks."""

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
    """Push ranks along the edges until they settle."""
    neighbours = {u: [] for u in range(n)}
    for u, v in zip(src, dst):
        neighbours[u].append(v)
    if personalization is None:
        personalization = [1.0] * n
    total = sum(personalization)
    p = [weight / total for weight in personalization]
    dangling = [u for u in range(n) if not neighbours[u]]
    r = [1.0 / n] * n
    for _ in range(max_iter):
        last, r = r, [0.0] * n
        for u in range(n):
            for v in neighbours[u]:
                r[v] += damping * last[u] / len(neighbours[u])
        spare = damping * sum(last[u] for u in dangling) + 1 - damping
        for v in range(n):
            r[v] += spare * p[v]
        if sum(abs(x - y) for x, y in zip(r, last)) < n * tol:
            break
    return np.array(r)
