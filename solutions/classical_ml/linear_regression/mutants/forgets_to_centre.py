"""Fits the weights on data that were not centred."""

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
    X, y = _data(X, y, l2)
    # At the minimum b = mean(y) - mean(X) w, whatever w is. Put in, it leaves the same problem on centred data, without
    # an intercept that a penalty could touch.
    centre, level = X.mean(axis=0), y.mean()
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    # With X - centre = U S V', the weights are V S (S^2 + l2)^-1 U' y. The singular values themselves are used, so the
    # condition number is not squared as in X'X. Directions without any spread get weight zero: the shortest minimiser.
    # Means are rounded relative to X itself, so a constant column may leave a little spread even where s[0] is small.
    kept = s > max(X.shape) * np.finfo(np.float64).eps * np.abs(X).max()
    U, s, Vt = U[:, kept], s[kept], Vt[kept]
    w = Vt.T @ (s / (s**2 + l2) * (U.T @ (y - level)))
    return w, float(level - centre @ w)


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
    X, y = _data(X, y, l2)
    if lr <= 0.0 or batch_size < 1:
        raise ValueError(f"lr must be positive and batch_size at least 1, got {lr} and {batch_size}")
    _check_order(order, len(y))
    w, b = np.zeros(X.shape[1]), 0.0
    for rows in order:
        for start in range(0, len(rows), batch_size):
            batch = rows[start : start + batch_size]
            error = X[batch] @ w + b - y[batch]
            # The loss is mean(error^2) + l2 |w|^2. Its mean is over the rows that are there, fewer in a last batch.
            step = 2.0 * lr / len(batch)
            # Both gradients belong to the same point: error was taken before either parameter moved.
            w = w - step * (error @ X[batch]) - 2.0 * lr * l2 * w
            b = b - step * error.sum()
    return w, float(b)


def _data(X: np.ndarray, y: np.ndarray, l2: float) -> tuple[np.ndarray, np.ndarray]:
    """Features and targets as float64."""
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if X.ndim != 2 or len(X) == 0:
        raise ValueError(f"X must be a matrix with at least one row, got shape {X.shape}")
    # A column y would turn y - X w into a matrix of shape (n, n).
    if y.shape != (len(X),):
        raise ValueError(f"y must have shape ({len(X)},), got {y.shape}")
    if l2 < 0.0:
        raise ValueError(f"l2 must not be negative, got {l2}")
    return X, y


def _check_order(order: np.ndarray, n: int) -> None:
    """Refuse an order that does not name n rows an epoch."""
    if order.ndim != 2 or order.shape[1] != n or order.dtype.kind not in "iu":
        raise ValueError(f"order must be an integer array of shape (epochs, {n}), got {order.dtype} {order.shape}")
    if np.any((order < 0) | (order >= n)):
        raise ValueError(f"order must hold rows from 0 to {n - 1}")
