"""Counts with np.add.at and scores each class by its own small loop, in plain Python numbers."""

from __future__ import annotations

import numpy as np


def confusion_matrix(
    y_true: np.ndarray, y_pred: np.ndarray, n_classes: int, ignore_index: int | None = None
) -> np.ndarray:
    """Count how often each true class was predicted as each class."""
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError("the shapes differ")
    rows, columns = np.ravel(y_true), np.ravel(y_pred)
    if ignore_index is not None:
        (kept,) = np.nonzero(rows != ignore_index)
        rows, columns = rows[kept], columns[kept]
    allowed = range(n_classes)
    if rows.size and not all(int(end) in allowed for x in (rows, columns) for end in (x.min(), x.max())):
        raise ValueError("a label lies outside the classes")
    cm = np.zeros((n_classes, n_classes), dtype=np.int64)
    np.add.at(cm, (rows.astype(np.intp), columns.astype(np.intp)), 1)
    return cm


def precision_recall_f1(cm: np.ndarray, average: str | None = None) -> tuple:
    """Precision, recall and F1 of each class, or averaged over the classes."""
    if average not in (None, "macro", "micro", "weighted"):
        raise ValueError(f"unknown average {average!r}")
    counts = _counts(cm)
    if average == "micro":
        return _triple(*(sum(c[i] for c in counts) for i in range(3)))
    scores = [_triple(*c) for c in counts]
    if average is None:
        return tuple(np.array([s[i] for s in scores]) for i in range(3))
    weights = [1 if average == "macro" else tp + fn for tp, _, fn in counts]
    return tuple(_over(sum(w * s[i] for w, s in zip(weights, scores, strict=True)), sum(weights)) for i in range(3))


def mean_iou_dice(cm: np.ndarray) -> tuple[float, float]:
    """Mean IoU and mean Dice over the classes that are present."""
    ious, dices = [], []
    for tp, fp, fn in _counts(cm):
        if tp or fp or fn:
            iou = tp / (tp + fp + fn)
            ious.append(iou)
            dices.append(2 * iou / (1 + iou))
    return _over(sum(ious), len(ious)), _over(sum(dices), len(dices))


def _counts(cm: np.ndarray) -> list[tuple[int, int, int]]:
    """Return TP, FP and FN of each class."""
    return [
        (int(cm[k, k]), int(cm[:, k].sum()) - int(cm[k, k]), int(cm[k].sum()) - int(cm[k, k])) for k in range(len(cm))
    ]


def _triple(tp: int, fp: int, fn: int) -> tuple[float, float, float]:
    """Return precision, recall and F1 as the harmonic mean of the two."""
    precision, recall = _over(tp, tp + fp), _over(tp, tp + fn)
    return precision, recall, _over(2 * precision * recall, precision + recall)


def _over(a: float, b: float) -> float:
    """Divide, with 0/0 = 0."""
    return 0.0 if b == 0 else a / b
