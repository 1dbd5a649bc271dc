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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError
