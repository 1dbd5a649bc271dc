"""One bincount of the predictions for each true class, and means with an explicit mask."""

from __future__ import annotations

import numpy as np


def confusion_matrix(
    y_true: np.ndarray, y_pred: np.ndarray, n_classes: int, ignore_index: int | None = None
) -> np.ndarray:
    """Count how often each true class was predicted as each class."""
    if y_true.shape != y_pred.shape:
        raise ValueError("the shapes differ")
    kept = np.ones(y_true.shape, dtype=bool) if ignore_index is None else y_true != ignore_index
    truth, guess = y_true[kept], y_pred[kept]
    for labels in (truth, guess):
        if not np.all((labels >= 0) & (labels < n_classes)):
            raise ValueError("a label lies outside the classes")
    guess = guess.astype(np.int64)
    rows = [np.bincount(guess[truth == k], minlength=n_classes) for k in range(n_classes)]
    return np.stack(rows).astype(np.int64)


def precision_recall_f1(cm: np.ndarray, average: str | None = None) -> tuple:
    """Precision, recall and F1 of each class, or averaged over the classes."""
    hits, columns, rows = cm.diagonal(), cm.sum(0), cm.sum(1)
    if average == "micro":
        return tuple(float(v[0]) for v in _scores(*(np.array([v.sum()]) for v in (hits, columns, rows))))
    scores = _scores(hits, columns, rows)
    if average is None:
        return scores
    if average == "macro":
        return tuple(float(np.mean(s)) for s in scores)
    if average == "weighted":
        if rows.sum() == 0:
            return 0.0, 0.0, 0.0
        return tuple(float(np.average(s, weights=rows)) for s in scores)
    raise ValueError(f"unknown average {average!r}")


def mean_iou_dice(cm: np.ndarray) -> tuple[float, float]:
    """Mean IoU and mean Dice over the classes that are present."""
    hits, columns, rows = cm.diagonal(), cm.sum(0), cm.sum(1)
    seen = (columns > 0) | (rows > 0)
    if not seen.any():
        return 0.0, 0.0
    hits, total = hits[seen], (columns + rows)[seen]
    return (hits / (total - hits)).mean().item(), (hits / (total / 2)).mean().item()


def _scores(hits: np.ndarray, columns: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return precision, recall and F1, with the empty ratios patched afterwards."""
    with np.errstate(invalid="ignore"):
        return tuple(np.nan_to_num(v) for v in (hits / columns, hits / rows, hits / ((columns + rows) / 2)))
