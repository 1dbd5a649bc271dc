"""As a course teaches it: the plain sigmoid, logaddexp for the loss, and gradient descent with a fixed step."""

from __future__ import annotations

import numpy as np


def sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-z))."""
    return 1 / (1 + np.exp(-z))


def loss_and_grad(
    w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray, l2: float = 0.0
) -> tuple[float, np.ndarray, float]:
    """Mean cross-entropy with logits, and its gradient."""
    n = len(y)
    z = X @ w + b
    loss = np.mean(np.logaddexp(0, z) - y * z) + l2 / 2 * np.sum(w**2)
    dz = sigmoid(z) - y
    return loss, X.T @ dz / n + l2 * w, np.sum(dz) / n


class LogisticRegression:
    """Logistic regression by gradient descent."""

    def __init__(self, l2: float = 1e-3, lr: float = 0.1, n_iters: int = 2000) -> None:
        self.l2 = l2
        self.lr = lr
        self.n_iters = n_iters

    def fit(self, X: np.ndarray, y: np.ndarray) -> LogisticRegression:
        """Descend from zero."""
        self.coef_ = np.zeros(X.shape[1])
        self.intercept_ = 0.0
        for _ in range(self.n_iters):
            _, dw, db = loss_and_grad(self.coef_, self.intercept_, X, y, self.l2)
            self.coef_ = self.coef_ - self.lr * dw
            self.intercept_ = self.intercept_ - self.lr * db
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probability of label 1."""
        return sigmoid(X @ self.coef_ + self.intercept_)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Threshold at one half."""
        return (self.predict_proba(X) >= 0.5).astype(int)
