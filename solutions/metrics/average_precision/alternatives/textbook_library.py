"""As well-known libraries write it: running counts, thresholds ascending, and a last point of recall 0."""

from __future__ import annotations

import numpy as np


def precision_recall_curve(y: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Running counts at the last example of each score, turned round."""
    order = np.argsort(score, kind="mergesort")[::-1]
    y, score = y[order], score[order]
    idx = np.r_[np.where(np.diff(score))[0], y.size - 1]
    tps = np.cumsum(y)[idx]
    fps = 1 + idx - tps
    precision, recall = tps / (tps + fps), tps / tps[-1]
    return np.r_[precision[::-1], 1], np.r_[recall[::-1], 0], score[idx][::-1]


def average_precision(y: np.ndarray, score: np.ndarray) -> float:
    """Minus the sum of the steps, for recall falls along the arrays."""
    precision, recall, _ = precision_recall_curve(y, score)
    return -np.sum(np.diff(recall) * precision[:-1])
