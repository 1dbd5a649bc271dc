"""AdaBoost for several classes, with decision stumps."""

from __future__ import annotations

import numpy as np


def fit_stump(X: np.ndarray, y: np.ndarray, w: np.ndarray, n_classes: int) -> tuple[int, float, int, int]:
    """Find the stump with the least weight of wrong rows.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Rows.
    y : ndarray of shape (n,)
        Labels, 0 to n_classes - 1.
    w : ndarray of shape (n,)
        Weights of the rows.
    n_classes : int
        Number of classes.

    Returns
    -------
    feature : int
        Column that is split.
    threshold : float
        Rows at or below it are on the left.
    left, right : int
        Labels of the two sides.

    Examples
    --------
    >>> fit_stump(np.array([[5.0], [1.0]]), np.array([0, 1]), np.array([0.5, 0.5]), 2)
    (0, 3.0, 1, 0)
    """
    raise NotImplementedError


class AdaBoost:
    """Boost decision stumps.

    Parameters
    ----------
    n_rounds : int
        Greatest number of stumps, at least 1.

    Attributes
    ----------
    stumps_ : list of tuple
        Feature, threshold, left and right label of each stump.
    alphas_ : list of float
        Vote of each stump.

    Raises
    ------
    ValueError
        If `n_rounds` is below 1.

    Examples
    --------
    >>> AdaBoost(5).fit(np.array([[1.0], [2.0]]), np.array([1, 0])).stumps_
    [(0, 1.5, 1, 0)]
    """

    def __init__(self, n_rounds: int) -> None:
        raise NotImplementedError

    def fit(self, X: np.ndarray, y: np.ndarray) -> AdaBoost:
        """Fit one stump a round to reweighted rows.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Rows.
        y : ndarray of shape (n,)
            Labels, 0 to K - 1.

        Returns
        -------
        AdaBoost
            The model itself.

        Raises
        ------
        ValueError
            If there are no rows, shapes do not fit or a label is negative.

        Examples
        --------
        >>> AdaBoost(1).fit(np.array([[1.0], [2.0]]), np.array([0, 1])).alphas_
        [1.0]
        """
        raise NotImplementedError

    def decision_scores(self, X: np.ndarray) -> np.ndarray:
        """Sum the votes for each class.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Rows.

        Returns
        -------
        ndarray of shape (m, K)
            Sum of the alphas of the stumps that vote for the class.

        Examples
        --------
        >>> AdaBoost(1).fit(np.array([[1.0], [2.0]]), np.array([0, 1])).decision_scores(np.array([[9.0]])).tolist()
        [[0.0, 1.0]]
        """
        raise NotImplementedError

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Class with the greatest score.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Rows.

        Returns
        -------
        ndarray of shape (m,)
            Labels; of equal scores the smallest.

        Examples
        --------
        >>> AdaBoost(1).fit(np.array([[1.0], [2.0]]), np.array([0, 1])).predict(np.array([[9.0]])).tolist()
        [1]
        """
        raise NotImplementedError
