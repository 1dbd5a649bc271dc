"""Takes index -1 for the last row."""

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
        if P.ndim != 2 or Q.ndim != 2 or P.shape[1] != Q.shape[1] or (len(P), len(Q)) != (n_users, n_items):
            raise ValueError(f"factors of shape {P.shape} and {Q.shape} do not fit")
        self._start = np.array(P, dtype=np.float64), np.array(Q, dtype=np.float64)
        self._lr = lr
        self._reg = reg

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
        if ratings.ndim != 1 or order.ndim != 2 or len(ratings) == 0:
            raise ValueError("at least one rating and a matrix of visits are needed")
        P, Q = (factors.copy() for factors in self._start)
        _check(users, ratings.shape, 0, len(P))
        _check(items, ratings.shape, 0, len(Q))
        _check(order, order.shape, 0, len(ratings))
        lr, reg = self._lr, self._reg
        r = ratings.astype(np.float64)
        mu = float(r.mean())
        b_user, b_item = np.zeros(len(P)), np.zeros(len(Q))
        for t in order.ravel():
            u, i = users[t], items[t]
            p, q = P[u], Q[i]
            # The loss of one rating is e^2 / 2 + reg / 2 (b_u^2 + b_i^2 + |p|^2 + |q|^2), and every gradient is taken
            # at the old values: e does not change, and q moves along the p that was.
            e = r[t] - (mu + b_user[u] + b_item[i] + p @ q)
            b_user[u] += lr * (e - reg * b_user[u])
            b_item[i] += lr * (e - reg * b_item[i])
            P[u], Q[i] = p + lr * (e * q - reg * p), q + lr * (e * p - reg * q)
        self.mu_, self.user_bias_, self.item_bias_, self.P_, self.Q_ = mu, b_user, b_item, P, Q
        return self

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
        _check(users, (users.size,), -1, len(self.P_))
        _check(items, users.shape, -1, len(self.Q_))
        # One more row of zeros at the end is what the index -1 finds: no bias and no factors.
        p, q = self.P_[users], self.Q_[items]
        return self.mu_ + self.user_bias_[users] + self.item_bias_[items] + np.einsum("ij,ij->i", p, q)


def _check(index: np.ndarray, shape: tuple[int, ...], least: int, end: int) -> None:
    """Raise ValueError unless the array has this shape and its values lie from least up to, not including, end."""
    if index.shape != shape or np.any((index < least) | (index >= end)):
        raise ValueError(f"expected indices of shape {shape} from {least} to {end - 1}")
