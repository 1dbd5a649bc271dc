"""Converts the scores to float64, so large integers that differ become equal."""

from __future__ import annotations

import numpy as np


def precision_recall_curve(y: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Precision and recall at every threshold.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Labels, 0 or 1; at least one.
    score : ndarray of shape (n,)
        Scores; greater means more likely to be 1.

    Returns
    -------
    precision : ndarray of shape (m,)
        Share of ones among the examples whose score is at least the threshold.
    recall : ndarray of shape (m,)
        Share of the ones whose score is at least the threshold; zeros where there are no ones.
    thresholds : ndarray of shape (m,)
        The different scores in descending order.

    Raises
    ------
    ValueError
        If the shapes are not equal vectors, there are no examples, a label is not 0 or 1, or a score is NaN.

    Examples
    --------
    >>> precision, recall, thresholds = precision_recall_curve(np.array([0, 1, 1, 0]), np.array([0.1, 0.8, 0.4, 0.4]))
    >>> precision.round(3).tolist(), recall.tolist()
    ([1.0, 0.667, 0.5], [0.5, 1.0, 1.0])
    >>> thresholds.tolist()
    [0.8, 0.4, 0.1]
    """
    if y.ndim != 1 or y.shape != score.shape:
        raise ValueError(f"y and score must be vectors of one length, got shapes {y.shape} and {score.shape}")
    if y.size == 0:
        raise ValueError("a curve needs examples")
    if not ((y == 0) | (y == 1)).all():
        raise ValueError("labels must be 0 or 1")
    if np.isnan(score).any():
        raise ValueError("scores must not be NaN")
    values, place, counts = np.unique(score.astype(np.float64), return_inverse=True, return_counts=True)
    # Examples of one score pass the threshold together, so the counts are those of whole groups.
    ones = np.bincount(place[y == 1], minlength=values.size)[::-1].cumsum()
    accepted = counts[::-1].cumsum()
    # The last count is that of all ones; where it is 0, so are all the others.
    return ones / accepted, ones / max(ones[-1], 1), values[::-1]


def average_precision(y: np.ndarray, score: np.ndarray) -> float:
    """Area under the precision-recall curve, by steps.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Labels, 0 or 1; at least one.
    score : ndarray of shape (n,)
        Scores; greater means more likely to be 1.

    Returns
    -------
    float
        Mean of the precision, weighted by the gain in recall at each threshold; 0 where there are no ones.

    Raises
    ------
    ValueError
        As in `precision_recall_curve`.

    Examples
    --------
    >>> round(average_precision(np.array([0, 1, 1, 0]), np.array([0.1, 0.8, 0.4, 0.4])), 6)
    0.833333
    """
    precision, recall, _ = precision_recall_curve(y, score)
    # Each gain in recall counts with the precision at which it is bought; between two points nothing can be had.
    return float((np.diff(recall, prepend=0.0) * precision).sum())
