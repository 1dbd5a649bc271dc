"""As typed in an interview: one pair of rows at a time, and the one-pass formula for the correlation."""

from __future__ import annotations

import numpy as np


def cosine_similarity(X: np.ndarray, Y: np.ndarray | None = None) -> np.ndarray:
    """Visit the pairs one by one."""
    Y = X if Y is None else Y
    out = np.zeros((len(X), len(Y)))
    for i in range(len(X)):
        for j in range(len(Y)):
            out[i, j] = np.dot(X[i], Y[j]) / (np.linalg.norm(X[i]) * np.linalg.norm(Y[j]))
    return out


def pearson(x: np.ndarray, y: np.ndarray) -> float:
    """Sums of products, squares and values."""
    n = len(x)
    top = n * np.sum(x * y) - np.sum(x) * np.sum(y)
    return top / np.sqrt((n * np.sum(x**2) - np.sum(x) ** 2) * (n * np.sum(y**2) - np.sum(y) ** 2))


def spearman(x: np.ndarray, y: np.ndarray) -> float:
    """Average ranks by counting, then Pearson's coefficient."""
    rank_x = np.array([np.sum(x < v) + (np.sum(x == v) + 1) / 2 for v in x])
    rank_y = np.array([np.sum(y < v) + (np.sum(y == v) + 1) / 2 for v in y])
    return pearson(rank_x, rank_y)


def jaccard(a: set, b: set) -> float:
    """Intersection over union."""
    return len(a.intersection(b)) / len(a.union(b))
