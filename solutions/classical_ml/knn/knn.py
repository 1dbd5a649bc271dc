"""k-nearest-neighbour classifier."""

from __future__ import annotations

import numpy as np


class KNNClassifier:
    """Classify a query by a vote among its nearest training rows.

    Parameters
    ----------
    k : int, default=5
        Number of neighbours, at least 1.
    weights : str, default="uniform"
        `"uniform"` gives every neighbour one vote, `"distance"` a vote of one over its distance.

    Raises
    ------
    ValueError
        If `k` is below 1 or `weights` is neither of the two.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [2.0], [9.0]])
    >>> model = KNNClassifier(k=3).fit(X, np.array(["low", "low", "high", "high"]))
    >>> model.predict(np.array([[0.4], [8.0]])).tolist()
    ['low', 'high']
    """

    def __init__(self, k: int = 5, weights: str = "uniform") -> None:
        if k < 1:
            raise ValueError(f"k must be at least 1, got {k}")
        if weights not in ("uniform", "distance"):
            raise ValueError(f'weights must be "uniform" or "distance", got {weights!r}')
        self._k = k
        self._weights = weights

    def fit(self, X: np.ndarray, y: np.ndarray) -> KNNClassifier:
        """Remember the training rows.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Training rows.
        y : ndarray of shape (n,)
            Their labels: strings or integers.

        Returns
        -------
        KNNClassifier
            The classifier itself.

        Raises
        ------
        ValueError
            If `X` is not a matrix, `y` is not of shape (n,), or there are fewer than k rows.

        Examples
        --------
        >>> model = KNNClassifier(k=1).fit(np.array([[0.0], [1.0]]), np.array([7, 3]))
        >>> model.predict(np.array([[0.9]])).tolist()
        [3]
        """
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
        """Find the nearest training rows of each query.

        Parameters
        ----------
        Q : ndarray of shape (m, d)
            Queries.

        Returns
        -------
        distances : ndarray of shape (m, k)
            Euclidean distances, nearest first, float64.
        indices : ndarray of shape (m, k)
            Training rows, int64; equal distances by ascending row.

        Raises
        ------
        ValueError
            If `Q` is not a matrix with d columns.

        Examples
        --------
        >>> model = KNNClassifier(k=2).fit(np.array([[0.0], [4.0], [1.0]]), np.array([0, 1, 0]))
        >>> distances, indices = model.kneighbors(np.array([[3.0]]))
        >>> distances.tolist(), indices.tolist()
        ([[1.0, 2.0]], [[1, 2]])
        """
        if Q.ndim != 2 or Q.shape[1] != self._X.shape[1]:
            raise ValueError(f"Q must be a matrix with {self._X.shape[1]} columns, got shape {Q.shape}")
        distances = np.empty((len(Q), self._k))
        indices = np.empty((len(Q), self._k), dtype=np.int64)
        step = max(1, _BLOCK // self._X.size)
        for start in range(0, len(Q), step):
            block = slice(start, start + step)
            distances[block], indices[block] = self._nearest(Q[block])
        return distances, indices

    def predict_proba(self, Q: np.ndarray) -> np.ndarray:
        """Share of the votes that each class receives.

        Parameters
        ----------
        Q : ndarray of shape (m, d)
            Queries.

        Returns
        -------
        ndarray of shape (m, c)
            One column a class, in the sorted order of the labels; rows sum to 1.

        Raises
        ------
        ValueError
            If `Q` is not a matrix with d columns.

        Examples
        --------
        >>> X, y = np.array([[0.0], [3.0]]), np.array(["b", "a"])
        >>> KNNClassifier(k=2, weights="distance").fit(X, y).predict_proba(np.array([[1.0]])).round(3).tolist()
        [[0.333, 0.667]]
        """
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
        """Label with the most votes for each query.

        Parameters
        ----------
        Q : ndarray of shape (m, d)
            Queries.

        Returns
        -------
        ndarray of shape (m,)
            Labels, in the dtype of `y`.

        Raises
        ------
        ValueError
            If `Q` is not a matrix with d columns.

        Examples
        --------
        >>> model = KNNClassifier(k=2).fit(np.array([[0.0], [1.0]]), np.array(["dog", "cat"]))
        >>> model.predict(np.array([[0.0]])).tolist()
        ['cat']
        """
        # argmax returns the first maximum, which is the smallest label.
        return self._classes[self.predict_proba(Q).argmax(axis=1)]

    def _nearest(self, Q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Neighbours of one block of queries."""
        # |q|^2 - 2 q.x + |x|^2 needs one matrix product instead of all differences, but its rounding parts rows that
        # tie and hides exact matches. At most it could choose candidates for this step.
        difference = np.subtract(Q[:, None, :], self._X, dtype=np.float64)
        squared = np.einsum("mnd,mnd->mn", difference, difference)
        # A partition is linear in n, but takes any of the rows that tie for the last place. Hence it only finds the
        # distance at that place; all rows up to this distance stay candidates, k or more of them a query.
        last = self._k - 1
        bound = np.partition(squared, last)[:, last, None]
        rows, candidates = np.nonzero(squared <= bound)
        squared = squared[rows, candidates]
        # Sort by query, then distance. lexsort is stable and candidates ascend within a query: ties stay in order.
        order = np.lexsort((squared, rows))
        first = np.searchsorted(rows, np.arange(len(Q)))
        chosen = order[first[:, None] + np.arange(self._k)]
        return np.sqrt(squared[chosen]), candidates[chosen]


# Numbers held at once, 1 MB: memory does not grow with the number of queries, and a block stays in the cache.
_BLOCK = 2**17
