"""Principal component analysis."""

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError
