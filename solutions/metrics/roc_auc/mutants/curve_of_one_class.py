"""Draws a curve although one class is missing."""

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
    y, score = _checked(y, score)
    if y.sum() in (0, y.size):
        return np.array([0.0, 1.0]), np.array([0.0, 1.0]), np.array([np.inf, 0.0])
    values, place = np.unique(score, return_inverse=True)
    # Counts at each different score, greatest score first: equal scores make one step together.
    ones = np.bincount(place, weights=y)[::-1]
    zeros = np.bincount(place)[::-1] - ones
    tpr = np.concatenate([[0.0], np.cumsum(ones) / ones.sum()])
    fpr = np.concatenate([[0.0], np.cumsum(zeros) / zeros.sum()])
    return fpr, tpr, np.concatenate([[np.inf], values[::-1]])


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
    y, score = _checked(y, score)
    ones = float(y.sum())
    zeros = y.size - ones
    if ones == 0 or zeros == 0:
        return np.nan
    _, place, counts = np.unique(score, return_inverse=True, return_counts=True)
    # The mean rank of a group of equal scores; the sum of the ranks of the ones is Mann and Whitney's U and a constant.
    ranks = np.cumsum(counts) - (counts - 1) / 2
    above = ranks[place[y == 1]].sum() - ones * (ones + 1) / 2
    return float(above / (ones * zeros))


def _checked(y: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if y.ndim != 1 or y.shape != score.shape:
        raise ValueError(f"y and score must be vectors of one length, got shapes {y.shape} and {score.shape}")
    if not ((y == 0) | (y == 1)).all():
        raise ValueError("labels must be 0 or 1")
    if np.isnan(score).any():
        raise ValueError("scores must not be NaN")
    return y, score
