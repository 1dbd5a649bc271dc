"""Everything follows from log_softmax: its exponential is softmax, and masked slices are patched by boolean masks."""

from __future__ import annotations

import numpy as np


def logsumexp(x: np.ndarray, axis: int = -1, keepdims: bool = False) -> np.ndarray:
    """Logarithm of the sum of exponentials along one axis."""
    x = np.moveaxis(_floats(x), axis, -1)
    peak = _peak(x)
    # The largest logit minus its own log-probability is the normaliser.
    best = log_softmax(x).max(axis=-1)
    result = np.where(np.isneginf(best), best, peak[..., 0] - best)
    return np.expand_dims(result, axis) if keepdims else result


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Probabilities along one axis."""
    return np.exp(log_softmax(x, axis))


def log_softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Logarithm of the probabilities along one axis."""
    x = np.moveaxis(_floats(x), axis, -1)
    x = x - _peak(x)
    masked = np.isneginf(x).all(axis=-1, keepdims=True)
    total = np.einsum("...i->...", np.exp(x))[..., np.newaxis]
    return np.moveaxis(x - np.log(np.where(masked, 1, total)), -1, axis)


def _floats(x: np.ndarray) -> np.ndarray:
    """Return x in a floating dtype."""
    return np.asarray(x, dtype=np.result_type(x.dtype, np.float64) if x.dtype.kind in "iub" else x.dtype)


def _peak(x: np.ndarray) -> np.ndarray:
    """Return the maximum of each row, or 0 where the row is all -inf."""
    if x.shape[-1] == 0:
        raise ValueError("the axis to reduce is empty")
    peak = x.max(axis=-1, keepdims=True)
    return np.where(np.isneginf(peak), 0, peak)
