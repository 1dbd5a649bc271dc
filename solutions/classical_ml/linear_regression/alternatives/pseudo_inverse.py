"""The pseudo-inverse of the centred matrix; a ridge through a regular system; whole epochs gathered at once."""

import numpy as np


def fit_closed_form(X, y, l2=0.0):
    """A linear system where it is regular, the pseudo-inverse where it need not be."""
    X, y = np.asarray(X), np.asarray(y)
    if X.ndim != 2 or not len(X) or y.shape != (len(X),) or l2 < 0:
        raise ValueError("invalid argument")
    X, y = X.astype(np.float64), y.astype(np.float64)
    A, c = X - X[0], y - y.mean()
    A -= A.mean(axis=0)
    if l2:
        w = np.linalg.solve(A.T @ A + l2 * np.identity(A.shape[1]), A.T @ c)
    else:
        w = np.linalg.pinv(A, rcond=1e-13) @ c
    return w, (y.mean() - X.mean(axis=0).dot(w)).item()


def fit_gd(X, y, lr, batch_size, order, l2=0.0):
    """A while loop over the rows of an epoch."""
    X, y = np.asarray(X, float), np.asarray(y, float)
    if X.ndim != 2 or not len(X) or y.shape != (len(X),) or l2 < 0 or lr <= 0 or batch_size <= 0:
        raise ValueError("invalid argument")
    if order.ndim != 2 or order.shape[1] != len(X) or order.dtype.kind not in "ui":
        raise ValueError("invalid order")
    if not np.isin(order, np.arange(len(X))).all():
        raise ValueError("invalid row")
    w, b = np.zeros(X.shape[1]), 0.0
    for epoch in order:
        rows, targets, done = X[epoch], y[epoch], 0
        while done < len(rows):
            part, goal = rows[done : done + batch_size], targets[done : done + batch_size]
            residual = goal - part.dot(w) - b
            gw = -2 * (part * residual[:, None]).mean(axis=0) + 2 * l2 * w
            gb = -2 * residual.mean()
            w, b = w - lr * gw, b - lr * gb
            done += len(part)
    return w, float(b)
