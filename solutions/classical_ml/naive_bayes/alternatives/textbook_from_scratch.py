"""As tutorials write it from scratch: one block of rows for each class, the log of the density, a small epsilon."""

from __future__ import annotations

import numpy as np


def log_normalise(scores: np.ndarray) -> np.ndarray:
    """Subtract the log-sum-exp of each row."""
    top = np.max(scores, axis=1, keepdims=True)
    return scores - (top + np.log(np.sum(np.exp(scores - top), axis=1, keepdims=True)))


class GaussianNB:
    """Gaussian naive Bayes."""

    def __init__(self, var_smoothing: float = 1e-9) -> None:
        self.eps = var_smoothing

    def fit(self, X: np.ndarray, y: np.ndarray) -> GaussianNB:
        """Mean, variance and prior of each class."""
        self.classes_ = np.unique(y)
        self.mean = np.array([X[y == c].mean(axis=0) for c in self.classes_])
        self.var = np.array([X[y == c].var(axis=0) for c in self.classes_]) + self.eps
        self.priors = np.array([np.mean(y == c) for c in self.classes_])
        return self

    def predict_log_proba(self, X: np.ndarray) -> np.ndarray:
        """Log prior plus the sum of the log densities."""
        scores = []
        for mean, var, prior in zip(self.mean, self.var, self.priors, strict=True):
            log_density = -0.5 * np.log(2 * np.pi * var) - (X - mean) ** 2 / (2 * var)
            scores.append(np.log(prior) + log_density.sum(axis=1))
        return log_normalise(np.array(scores).T)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Most probable class."""
        return self.classes_[np.argmax(self.predict_log_proba(X), axis=1)]


class MultinomialNB:
    """Multinomial naive Bayes with Laplace smoothing."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def fit(self, X: np.ndarray, y: np.ndarray) -> MultinomialNB:
        """Smoothed word shares and prior of each class."""
        self.classes_ = np.unique(y)
        counts = np.array([X[y == c].sum(axis=0) for c in self.classes_])
        smoothed = counts + self.alpha
        self.log_shares = np.log(smoothed / smoothed.sum(axis=1, keepdims=True))
        self.log_priors = np.log([np.mean(y == c) for c in self.classes_])
        return self

    def predict_log_proba(self, X: np.ndarray) -> np.ndarray:
        """Counts times log shares."""
        return log_normalise(X @ self.log_shares.T + self.log_priors)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Most probable class."""
        return self.classes_[np.argmax(self.predict_log_proba(X), axis=1)]
