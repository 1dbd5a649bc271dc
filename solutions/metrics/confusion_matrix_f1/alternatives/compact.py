"""Each score in a line or two on top of one helper."""

from __future__ import annotations

import numpy as np


def confusion_matrix(
    y_true: np.ndarray, y_pred: np.ndarray, n_classes: int, ignore_index: int | None = None
) -> np.ndarray:
    """Count how often each true class was predicted as each class."""
    if y_true.shape != y_pred.shape:
        raise ValueError("y_true and y_pred must have the same shape")
    t, p = y_true.ravel(), y_pred.ravel()
    if ignore_index is not None:
        kept = t != ignore_index
        t, p = t[kept], p[kept]
    t, p = t.astype(np.int64), p.astype(np.int64)
    if t.size and (min(t.min(), p.min()) < 0 or max(t.max(), p.max()) >= n_classes):
        raise ValueError("labels must lie in 0..n_classes - 1")
    return np.bincount(t * n_classes + p, minlength=n_classes**2).reshape(n_classes, n_classes)


def precision_recall_f1(cm: np.ndarray, average: str | None = None) -> tuple:
    """Precision, recall and F1 of each class, or averaged over the classes."""
    tp = np.diag(cm)
    fp = cm.sum(axis=0) - tp
    fn = cm.sum(axis=1) - tp
    if average == "micro":
        tp, fp, fn = tp.sum(), fp.sum(), fn.sum()
    precision, recall, f1 = _divide(tp, tp + fp), _divide(tp, tp + fn), _divide(2 * tp, 2 * tp + fp + fn)
    if average is None:
        return precision, recall, f1
    if average == "micro":
        return float(precision), float(recall), float(f1)
    if average == "macro":
        return float(precision.mean()), float(recall.mean()), float(f1.mean())
    if average == "weighted":
        weights = _divide(tp + fn, cm.sum())
        return float(precision @ weights), float(recall @ weights), float(f1 @ weights)
    raise ValueError("unknown average")


def mean_iou_dice(cm: np.ndarray) -> tuple[float, float]:
    """Mean IoU and mean Dice over the classes that are present."""
    tp = np.diag(cm)
    fp = cm.sum(axis=0) - tp
    fn = cm.sum(axis=1) - tp
    present = tp + fp + fn > 0
    if not present.any():
        return 0.0, 0.0
    iou = _divide(tp, tp + fp + fn)[present]
    dice = _divide(2 * tp, 2 * tp + fp + fn)[present]
    return float(iou.mean()), float(dice.mean())


def _divide(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Divide, with 0/0 = 0."""
    return np.where(b == 0, 0.0, a / np.where(b == 0, 1, b))
