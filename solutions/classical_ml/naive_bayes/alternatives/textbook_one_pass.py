"""As a statistics course writes it: sufficient statistics from one-hot labels, variance as E[x^2] - E[x]^2."""

from __future__ import annotations

import numpy as np


class _NaiveBayes:
    """What both models share."""

    def _encode(self, y: np.ndarray) -> np.ndarray:
        """Set the classes and priors, and return one-hot labels of shape (n, k)."""
        self.classes_, index = np.unique(y, return_inverse=True)
        onehot = np.eye(len(self.classes_))[index]
        self.log_prior = np.log(onehot.mean(axis=0))
        return onehot

    def predict_log_proba(self, X: np.ndarray) -> np.ndarray:
        """Normalised joint log-likelihood."""
        joint = self._likelihood(X) + self.log_prior
        return joint - np.logaddexp.reduce(joint, axis=1)[:, None]

    def predict(self, X: np.ndarray) -> list:
        """Labels, as a list."""
        return [self.classes_[i] for i in (self._likelihood(X) + self.log_prior).argmax(axis=1)]


class GaussianNB(_NaiveBayes):
    """Normal features."""

    def __init__(self, var_smoothing: float = 1e-9) -> None:
        self.var_smoothing = var_smoothing

    def fit(self, X: np.ndarray, y: np.ndarray) -> GaussianNB:
        """First and second moments of each class."""
        onehot = self._encode(y)
        n = onehot.sum(axis=0)[:, None]
        self.mu = onehot.T @ X / n
        self.sigma2 = onehot.T @ X**2 / n - self.mu**2
        return self

    def _likelihood(self, X: np.ndarray) -> np.ndarray:
        """Sum of log densities by broadcasting, (m, k)."""
        z = (X[:, None, :] - self.mu) ** 2 / self.sigma2
        return -0.5 * (z + np.log(2 * np.pi * self.sigma2)).sum(axis=2)


class MultinomialNB(_NaiveBayes):
    """Counts of words."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def fit(self, X: np.ndarray, y: np.ndarray) -> MultinomialNB:
        """Smoothed counts."""
        N = self._encode(y).T @ X
        self.theta = (N + self.alpha) / (N.sum(axis=1, keepdims=True) + self.alpha * X.shape[1])
        return self

    def _likelihood(self, X: np.ndarray) -> np.ndarray:
        """Counts times log shares."""
        return X @ np.log(self.theta).T
