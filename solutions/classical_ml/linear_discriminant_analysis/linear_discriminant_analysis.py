"""Linear discriminant analysis: classifier and projection."""

from __future__ import annotations

import numpy as np


class LDA:
    """Gaussian classes with one common covariance.

    Parameters
    ----------
    shrinkage : float, default=0.0
        Weight of the spherical part of the covariance, 0 to 1.

    Raises
    ------
    ValueError
        If `shrinkage` is not in [0, 1].

    Examples
    --------
    >>> model = LDA().fit(np.array([[0.0], [1.0], [4.0], [5.0]]), np.array([3, 3, 8, 8]))
    >>> model.predict(np.array([[2.0], [3.0]])).tolist()
    [3, 8]
    """

    def __init__(self, shrinkage: float = 0.0) -> None:
        if not 0.0 <= shrinkage <= 1.0:
            raise ValueError(f"shrinkage must lie in [0, 1], not {shrinkage}")
        self._shrinkage = shrinkage

    def fit(self, X: np.ndarray, y: np.ndarray) -> LDA:
        """Estimate means, priors and the common covariance.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Rows.
        y : ndarray of shape (n,)
            Labels.

        Returns
        -------
        LDA
            The model itself.

        Raises
        ------
        ValueError
            If shapes do not fit or there are fewer than two classes.

        Examples
        --------
        >>> LDA(0.5).fit(np.array([[0.0], [1.0]]), np.array([0, 1])).predict(np.array([[0.8]])).tolist()
        [0]
        """
        if X.ndim != 2 or y.shape != X.shape[:1]:
            raise ValueError(f"X must be (n, d) and y (n,), not {X.shape} and {y.shape}")
        self._classes, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
        if len(counts) < 2:
            raise ValueError("there must be at least two classes")
        self._mean = X.mean(axis=0, dtype=np.float64)
        X = X - self._mean
        means = np.array([X[codes == c].mean(axis=0) for c in range(len(counts))])

        within = X - means[codes]
        S = within.T @ within / len(y)
        d = len(S)
        S = (1.0 - self._shrinkage) * S + self._shrinkage * np.trace(S) / d * np.eye(d)
        # T makes the within-class covariance the identity, so S^-1 = T T', and eigenvalues of 0 are left out.
        values, U = np.linalg.eigh(S)
        kept = values > 1e-12 * values[-1]
        T = U[:, kept] / np.sqrt(values[kept])
        centres = means @ T
        axes = T @ np.linalg.svd(np.sqrt(counts)[:, None] * centres)[2].T
        leading = np.abs(axes).argmax(axis=0)
        self._axes = axes * np.sign(axes[leading, np.arange(axes.shape[1])])
        self._most = min(len(counts) - 1, d)
        self._weights = T @ centres.T
        # Counts serve as priors: their sum drops out of the softmax.
        self._bias = np.log(counts) - 0.5 * (centres**2).sum(axis=1)
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probability of each class.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Rows.

        Returns
        -------
        ndarray of shape (m, K)
            One column a class, in the order of the sorted labels.

        Raises
        ------
        ValueError
            If `X` is not a matrix with d columns.

        Examples
        --------
        >>> model = LDA().fit(np.array([[0.0], [2.0], [1.0], [3.0]]), np.array([0, 0, 1, 1]))
        >>> model.predict_proba(np.array([[1.5]])).tolist()
        [[0.5, 0.5]]
        """
        scores = self._centred(X) @ self._weights + self._bias
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        return p / p.sum(axis=1, keepdims=True)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Most probable class.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Rows.

        Returns
        -------
        ndarray of shape (m,)
            Labels.

        Examples
        --------
        >>> model = LDA().fit(np.array([[0.0], [2.0], [1.0], [3.0]]), np.array([0, 0, 1, 1]))
        >>> model.predict(np.array([[7.0]])).tolist()
        [1]
        """
        return self._classes[self.predict_proba(X).argmax(axis=1)]

    def transform(self, X: np.ndarray, k: int) -> np.ndarray:
        """Project rows onto the leading discriminant axes.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Rows.
        k : int
            Number of axes, 1 to min(K - 1, d).

        Returns
        -------
        ndarray of shape (m, k)
            Coordinates.

        Raises
        ------
        ValueError
            If `k` is out of range or `X` is not a matrix with d columns.

        Examples
        --------
        >>> model = LDA().fit(np.array([[0.0], [2.0], [1.0], [3.0]]), np.array([0, 0, 1, 1]))
        >>> model.transform(np.array([[2.0]]), 1).tolist()
        [[0.5]]
        """
        if not 1 <= k <= self._most:
            raise ValueError(f"k must lie in 1 to {self._most}, not {k}")
        return self._centred(X) @ self._axes[:, :k]

    def _centred(self, X: np.ndarray) -> np.ndarray:
        """Rows minus the training mean."""
        if X.ndim != 2 or X.shape[1] != len(self._mean):
            raise ValueError(f"X must be (m, {len(self._mean)}), not {X.shape}")
        return X - self._mean
