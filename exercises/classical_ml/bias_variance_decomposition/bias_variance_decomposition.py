"""Bias, variance and noise of a model, by simulation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def simulate(
    fit_predict: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
    f: Callable[[np.ndarray], np.ndarray],
    X_train: np.ndarray,
    noise: np.ndarray,
    X_test: np.ndarray,
) -> np.ndarray:
    """Predictions of models that were trained with different noise.

    Parameters
    ----------
    fit_predict : callable
        Takes training inputs, targets and test inputs, and returns m predictions.
    f : callable
        The true function.
    X_train : ndarray of shape (n, ...)
        Training inputs.
    noise : ndarray of shape (M, n)
        Noise of the targets of each training set.
    X_test : ndarray of shape (m, ...)
        Test inputs.

    Returns
    -------
    ndarray of shape (M, m)
        One row a model.

    Raises
    ------
    ValueError
        If there are no training sets or `noise` does not have one column for each training input.

    Examples
    --------
    >>> simulate(lambda X, y, Q: y, lambda X: X, np.array([1.0]), np.array([[0.5], [2.0]]), np.zeros(1)).tolist()
    [[1.5], [3.0]]
    """
    raise NotImplementedError


def decompose(preds: np.ndarray, f_true: np.ndarray, noise_var: float) -> dict[str, float]:
    """Split the expected squared error into bias, variance and noise.

    Parameters
    ----------
    preds : ndarray of shape (M, m)
        Predictions of M models at m points.
    f_true : ndarray of shape (m,)
        True values.
    noise_var : float
        Variance of the noise, at least 0.

    Returns
    -------
    dict of str to float
        `bias2`, `variance`, `noise`, `total` and `mse_to_f`, averaged over the points.

    Raises
    ------
    ValueError
        If there are no predictions, shapes do not fit or `noise_var` is negative.

    Examples
    --------
    >>> decompose(np.array([[2.0], [4.0]]), np.array([1.0]), 0.5)["total"]
    5.5
    """
    raise NotImplementedError
