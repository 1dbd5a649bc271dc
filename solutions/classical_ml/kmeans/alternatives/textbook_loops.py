"""As an introduction writes it: loops over points and centres, centres moved in place, stop when labels stay."""

from __future__ import annotations

import numpy as np


def kmeans_pp_init(X: np.ndarray, k: int, u: np.ndarray) -> list[int]:
    """Walk along the cumulative sum."""
    n = len(X)
    chosen = [int(np.floor(u[0] * n))]
    while len(chosen) < k:
        weights = [min(np.sum((x - X[c]) ** 2) for c in chosen) for x in X]
        threshold = u[len(chosen)] * sum(weights)
        running = 0.0
        for i in range(n):
            running += weights[i]
            if running > threshold:
                chosen.append(i)
                break
    return chosen


def lloyd(
    X: np.ndarray, centers: np.ndarray, max_iter: int = 100, tol: float = 0.0
) -> tuple[np.ndarray, np.ndarray, float, int]:
    """A centre without points stays where it is."""
    centers = np.array(centers, dtype=float)
    labels = np.full(len(X), -1)
    for iteration in range(1, max_iter + 1):
        previous = labels.copy()
        for i, x in enumerate(X):
            labels[i] = np.argmin([np.linalg.norm(x - c) for c in centers])
        if (labels == previous).all():
            break
        for j in range(len(centers)):
            members = X[labels == j]
            if len(members) > 0:
                centers[j] = members.mean(axis=0)
    inertia = sum(np.sum((x - centers[label]) ** 2) for x, label in zip(X, labels, strict=True))
    return centers, labels, inertia, iteration
