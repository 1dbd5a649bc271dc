"""A tree of XGBoost: second-order splits with a default side for missing values."""

from __future__ import annotations

import numpy as np


def best_split(
    x: np.ndarray, g: np.ndarray, h: np.ndarray, lam: float, gamma: float, min_child_weight: float = 0.0
) -> tuple[float, float, bool] | None:
    """Find the split of one feature with the greatest gain.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Feature, NaN where it is missing.
    g, h : ndarray of shape (n,)
        First and second derivatives of the loss.
    lam : float
        L2 penalty, at least 0.
    gamma : float
        Price of a split.
    min_child_weight : float, default=0.0
        Least H of a child.

    Returns
    -------
    threshold : float
        Rows below it go left.
    gain : float
        Gain after gamma.
    default_left : bool
        Whether missing values go left.

    Raises
    ------
    ValueError
        If there are no rows, shapes differ or `lam` is negative.

    Examples
    --------
    >>> best_split(np.array([3.0, 1.0]), np.array([-1.0, 1.0]), np.ones(2), 1.0, 0.0)
    (2.0, 0.5, True)
    """
    raise NotImplementedError


class BoostedTree:
    """Regression tree on first and second derivatives.

    Parameters
    ----------
    max_depth : int
        Greatest number of edges from the root to a leaf, at least 0.
    lam : float
        L2 penalty, at least 0.
    gamma : float
        Price of a split.
    min_child_weight : float
        Least H of a child.

    Raises
    ------
    ValueError
        If `max_depth` or `lam` is negative.

    Examples
    --------
    >>> tree = BoostedTree(0, 1.0, 0.0, 0.0).fit(np.ones((3, 1)), np.full(3, -2.0), np.ones(3))
    >>> tree.predict(np.zeros((1, 1))).tolist()
    [1.5]
    """

    def __init__(self, max_depth: int, lam: float, gamma: float, min_child_weight: float) -> None:
        raise NotImplementedError

    def fit(self, X: np.ndarray, g: np.ndarray, h: np.ndarray) -> BoostedTree:
        """Grow the tree.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Rows, NaN where a value is missing.
        g, h : ndarray of shape (n,)
            First and second derivatives of the loss.

        Returns
        -------
        BoostedTree
            The tree itself.

        Raises
        ------
        ValueError
            If there are no rows or shapes do not fit.

        Examples
        --------
        >>> X = np.array([[1.0], [2.0]])
        >>> BoostedTree(1, 0.0, 0.0, 0.0).fit(X, np.array([-1.0, 3.0]), np.ones(2)).predict(X).tolist()
        [1.0, -3.0]
        """
        raise NotImplementedError

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Weights of the leaves that rows fall into.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Rows, NaN where a value is missing.

        Returns
        -------
        ndarray of shape (m,)
            Leaf weights.

        Examples
        --------
        >>> tree = BoostedTree(0, 0.0, 0.0, 0.0).fit(np.ones((1, 1)), np.array([3.0]), np.array([2.0]))
        >>> tree.predict(np.array([[np.nan]])).tolist()
        [-1.5]
        """
        raise NotImplementedError
