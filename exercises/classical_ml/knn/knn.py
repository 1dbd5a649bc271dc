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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError
