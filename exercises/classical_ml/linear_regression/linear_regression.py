"""Linear and ridge regression: closed form and mini-batch gradient descent."""

from __future__ import annotations

import numpy as np


def fit_closed_form(X: np.ndarray, y: np.ndarray, l2: float = 0.0) -> tuple[np.ndarray, float]:
    """Minimise the squared error plus a penalty on the weights, at once.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Features, one row an example.
    y : ndarray of shape (n,)
        Targets.
    l2 : float, default=0.0
        Weight of the penalty, not negative; the intercept is not penalised.

    Returns
    -------
    w : ndarray of shape (d,)
        Weights, float64; the shortest of all minimisers if there are several.
    b : float
        Intercept.

    Raises
    ------
    ValueError
        If `X` is not a matrix, has no rows, `y` is not of shape (n,), or `l2` is negative.

    Examples
    --------
    >>> w, b = fit_closed_form(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0]))
    >>> w.round(6).tolist(), round(b, 6)
    ([2.0], 1.0)
    """
    raise NotImplementedError


def fit_gd(
    X: np.ndarray, y: np.ndarray, lr: float, batch_size: int, order: np.ndarray, l2: float = 0.0
) -> tuple[np.ndarray, float]:
    """Minimise the mean squared error plus a penalty by mini-batch gradient descent from zero.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Features, one row an example.
    y : ndarray of shape (n,)
        Targets.
    lr : float
        Learning rate, positive.
    batch_size : int
        Examples in a batch, at least 1; the last batch of an epoch may be smaller.
    order : ndarray of shape (epochs, n)
        Integers: the rows in the order in which each epoch visits them.
    l2 : float, default=0.0
        Weight of the penalty, not negative; the intercept is not penalised.

    Returns
    -------
    w : ndarray of shape (d,)
        Weights after the last batch, float64.
    b : float
        Intercept after the last batch.

    Raises
    ------
    ValueError
        If `X` is not a matrix, has no rows, `y` is not of shape (n,), `l2` is negative, `lr` is not positive,
        `batch_size` is below 1, or `order` is not a matrix of integers from 0 to n - 1 with n columns.

    Examples
    --------
    >>> X, y = np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0])
    >>> w, b = fit_gd(X, y, lr=0.5, batch_size=2, order=np.array([[0, 1, 2]]))
    >>> w.tolist(), b
    ([1.5], 2.0)
    """
    raise NotImplementedError
