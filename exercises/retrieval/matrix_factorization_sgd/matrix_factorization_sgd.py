"""Matrix factorisation with biases, trained by stochastic gradient descent."""

from __future__ import annotations

from typing import Self

import numpy as np


class MatrixFactorization:
    """Ratings as a mean, two biases and a product of factors.

    Parameters
    ----------
    n_users : int
        Number of users.
    n_items : int
        Number of items.
    P : ndarray of shape (n_users, k)
        First factors of the users.
    Q : ndarray of shape (n_items, k)
        First factors of the items.
    lr : float
        Learning rate.
    reg : float
        Strength of the penalty on biases and factors.

    Attributes
    ----------
    mu_ : float
        Mean of the ratings.
    user_bias_ : ndarray of shape (n_users,)
        Biases of the users.
    item_bias_ : ndarray of shape (n_items,)
        Biases of the items.
    P_ : ndarray of shape (n_users, k)
        Factors of the users.
    Q_ : ndarray of shape (n_items, k)
        Factors of the items.

    Raises
    ------
    ValueError
        If `P` and `Q` do not have one row for each user and each item, and the same number of columns.

    Examples
    --------
    >>> model = MatrixFactorization(2, 2, np.ones((2, 1)), np.ones((2, 1)), lr=0.5, reg=0.0)
    >>> model = model.fit(np.array([0, 1]), np.array([0, 1]), np.array([5, 3]), np.array([[0]]))
    >>> model.predict(np.array([0, 1, -1]), np.array([0, 0, 0])).tolist()
    [5.0, 5.0, 4.0]
    """

    def __init__(self, n_users: int, n_items: int, P: np.ndarray, Q: np.ndarray, lr: float, reg: float) -> None:
        raise NotImplementedError

    def fit(self, users: np.ndarray, items: np.ndarray, ratings: np.ndarray, order: np.ndarray) -> Self:
        """Learn from ratings, one at a time.

        Parameters
        ----------
        users : int ndarray of shape (n,)
            Who rated.
        items : int ndarray of shape (n,)
            What was rated.
        ratings : ndarray of shape (n,)
            The ratings.
        order : int ndarray of shape (epochs, m)
            Which rating is visited when, row by row.

        Returns
        -------
        MatrixFactorization
            The model itself.

        Raises
        ------
        ValueError
            If shapes do not fit, there are no ratings, or an index is out of range.
        """
        raise NotImplementedError

    def predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Predict ratings of pairs.

        Parameters
        ----------
        users : int ndarray of shape (m,)
            Users; -1 stands for one whom the model does not know.
        items : int ndarray of shape (m,)
            Items; -1 stands for one that the model does not know.

        Returns
        -------
        ndarray of shape (m,)
            Predicted ratings.

        Raises
        ------
        ValueError
            If the shapes are not equal vectors, or an index is out of range.
        """
        raise NotImplementedError
