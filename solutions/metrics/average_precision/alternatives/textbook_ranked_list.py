"""As an information-retrieval lecture writes it: walk down the sorted scores, one group of equal scores at a time."""

from __future__ import annotations

import numpy as np


def precision_recall_curve(y: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Apply every threshold in turn."""
    thresholds = sorted(set(score.tolist()), reverse=True)
    precision, recall = [], []
    for t in thresholds:
        accepted = score >= t
        hits = np.sum(y[accepted])
        precision.append(hits / np.sum(accepted))
        recall.append(hits / np.sum(y))
    return np.array(precision), np.array(recall), np.array(thresholds)


def average_precision(y: np.ndarray, score: np.ndarray) -> float:
    """Gain in recall times precision."""
    precision, recall, _ = precision_recall_curve(y, score)
    total, previous = 0.0, 0.0
    for p, r in zip(precision, recall, strict=True):
        total += (r - previous) * p
        previous = r
    return total
