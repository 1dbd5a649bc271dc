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
    # log sum_j exp(x_j) = m + log sum_j exp(x_j - m) for every m; with m the maximum no term exceeds 1.
    # A fully masked slice gives -inf + log 1.
    peak, shifted = _shift_by_peak(x, axis)
    result = peak + np.log(_normaliser(np.exp(shifted), axis))
    return result if keepdims else result.squeeze(axis=axis)


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
    _, shifted = _shift_by_peak(x, axis)
    weights = np.exp(shifted)
    return weights / _normaliser(weights, axis)


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
    # Never the logarithm of a probability, which may be 0; nor x - logsumexp(x), which cancels when x is large.
    _, shifted = _shift_by_peak(x, axis)
    return shifted - np.log(_normaliser(np.exp(shifted), axis))


def _shift_by_peak(x: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the maximum of each slice, its axis kept, and the logits relative to it."""
    if not np.issubdtype(x.dtype, np.floating):
        x = x.astype(np.float64)  # before any subtraction: 0 - 200 wraps in uint8
    peak = x.max(axis=axis, keepdims=True)  # raises ValueError on an axis of length 0
    # A fully masked slice has peak -inf, and -inf - (-inf) is NaN: shift it by a finite number instead.
    return peak, x - np.maximum(peak, np.finfo(x.dtype).min)


def _normaliser(weights: np.ndarray, axis: int) -> np.ndarray:
    """Return the sum of each slice, or 1 for a slice of zeros."""
    # The peak itself contributes exp(0) = 1, so the sum is below 1 only where everything is masked.
    return np.maximum(weights.sum(axis=axis, keepdims=True), 1)
