"""ROC curve and the area under it, with ties."""

from __future__ import annotations

import numpy as np


def roc_curve(y: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """False and true positive rates at every threshold.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Labels, 0 or 1; both occur.
    score : ndarray of shape (n,)
        Scores; greater means more likely to be 1.

    Returns
    -------
    fpr : ndarray of shape (m,)
        Share of the zeros whose score is at least the threshold.
    tpr : ndarray of shape (m,)
        Share of the ones whose score is at least the threshold.
    thresholds : ndarray of shape (m,)
        Infinity, then the different scores in descending order.

    Raises
    ------
    ValueError
        If the shapes are not equal vectors, a label is not 0 or 1, a score is NaN, or only one class occurs.

    Examples
    --------
    >>> fpr, tpr, thresholds = roc_curve(np.array([0, 1, 1, 0]), np.array([0.1, 0.8, 0.4, 0.4]))
    >>> fpr.tolist(), tpr.tolist()
    ([0.0, 0.0, 0.5, 1.0], [0.0, 0.5, 1.0, 1.0])
    >>> thresholds.tolist()
    [inf, 0.8, 0.4, 0.1]
    """
    raise NotImplementedError


def roc_auc(y: np.ndarray, score: np.ndarray) -> float:
    """Probability that a one scores above a zero, ties counting half.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Labels, 0 or 1.
    score : ndarray of shape (n,)
        Scores; greater means more likely to be 1.

    Returns
    -------
    float
        Area under the ROC curve; NaN where only one class occurs or there is nothing at all.

    Raises
    ------
    ValueError
        If the shapes are not equal vectors, a label is not 0 or 1, or a score is NaN.

    Examples
    --------
    >>> roc_auc(np.array([0, 1, 1, 0]), np.array([0.1, 0.8, 0.4, 0.4]))
    0.875
    """
    raise NotImplementedError
