"""As course notes and the paper write them: margins in one matrix, then Pegasos line by line. No validation."""

from __future__ import annotations

import numpy as np


def hinge_loss(scores: np.ndarray, y: np.ndarray) -> float:
    """Mean of the clipped margins."""
    return np.mean(np.maximum(0, 1 - y * scores))


def multiclass_hinge(scores: np.ndarray, y: np.ndarray, delta: float = 1.0) -> tuple[float, np.ndarray]:
    """The vectorised loss of a well-known vision course."""
    n = scores.shape[0]
    correct = scores[np.arange(n), y].reshape(-1, 1)
    margins = np.maximum(0, scores - correct + delta)
    margins[np.arange(n), y] = 0
    mask = np.zeros(scores.shape)
    mask[margins > 0] = 1
    mask[np.arange(n), y] -= np.sum(mask, axis=1)
    return np.sum(margins) / n, mask / n


def pegasos(X: np.ndarray, y: np.ndarray, lam: float, order: np.ndarray, project: bool = True) -> np.ndarray:
    """Figure 1 of the paper."""
    w = np.zeros(X.shape[1])
    for t, i in enumerate(order, 1):
        eta = 1 / (lam * t)
        if y[i] * np.dot(w, X[i]) < 1:
            w = (1 - eta * lam) * w + eta * y[i] * X[i]
        else:
            w = (1 - eta * lam) * w
        if project:
            norm = np.linalg.norm(w)
            if norm > 0:
                w = min(1, 1 / np.sqrt(lam) / norm) * w
    return w
