"""As tutorials write it: every threshold of every feature is scored from scratch. No validation."""

from __future__ import annotations

import numpy as np


def fit_stump(X: np.ndarray, y: np.ndarray, w: np.ndarray, n_classes: int) -> tuple:
    """Try all splits."""
    best_error, best = float("inf"), None
    for j in range(X.shape[1]):
        values = np.unique(X[:, j])
        for threshold in (values[:-1] + values[1:]) / 2:
            left = X[:, j] <= threshold
            votes = [np.bincount(y[side], weights=w[side], minlength=n_classes) for side in (left, ~left)]
            a, b = np.argmax(votes[0]), np.argmax(votes[1])
            error = np.sum(w[np.where(left, a, b) != y])
            if error < best_error:
                best_error, best = error, (j, threshold, a, b)
    return best


class AdaBoost:
    """SAMME."""

    def __init__(self, n_rounds: int) -> None:
        self.n_rounds = n_rounds

    def fit(self, X: np.ndarray, y: np.ndarray) -> AdaBoost:
        """Reweight after each stump."""
        n, self.K = len(y), len(np.unique(y))
        w = np.ones(n) / n
        self.stumps_, self.alphas_ = [], []
        for _ in range(self.n_rounds):
            stump = fit_stump(X, y, w, self.K)
            miss = self._stump_predict(stump, X) != y
            err = np.dot(w, miss) / np.sum(w)
            if err >= 1 - 1 / self.K:
                break
            alpha = 1.0 if err <= 0 else np.log((1 - err) / err) + np.log(self.K - 1)
            self.stumps_.append(stump)
            self.alphas_.append(alpha)
            if err <= 0:
                break
            w = w * np.exp(alpha * miss)
            w = w / np.sum(w)
        return self

    def _stump_predict(self, stump: tuple, X: np.ndarray) -> np.ndarray:
        j, threshold, a, b = stump
        return np.where(X[:, j] <= threshold, a, b)

    def decision_scores(self, X: np.ndarray) -> np.ndarray:
        """Votes as one-hot rows."""
        return sum(
            a * np.eye(self.K)[self._stump_predict(s, X)] for a, s in zip(self.alphas_, self.stumps_, strict=True)
        )

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The greatest sum of votes."""
        return np.argmax(self.decision_scores(X), axis=1)
