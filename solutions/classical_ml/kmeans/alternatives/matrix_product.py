"""Distances from one matrix product on centred data, means from a one-hot product."""

import numpy as np


def matrix(X):
    """A float64 matrix, or ValueError."""
    X = np.array(X, dtype=float)
    if X.ndim != 2:
        raise ValueError("expected a matrix")
    return X


def kmeans_pp_init(X, k, u):
    """Cumulative probabilities, recomputed from the distances to all choices."""
    X = matrix(X)
    n = X.shape[0]
    if k < 1 or k > n or u.shape != (k,) or (u < 0).any() or (u >= 1).any():
        raise ValueError("invalid k or u")
    rows = np.empty(k, dtype=np.int64)
    best = np.full(n, np.inf)
    for j in range(k):
        if j > 0:
            best = np.minimum(best, np.square(X - X[rows[j - 1]]).sum(axis=1))
        if j == 0 or best.max() == 0:
            rows[j] = np.floor(u[j] * n)
        else:
            cdf = np.cumsum(best / best.sum())
            rows[j] = np.argmax(cdf / cdf[-1] > u[j])
    return rows


def squared_distances(X, C):
    """All squared distances, (n, k); the common mean is taken out first, against cancellation."""
    middle = X.mean(axis=0)
    X, C = X - middle, C - middle
    return np.maximum((X * X).sum(axis=1)[:, None] - 2 * X @ C.T + (C * C).sum(axis=1), 0)


def lloyd(X, centers, max_iter=100, tol=0.0):
    """A while loop with the assignment at its end."""
    X, C = matrix(X), matrix(centers)
    (n, d), k = X.shape, C.shape[0]
    if C.shape[1] != d or not 1 <= k <= n or max_iter < 0 or tol < 0:
        raise ValueError("invalid centers or limits")
    distances = squared_distances(X, C)
    n_iter, done = 0, False
    while n_iter < max_iter and not done:
        labels = distances.argmin(axis=1)
        own = distances.min(axis=1)
        onehot = (labels[:, None] == np.arange(k)).astype(float)
        for j in range(k):
            if onehot[:, j].any():
                continue
            sizes = onehot.sum(axis=0)
            shared = np.flatnonzero(onehot @ (sizes > 1))
            i = shared[own[shared].argmax()]
            # A cluster that is empty and comes later is still empty; the one just filled has size 1.
            onehot[i] = 0
            onehot[i, j] = 1
        new = (onehot.T @ X) / onehot.sum(axis=0)[:, None]
        done = ((new - C) ** 2).sum() <= tol
        C = new
        n_iter += 1
        distances = squared_distances(X, C)
    labels = distances.argmin(axis=1)
    return C, labels, float(((X - C[labels]) ** 2).sum()), n_iter
