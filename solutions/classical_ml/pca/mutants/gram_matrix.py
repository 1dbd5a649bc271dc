"""Takes the eigenvectors of the smaller of the two products, which loses small variances."""

from __future__ import annotations

import numpy as np


class PCA:
    """Orthogonal directions along which the data vary most.

    Parameters
    ----------
    k : int
        Number of components to keep, at least 1.
    whiten : bool, default=False
        Whether scores are scaled to unit variance.

    Attributes
    ----------
    components_ : ndarray of shape (k, d)
        Unit vectors by descending variance; the entry of greatest magnitude is positive.
    explained_variance_ : ndarray of shape (k,)
        Variance of the training data along each component, with divisor n - 1.
    explained_variance_ratio_ : ndarray of shape (k,)
        These variances as shares of the total variance.
    mean_ : ndarray of shape (d,)
        Mean of the training data.

    Examples
    --------
    >>> model = PCA(1).fit(np.array([[3.0, 4.0], [-3.0, -4.0], [2.0, -1.5], [-2.0, 1.5]]))
    >>> model.components_.round(6).tolist(), model.explained_variance_ratio_.round(6).tolist()
    ([[0.6, 0.8]], [0.8])
    """

    def __init__(self, k: int, whiten: bool = False) -> None:
        self._k = k
        self._whiten = whiten

    def fit(self, X: np.ndarray) -> PCA:
        """Find the components.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Data, one row an example; at least two rows.

        Returns
        -------
        PCA
            The model itself.

        Raises
        ------
        ValueError
            If `X` is not a matrix, has fewer than two rows, or k is not between 1 and min(n, d).

        Examples
        --------
        >>> PCA(1).fit(np.array([[1.0, 5.0], [3.0, 5.0]])).mean_.tolist()
        [2.0, 5.0]
        """
        if X.ndim != 2 or len(X) < 2 or not 1 <= self._k <= min(X.shape):
            raise ValueError(f"{self._k} components need a matrix with as many rows and columns, got shape {X.shape}")
        self.mean_ = X.mean(axis=0, dtype=np.float64)
        # X - mean = U S V'. The covariance is V S^2 V' / (n - 1), so its eigenvectors are the rows of V', and nothing
        # of shape (d, d) or (n, n) is ever built. The covariance itself would square the condition number.
        C = X - self.mean_
        if len(X) > X.shape[1]:
            values, V = np.linalg.eigh(C.T @ C)
            s, V = np.sqrt(values.clip(0))[::-1], V.T[::-1]
        else:
            _, s, V = np.linalg.svd(C, full_matrices=False)
        V = V[: self._k]
        # A singular vector is free in its sign. Magnitudes that differ by rounding only count as equal.
        size = np.abs(V)
        leading = (size > size.max(axis=1, keepdims=True) - 1e-9).argmax(axis=1)
        self.components_ = V * np.sign(V[np.arange(self._k), leading])[:, None]
        variance = s**2 / (len(X) - 1)
        self.explained_variance_ = variance[: self._k]
        # Without any variance the shares are 0 / 0; 0 stands for them.
        self.explained_variance_ratio_ = self.explained_variance_ / (variance.sum() or 1.0)
        self._scale = np.ones(self._k)
        if self._whiten:
            # Below this share of the greatest deviation there is only rounding.
            varies = s > 1e-12 * s[0]
            self._scale = np.where(varies, np.sqrt(variance), 0.0)[: self._k]
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Scores: coordinates along the components.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Data.

        Returns
        -------
        ndarray of shape (m, k)
            Scores, float64.

        Raises
        ------
        ValueError
            If `X` is not a matrix with d columns.

        Examples
        --------
        >>> model = PCA(1).fit(np.array([[1.0, 5.0], [3.0, 5.0]]))
        >>> model.transform(np.array([[2.0, 0.0], [4.0, 5.0]])).tolist()
        [[0.0], [2.0]]
        """
        _check_columns(X, len(self.mean_))
        scores = (X - self.mean_) @ self.components_.T
        return np.divide(scores, self._scale, out=np.zeros_like(scores), where=self._scale > 0.0)

    def inverse_transform(self, Z: np.ndarray) -> np.ndarray:
        """Data that have these scores and lie in the plane of the components.

        Parameters
        ----------
        Z : ndarray of shape (m, k)
            Scores.

        Returns
        -------
        ndarray of shape (m, d)
            Data, float64.

        Raises
        ------
        ValueError
            If `Z` is not a matrix with k columns.

        Examples
        --------
        >>> model = PCA(1).fit(np.array([[1.0, 5.0], [3.0, 5.0]]))
        >>> model.inverse_transform(np.array([[0.0], [2.0]])).tolist()
        [[2.0, 5.0], [4.0, 5.0]]
        """
        _check_columns(Z, self._k)
        return Z * self._scale @ self.components_ + self.mean_


def _check_columns(X: np.ndarray, d: int) -> None:
    """Refuse what is not a matrix with d columns."""
    if X.ndim != 2 or X.shape[1] != d:
        raise ValueError(f"expected a matrix with {d} columns, got shape {X.shape}")
