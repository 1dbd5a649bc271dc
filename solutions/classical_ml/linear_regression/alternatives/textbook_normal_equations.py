"""As a lecture writes it: a column of ones, the normal equations, and a loop over slices of the shuffled rows."""

from __future__ import annotations

import numpy as np


def fit_closed_form(X: np.ndarray, y: np.ndarray, l2: float = 0.0) -> tuple[np.ndarray, float]:
    """Solve the normal equations; the last diagonal entry of the penalty is zero."""
    n, d = X.shape
    A = np.hstack([X, np.ones((n, 1))])
    penalty = l2 * np.eye(d + 1)
    penalty[-1, -1] = 0
    theta = np.linalg.solve(A.T @ A + penalty, A.T @ y)
    return theta[:-1], theta[-1]


def fit_gd(
    X: np.ndarray, y: np.ndarray, lr: float, batch_size: int, order: np.ndarray, l2: float = 0.0
) -> tuple[np.ndarray, float]:
    """Mini-batch gradient descent from zero."""
    n, d = X.shape
    w, b = np.zeros(d), 0.0
    for permutation in order:
        X_shuffled, y_shuffled = X[permutation], y[permutation]
        for i in range(0, n, batch_size):
            xb, yb = X_shuffled[i : i + batch_size], y_shuffled[i : i + batch_size]
            error = xb @ w + b - yb
            dw = 2 * xb.T @ error / len(xb) + 2 * l2 * w
            db = 2 * np.mean(error)
            w -= lr * dw
            b -= lr * db
    return w, b
