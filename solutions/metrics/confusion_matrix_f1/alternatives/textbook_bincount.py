"""As segmentation repositories write it: bincount of n * true + predicted, diagonals over sums with an epsilon."""

from __future__ import annotations

import numpy as np

EPS = 1e-10


def confusion_matrix(
    y_true: np.ndarray, y_pred: np.ndarray, n_classes: int, ignore_index: int | None = None
) -> np.ndarray:
    """The fast histogram of label pairs."""
    mask = (y_true >= 0) & (y_true < n_classes)
    if ignore_index is not None:
        mask &= y_true != ignore_index
    hist = np.bincount(n_classes * y_true[mask].astype(int) + y_pred[mask], minlength=n_classes**2)
    return hist.reshape(n_classes, n_classes)


def precision_recall_f1(cm: np.ndarray, average: str | None = None) -> tuple:
    """Sums along the axes."""
    tp = np.diag(cm)
    predicted, actual = cm.sum(axis=0), cm.sum(axis=1)
    if average == "micro":
        tp, predicted, actual = tp.sum(), predicted.sum(), actual.sum()
    precision = tp / (predicted + EPS)
    recall = tp / (actual + EPS)
    f1 = 2 * precision * recall / (precision + recall + EPS)
    if average == "macro":
        return precision.mean(), recall.mean(), f1.mean()
    if average == "weighted":
        w = actual / actual.sum()
        return (w * precision).sum(), (w * recall).sum(), (w * f1).sum()
    return precision, recall, f1


def mean_iou_dice(cm: np.ndarray) -> tuple[float, float]:
    """Means over all classes."""
    tp, total = np.diag(cm), cm.sum(axis=0) + cm.sum(axis=1)
    return (tp / (total - tp + EPS)).mean(), (2 * tp / (total + EPS)).mean()
