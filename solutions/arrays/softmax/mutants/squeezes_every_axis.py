"""Squeezes every axis of length one, not only the reduced one."""

from __future__ import annotations

import numpy as np


def logsumexp(x: np.ndarray, axis: int = -1, keepdims: bool = False) -> np.ndarray:
    """Logarithm of the sum of exponentials along one axis."""
    shift, _, total = _parts(x, axis)
    with np.errstate(divide="ignore"):
        result = np.log(total) + shift
    return result if keepdims else np.squeeze(result)


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Probabilities along one axis."""
    _, weights, total = _parts(x, axis)
    return weights / np.where(total == 0, 1, total)


def log_softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Logarithm of the probabilities along one axis."""
    shift, _, total = _parts(x, axis)
    return _as_float(x) - shift - np.log(np.where(total == 0, 1, total))


def _parts(x: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the shift of each slice, the shifted exponentials and their sum."""
    x = _as_float(x)
    shift = x.max(axis=axis, keepdims=True)
    shift = np.where(np.isinf(shift), 0, shift)
    weights = np.exp(x - shift)
    return shift, weights, weights.sum(axis=axis, keepdims=True)


def _as_float(x: np.ndarray) -> np.ndarray:
    """Return x itself if it holds floats, else x in float64."""
    return x if np.issubdtype(x.dtype, np.floating) else x.astype(np.float64)
