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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
