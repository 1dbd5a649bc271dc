"""Differences of one row at a time, without the identity."""

import numpy as np


def pairwise_distances(X, Y=None, metric="euclidean"):
    """Fill the result row by row."""
    Y = X if Y is None else Y
    if metric not in ("euclidean", "sqeuclidean", "manhattan", "chebyshev"):
        raise ValueError(f"unknown metric {metric}")
    if X.ndim != 2 or Y.ndim != 2 or X.shape[1] != Y.shape[1]:
        raise ValueError("two matrices with the same columns, please")
    X, Y = np.asarray(X, dtype=float), np.asarray(Y, dtype=float)
    result = np.empty((X.shape[0], Y.shape[0]))
    for i, x in enumerate(X):
        delta = Y - x
        if metric == "manhattan":
            result[i] = np.abs(delta).sum(axis=1)
        elif metric == "chebyshev":
            result[i] = np.abs(delta).max(axis=1)
        else:
            result[i] = np.einsum("md,md->m", delta, delta)
    return np.sqrt(result) if metric == "euclidean" else result


def rbf_kernel(X, Y, gamma):
    """Exponential of the scaled squares."""
    if gamma < 0:
        raise ValueError("gamma")
    K = pairwise_distances(X, Y, metric="sqeuclidean")
    K *= -gamma
    return np.exp(K, out=K)
