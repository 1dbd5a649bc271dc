"""Works in place on one copy, takes the shift from a partial sort and undoes it at the end."""

from __future__ import annotations

import numpy as np


def logsumexp(x: np.ndarray, axis: int = -1, keepdims: bool = False) -> np.ndarray:
    """Logarithm of the sum of exponentials along one axis."""
    work, shift = _shifted_copy(x, axis)
    total = np.exp(work).sum(axis=-1, keepdims=True)
    answer = np.full_like(total, -np.inf)
    np.log(total, out=answer, where=total > 0)
    answer += shift
    answer = np.moveaxis(answer, -1, axis)
    return answer if keepdims else answer.reshape(np.delete(answer.shape, axis))


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Probabilities along one axis."""
    work, _ = _shifted_copy(x, axis)
    np.exp(work, out=work)
    total = work.sum(axis=-1, keepdims=True)
    np.divide(work, total, out=work, where=total > 0)
    return np.moveaxis(work, -1, axis)


def log_softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Logarithm of the probabilities along one axis."""
    work, _ = _shifted_copy(x, axis)
    total = np.exp(work).sum(axis=-1, keepdims=True)
    total[total == 0] = 1
    work -= np.log(total)
    return np.moveaxis(work, -1, axis)


def _shifted_copy(x: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a float copy with the axis last and its greatest entry at 0, and what was taken off."""
    dtype = x.dtype if x.dtype.kind == "f" else np.dtype(np.float64)
    work = np.array(np.moveaxis(x, axis, -1), dtype=dtype)
    size = work.shape[-1]
    if size < 1:
        raise ValueError("cannot reduce an axis of length 0")
    shift = np.partition(work, size - 1, axis=-1)[..., size - 1 :]
    shift[shift == -np.inf] = 0
    work -= shift
    return work, shift
