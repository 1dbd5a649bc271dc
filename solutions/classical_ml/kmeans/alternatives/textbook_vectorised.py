"""As a NumPy course writes it: one broadcast for all distances, argmin, and a list of means."""

from __future__ import annotations

import numpy as np


def kmeans_pp_init(X: np.ndarray, k: int, u: np.ndarray) -> np.ndarray:
    """Sample by squared distance to the nearest centre."""
    chosen = [int(u[0] * len(X))]
    for j in range(1, k):
        d2 = ((X[:, None] - X[chosen]) ** 2).sum(axis=2).min(axis=1)
        probabilities = d2 / d2.sum()
        chosen.append(np.searchsorted(np.cumsum(probabilities), u[j]))
    return np.array(chosen)


def lloyd(
    X: np.ndarray, centers: np.ndarray, max_iter: int = 100, tol: float = 0.0
) -> tuple[np.ndarray, np.ndarray, float, int]:
    """Assign and move until nothing moves."""
    for i in range(max_iter):
        distances = np.linalg.norm(X[:, None, :] - centers[None, :, :], axis=2)
        labels = np.argmin(distances, axis=1)
        new_centers = np.array([X[labels == j].mean(axis=0) for j in range(len(centers))])
        shift = np.sum((new_centers - centers) ** 2)
        centers = new_centers
        if shift <= tol:
            break
    inertia = np.sum((X - centers[labels]) ** 2)
    return centers, labels, inertia, i + 1
