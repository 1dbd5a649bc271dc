"""Softmax, log-softmax and log-sum-exp that neither overflow nor underflow."""

from __future__ import annotations

import numpy as np


def logsumexp(x: np.ndarray, axis: int = -1, keepdims: bool = False) -> np.ndarray:
    """Logarithm of the sum of exponentials along one axis.

    Parameters
    ----------
    x : ndarray of shape (..., n, ...)
        Logits, finite or -inf.
    axis : int, default=-1
        Axis to reduce.
    keepdims : bool, default=False
        Whether the reduced axis stays, with length 1.

    Returns
    -------
    ndarray of shape (..., ...) or (..., 1, ...)
        -inf where a whole slice is -inf. Float dtypes are kept, integers give float64.

    Raises
    ------
    ValueError
        If the axis to reduce has length 0.

    Examples
    --------
    >>> float(logsumexp(np.array([0.0, 0.0])).round(6))
    0.693147
    >>> logsumexp(np.array([[5000.0], [-np.inf]]))
    array([5000.,  -inf])
    """
    raise NotImplementedError


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Probabilities proportional to the exponentials of the logits along one axis.

    Parameters
    ----------
    x : ndarray of shape (..., n, ...)
        Logits, finite or -inf.
    axis : int, default=-1
        Axis along which the probabilities sum to one.

    Returns
    -------
    ndarray of shape (..., n, ...)
        Probabilities; zeros where a whole slice is -inf. Float dtypes are kept, integers give float64.

    Raises
    ------
    ValueError
        If the axis has length 0.

    Examples
    --------
    >>> softmax(np.array([[1000.0, 1000.0], [0.0, -np.inf]]))
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    raise NotImplementedError


def log_softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Logarithm of softmax, finite where the probability itself underflows.

    Parameters
    ----------
    x : ndarray of shape (..., n, ...)
        Logits, finite or -inf.
    axis : int, default=-1
        Axis along which the probabilities sum to one.

    Returns
    -------
    ndarray of shape (..., n, ...)
        Log-probabilities; -inf where a whole slice is -inf. Float dtypes are kept, integers give float64.

    Raises
    ------
    ValueError
        If the axis has length 0.

    Examples
    --------
    >>> log_softmax(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """
    raise NotImplementedError
