"""As the statistics books write it: iteratively reweighted least squares with full Newton steps, and softplus by hand."""

from __future__ import annotations

import numpy as np


def loss_and_grad(
    w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray, l2: float = 0.0
) -> tuple[float, np.ndarray, float]:
    """Cross-entropy with logits as deep-learning libraries write it: max(z, 0) - z y + log(1 + exp(-|z|))."""
    z = X.dot(w) + b
    losses = np.maximum(z, 0) - z * y + np.log(1 + np.exp(-np.abs(z)))
    p = 1.0 / (1.0 + np.exp(-z))
    return losses.mean() + 0.5 * l2 * w.dot(w), X.T.dot(p - y) / len(y) + l2 * w, (p - y).mean()


class LogisticRegression:
    """Newton's method on a design matrix with a column of ones."""

    def __init__(self, l2: float = 1e-3) -> None:
        self.l2 = l2

    def fit(self, X: np.ndarray, y: np.ndarray) -> LogisticRegression:
        """Ten full steps."""
        n, d = X.shape
        A = np.hstack([np.ones((n, 1)), X])
        R = self.l2 * np.eye(d + 1)
        R[0, 0] = 0
        theta = np.zeros(d + 1)
        for _ in range(10):
            p = 1.0 / (1.0 + np.exp(-A @ theta))
            gradient = A.T @ (p - y) / n + R @ theta
            hessian = A.T @ np.diag(p * (1 - p)) @ A / n + R
            theta -= np.linalg.solve(hessian, gradient)
        self.intercept_, self.coef_ = theta[0], theta[1:]
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probability of label 1."""
        return 1.0 / (1.0 + np.exp(-(X @ self.coef_ + self.intercept_)))

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Label with the greater probability."""
        return np.where(self.predict_proba(X) >= 0.5, 1, 0)
