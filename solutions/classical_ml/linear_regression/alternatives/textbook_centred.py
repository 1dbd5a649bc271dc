"""As the statistics books write it: centre, invert the Gram matrix, put the intercept back; a descent that flattens."""

from __future__ import annotations

import numpy as np


def fit_closed_form(X: np.ndarray, y: np.ndarray, l2: float = 0.0) -> tuple[np.ndarray, float]:
    """Ridge on centred data: w = (X'X + l2 I)^-1 X'y."""
    x_mean, y_mean = X.mean(axis=0), y.mean()
    Xc, yc = X - x_mean, y - y_mean
    w = np.linalg.inv(Xc.T @ Xc + l2 * np.identity(X.shape[1])) @ Xc.T @ yc
    return w, y_mean - x_mean @ w


def fit_gd(
    X: np.ndarray, y: np.ndarray, lr: float, batch_size: int, order: np.ndarray, l2: float = 0.0
) -> tuple[np.ndarray, float]:
    """Descent on one vector of parameters, the intercept last."""
    A = np.c_[X, np.ones(len(X))]
    theta = np.zeros(A.shape[1])
    for epoch in order:
        for start in range(0, len(epoch), batch_size):
            batch = epoch[start : start + batch_size]
            gradient = 2 / len(batch) * A[batch].T.dot(A[batch].dot(theta) - y[batch])
            gradient[:-1] += 2 * l2 * theta[:-1]
            theta = theta - lr * gradient
    return theta[:-1], theta[-1]
