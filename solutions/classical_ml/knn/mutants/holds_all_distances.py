"""Holds the distances of all queries to all rows at once, an array of shape (m, n)."""

from __future__ import annotations

import numpy as np


class KNNClassifier:
    """Classify a query by a vote among its nearest training rows."""

    def __init__(self, k: int = 5, weights: str = "uniform") -> None:
        if k < 1:
            raise ValueError(f"k must be at least 1, got {k}")
        if weights not in ("uniform", "distance"):
            raise ValueError(f'weights must be "uniform" or "distance", got {weights!r}')
        self._k = k
        self._weights = weights

    def fit(self, X: np.ndarray, y: np.ndarray) -> KNNClassifier:
        """Remember the training rows."""
        if X.ndim != 2:
            raise ValueError(f"X must be a matrix with one row a point, got shape {X.shape}")
        if y.shape != X.shape[:1]:
            raise ValueError(f"y must have shape ({len(X)},), got {y.shape}")
        if self._k > len(X):
            raise ValueError(f"k is {self._k}, but there are only {len(X)} rows")
        # Labels become column numbers, so gaps, negative numbers and strings are all alike; np.unique sorts.
        self._classes, self._codes = np.unique(y, return_inverse=True)
        self._X = X
        return self

    def kneighbors(self, Q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Find the nearest training rows of each query."""
        if Q.ndim != 2 or Q.shape[1] != self._X.shape[1]:
            raise ValueError(f"Q must be a matrix with {self._X.shape[1]} columns, got shape {Q.shape}")
        distances = np.empty((len(Q), self._k))
        indices = np.empty((len(Q), self._k), dtype=np.int64)
        step = max(1, len(Q))
        for start in range(0, len(Q), step):
            block = slice(start, start + step)
            distances[block], indices[block] = self._nearest(Q[block])
        return distances, indices

    def predict_proba(self, Q: np.ndarray) -> np.ndarray:
        """Share of the votes that each class receives."""
        distances, indices = self.kneighbors(Q)
        votes = np.ones_like(distances)
        if self._weights == "distance":
            # Where a query has exact matches, only these vote, one vote each; elsewhere no distance is zero.
            votes = (distances == 0.0).astype(np.float64)
            apart = ~votes.any(axis=1)
            votes[apart] = np.reciprocal(distances[apart])
        m, c = len(distances), len(self._classes)
        # One bincount for all queries: class j of query i is cell i c + j.
        cells = np.arange(m)[:, None] * c + self._codes[indices]
        totals = np.bincount(cells.ravel(), weights=votes.ravel(), minlength=m * c).reshape(m, c)
        return totals / votes.sum(axis=1, keepdims=True)

    def predict(self, Q: np.ndarray) -> np.ndarray:
        """Label with the most votes for each query."""
        # argmax returns the first maximum, which is the smallest label.
        return self._classes[self.predict_proba(Q).argmax(axis=1)]

    def _nearest(self, Q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Neighbours of all queries."""
        squared = np.zeros((len(Q), len(self._X)))
        for q, x in zip(Q.T, self._X.T, strict=True):
            squared += np.subtract.outer(q, x, dtype=np.float64) ** 2
        indices = np.argsort(squared, axis=1, kind="stable")[:, : self._k]
        return np.sqrt(np.take_along_axis(squared, indices, axis=1)), indices
