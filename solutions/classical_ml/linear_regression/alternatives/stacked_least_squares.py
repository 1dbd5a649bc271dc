"""Ridge as least squares on data with extra rows; descent with one vector of parameters."""

import numpy as np


def check(X, y, l2):
    """Float copies of valid data."""
    X, y = np.array(X, dtype=float), np.array(y, dtype=float)
    if X.ndim != 2 or y.ndim != 1 or X.shape[0] != y.shape[0] or X.shape[0] < 1:
        raise ValueError("bad shapes")
    if l2 < 0:
        raise ValueError("bad l2")
    return X, y


def fit_closed_form(X, y, l2=0.0):
    """Least squares on centred data above sqrt(l2) times the identity."""
    X, y = check(X, y, l2)
    d = X.shape[1]
    A, c = X - X[0], y - y.mean()  # a constant column becomes exactly zero
    A = A - A.mean(axis=0)
    if l2 > 0:
        A, c = np.vstack([A, np.sqrt(l2) * np.eye(d)]), np.concatenate([c, np.zeros(d)])
    w = np.linalg.lstsq(A, c, rcond=None)[0]
    return w, float(np.mean(y - X @ w))


def fit_gd(X, y, lr, batch_size, order, l2=0.0):
    """One parameter vector over a column of ones; np.split cuts the batches."""
    X, y = check(X, y, l2)
    n, d = X.shape
    if not lr > 0 or not batch_size >= 1:
        raise ValueError("bad lr or batch_size")
    if order.ndim != 2 or order.shape[1] != n or not np.issubdtype(order.dtype, np.integer):
        raise ValueError("bad order")
    if order.size and (order.min() < 0 or order.max() >= n):
        raise ValueError("bad row")
    A = np.hstack([X, np.ones((n, 1))])
    penalty = np.append(np.full(d, float(l2)), 0.0)
    theta = np.zeros(d + 1)
    for epoch in order:
        for batch in np.split(epoch, range(batch_size, n, batch_size)):
            rows = A[batch]
            theta -= lr * (2 / len(batch) * rows.T @ (rows @ theta - y[batch]) + 2 * penalty * theta)
    return theta[:d], float(theta[d])
