"""As tutorials write it: one count a position, then TP, FP and FN of each class, with a guard against zero."""

from __future__ import annotations

import numpy as np


def confusion_matrix(
    y_true: np.ndarray, y_pred: np.ndarray, n_classes: int, ignore_index: int | None = None
) -> np.ndarray:
    """Count pairs."""
    cm = np.zeros((n_classes, n_classes))
    for t, p in zip(y_true.ravel(), y_pred.ravel(), strict=True):
        if t != ignore_index:
            cm[t, p] += 1
    return cm


def _scores(tp: float, fp: float, fn: float) -> tuple[float, float, float]:
    """Precision, recall and F1 of one class."""
    precision = tp / (tp + fp) if tp + fp > 0 else 0.0
    recall = tp / (tp + fn) if tp + fn > 0 else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
    return precision, recall, f1


def precision_recall_f1(cm: np.ndarray, average: str | None = None) -> tuple:
    """Scores of each class, or averaged."""
    counts = []
    for k in range(len(cm)):
        tp = cm[k, k]
        counts.append((tp, cm[:, k].sum() - tp, cm[k, :].sum() - tp))
    scores = np.array([_scores(*c) for c in counts])
    if average is None:
        return tuple(scores.T)
    if average == "micro":
        return _scores(*np.sum(counts, axis=0))
    if average == "macro":
        return tuple(scores.mean(axis=0))
    support = cm.sum(axis=1)
    return tuple((scores * support[:, None]).sum(axis=0) / support.sum())


def mean_iou_dice(cm: np.ndarray) -> tuple[float, float]:
    """Means over the classes that occur."""
    ious, dices = [], []
    for k in range(len(cm)):
        union = cm[k].sum() + cm[:, k].sum() - cm[k, k]
        if union > 0:
            ious.append(cm[k, k] / union)
            dices.append(2 * cm[k, k] / (union + cm[k, k]))
    return np.mean(ious), np.mean(dices)
