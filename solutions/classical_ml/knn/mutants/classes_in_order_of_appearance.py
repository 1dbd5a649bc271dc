"""Orders the columns by first appearance in y instead of by label."""

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
        X, y = _matrix(X), np.asarray(y)
        if y.shape != X.shape[:1]:
            raise ValueError(f"y must have shape ({len(X)},), got {y.shape}")
        if self._k > len(X):
            raise ValueError(f"k is {self._k}, but there are only {len(X)} rows")
        self._classes = np.array(list(dict.fromkeys(y.tolist())))
        self._codes = (self._classes == y[:, None]).argmax(axis=1)
        self._X = X
        self._middle = X.mean(axis=0)
        self._centred = X - self._middle
        self._squares = np.einsum("nd,nd->n", self._centred, self._centred)
        return self

    def kneighbors(self, Q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Find the nearest training rows of each query."""
        Q = _matrix(Q)
        n, d = self._X.shape
        if Q.shape[1] != d:
            raise ValueError(f"queries have {Q.shape[1]} columns, the training rows {d}")
        distances = np.empty((len(Q), self._k))
        indices = np.empty((len(Q), self._k), dtype=np.int64)
        step = max(1, _BLOCK // n)
        for start in range(0, len(Q), step):
            block = slice(start, start + step)
            distances[block], indices[block] = self._nearest(Q[block])
        return distances, indices

    def predict_proba(self, Q: np.ndarray) -> np.ndarray:
        """Share of the votes that each class receives."""
        distances, indices = self.kneighbors(Q)
        votes = self._votes(distances)
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
        """Neighbours of one block of queries: a quick filter, then exact distances of what passes it."""
        n, d = self._X.shape
        centred = Q - self._middle
        # |q - x|^2 = |q|^2 - 2 q.x + |x|^2 costs one matrix product, and |q|^2 does not change the order. Centring
        # keeps the terms small, yet they cancel, so the result is good for a filter only.
        rough = self._squares - 2.0 * (centred @ self._centred.T)
        kth = np.partition(rough, self._k - 1, axis=1)[:, self._k - 1 : self._k]
        # Rounding stays below this bound, so no neighbour is lost, nor any row that ties with the last one.
        largest = np.einsum("md,md->m", centred, centred) + self._squares.max()
        slack = 16.0 * d * np.finfo(np.float64).eps * largest[:, None]
        rows, candidates = np.nonzero(rough <= kth + slack)
        difference = Q[rows] - self._X[candidates]
        squared = np.einsum("cd,cd->c", difference, difference)
        # Sort by query, then distance. lexsort is stable and candidates ascend within a query: ties stay in order.
        order = np.lexsort((squared, rows))
        first = np.searchsorted(rows, np.arange(len(Q)))
        chosen = order[first[:, None] + np.arange(self._k)]
        return np.sqrt(squared[chosen]), candidates[chosen]

    def _votes(self, distances: np.ndarray) -> np.ndarray:
        """Weight of each neighbour, shape (m, k)."""
        if self._weights == "uniform":
            return np.ones_like(distances)
        # Where a query has exact matches, only these vote, one vote each; elsewhere no distance is zero.
        votes = (distances == 0.0).astype(np.float64)
        apart = ~votes.any(axis=1)
        votes[apart] = 1.0 / distances[apart]
        return votes


# Distances held at once, 1 MB: memory does not grow with the number of queries, and a block stays in the cache.
_BLOCK = 2**17


def _matrix(X: np.ndarray) -> np.ndarray:
    """Matrix with one row a point, as float64."""
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError(f"expected a matrix with one row a point, got shape {X.shape}")
    return X
