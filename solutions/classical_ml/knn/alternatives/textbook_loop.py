"""As tutorials write it: one query at a time, the norm of the differences, argsort, and a Counter."""

from __future__ import annotations

from collections import Counter

import numpy as np


class KNNClassifier:
    """Vote among the nearest rows."""

    def __init__(self, k: int = 5, weights: str = "uniform") -> None:
        self.k = k
        self.weights = weights

    def fit(self, X: np.ndarray, y: np.ndarray) -> KNNClassifier:
        """Keep the data."""
        self.X_train = X
        self.y_train = y
        self.classes_ = sorted(set(y.tolist()))
        return self

    def kneighbors(self, Q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sort all rows for each query."""
        distances, indices = [], []
        for q in Q:
            d = np.linalg.norm(self.X_train - q, axis=1)
            nearest = np.argsort(d)[: self.k]
            distances.append(d[nearest])
            indices.append(nearest)
        return np.array(distances), np.array(indices)

    def predict_proba(self, Q: np.ndarray) -> np.ndarray:
        """Shares of the votes, with a small number against division by zero."""
        result = []
        for d, nearest in zip(*self.kneighbors(Q), strict=True):
            votes: Counter = Counter()
            for distance, i in zip(d, nearest, strict=True):
                votes[self.y_train[i]] += 1 if self.weights == "uniform" else 1 / (distance + 1e-8)
            total = sum(votes.values())
            result.append([votes[c] / total for c in self.classes_])
        return np.array(result)

    def predict(self, Q: np.ndarray) -> np.ndarray:
        """Most likely label."""
        return np.array([self.classes_[np.argmax(p)] for p in self.predict_proba(Q)])
