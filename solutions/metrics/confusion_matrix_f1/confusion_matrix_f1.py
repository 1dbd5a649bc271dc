"""Confusion matrix, and the scores of classification and segmentation that follow from it."""

from __future__ import annotations

import numpy as np


def confusion_matrix(
    y_true: np.ndarray, y_pred: np.ndarray, n_classes: int, ignore_index: int | None = None
) -> np.ndarray:
    """Count how often each true class was predicted as each class.

    Parameters
    ----------
    y_true : ndarray of shape (...)
        True labels, of any integer dtype.
    y_pred : ndarray of shape (...)
        Predicted labels, of any integer dtype.
    n_classes : int
        Number of classes K; labels are 0, ..., K - 1.
    ignore_index : int or None, default=None
        Positions with this true label are dropped, whatever was predicted there.

    Returns
    -------
    ndarray of shape (K, K)
        Counts in int64, true classes in rows and predicted classes in columns.

    Raises
    ------
    ValueError
        If the shapes differ, or if a label that is not dropped lies outside 0, ..., K - 1.

    Examples
    --------
    >>> confusion_matrix(np.array([0, 1, 1]), np.array([0, 0, 1]), 2)
    array([[1, 0],
           [1, 1]])
    >>> confusion_matrix(np.array([0, 1, 1]), np.array([0, 0, 1]), 2, ignore_index=0)
    array([[0, 0],
           [1, 1]])
    """
    if y_true.shape != y_pred.shape:
        raise ValueError(f"y_true of shape {y_true.shape} and y_pred of shape {y_pred.shape} differ")
    if ignore_index is not None:
        keep = y_true != ignore_index
        y_true, y_pred = y_true[keep], y_pred[keep]
    labels = np.stack([y_true, y_pred], dtype=np.int64)  # widened before any arithmetic: in uint8, 20 * 20 is 144
    # A bad label must be caught here: by its code below, (1, -1) would pass for (0, K - 1).
    if np.any((labels < 0) | (labels >= n_classes)):
        raise ValueError(f"labels must lie in 0..{n_classes - 1}")
    codes = n_classes * labels[0] + labels[1]  # each pair of classes has its own number
    return np.bincount(codes.ravel(), minlength=n_classes * n_classes).reshape(n_classes, n_classes)


def precision_recall_f1(cm: np.ndarray, average: str | None = None) -> tuple:
    """Precision, recall and F1 of each class, or averaged over the classes.

    Parameters
    ----------
    cm : ndarray of shape (K, K)
        Counts, true classes in rows and predicted classes in columns.
    average : {None, "macro", "micro", "weighted"}, default=None
        None for scores of each class; otherwise the way to average them.

    Returns
    -------
    tuple of three ndarray of shape (K,), or of three float
        Precision, recall and F1, with 0/0 = 0.

    Raises
    ------
    ValueError
        If average is none of the four.

    Examples
    --------
    >>> cm = np.array([[3, 1], [0, 4]])
    >>> precision_recall_f1(cm)[0]
    array([1. , 0.8])
    >>> precision_recall_f1(cm, average="micro")
    (0.875, 0.875, 0.875)
    """
    hits, predicted, support = _marginals(cm)
    if average is None:
        return _scores(hits, predicted, support)
    if average == "micro":
        pooled = _scores(hits.sum(), predicted.sum(), support.sum())
        return tuple(float(score) for score in pooled)
    # F1 is averaged like the others: the F1 of averaged precision and recall is another quantity.
    if average == "macro":
        weights = np.ones(len(cm))
    elif average == "weighted":
        weights = support
    else:
        raise ValueError(f"average must be None, 'macro', 'micro' or 'weighted', not {average!r}")
    return tuple(float(_ratio((weights * score).sum(), weights.sum())) for score in _scores(hits, predicted, support))


def mean_iou_dice(cm: np.ndarray) -> tuple[float, float]:
    """Mean intersection over union and mean Dice coefficient of the classes that are present.

    Parameters
    ----------
    cm : ndarray of shape (K, K)
        Counts, true classes in rows and predicted classes in columns.

    Returns
    -------
    mean_iou : float
        Mean IoU over the classes present in the truth or in the predictions; 0.0 if there are none.
    mean_dice : float
        Mean Dice coefficient over the same classes; 0.0 if there are none.

    Examples
    --------
    >>> mean_iou_dice(np.array([[2, 2], [0, 0]]))
    (0.25, 0.3333333333333333)
    """
    hits, predicted, support = _marginals(cm)
    sizes = predicted + support  # |A| + |B| = |A u B| + |A n B|
    present = np.count_nonzero(sizes)
    # An absent class adds 0/0 = 0 to the sum, and nothing to the count.
    iou = _ratio(hits, sizes - hits).sum()
    dice = _ratio(2 * hits, sizes).sum()
    return float(_ratio(iou, present)), float(_ratio(dice, present))


def _marginals(cm: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for each class TP, TP + FP and TP + FN."""
    return np.diagonal(cm), cm.sum(axis=0), cm.sum(axis=1)


def _scores(hits: np.ndarray, predicted: np.ndarray, support: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return precision, recall and F1; F1 straight from the counts, so that P = R = 0 needs no care."""
    return _ratio(hits, predicted), _ratio(hits, support), _ratio(2 * hits, predicted + support)


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Divide, with 0/0 = 0 and no constant that would bias the other ratios."""
    return np.divide(numerator, denominator, out=np.zeros(np.shape(numerator)), where=denominator != 0)
