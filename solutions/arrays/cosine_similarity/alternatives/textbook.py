"""As a lecture on retrieval and one on statistics write it: products over norms, ranks by a double argsort."""

from __future__ import annotations

import numpy as np


def cosine_similarity(X: np.ndarray, Y: np.ndarray | None = None) -> np.ndarray:
    """Dot products over the products of the norms."""
    if Y is None:
        Y = X
    norms = np.linalg.norm(X, axis=1)[:, None] * np.linalg.norm(Y, axis=1)[None, :]
    return X @ Y.T / norms


def pearson(x: np.ndarray, y: np.ndarray) -> float:
    """Covariance over the product of the standard deviations."""
    cov = np.mean((x - x.mean()) * (y - y.mean()))
    return cov / (x.std() * y.std())


def spearman(x: np.ndarray, y: np.ndarray) -> float:
    """Pearson's coefficient of the ranks."""
    return pearson(x.argsort().argsort(), y.argsort().argsort())


def jaccard(a: set, b: set) -> float:
    """Intersection over union."""
    return len(a & b) / len(a | b)
