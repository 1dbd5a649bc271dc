"""Counts by bisection in the sorted scores, and a mean over the ones."""

import numpy as np


def precision_recall_curve(y, score):
    """How many scores, and how many of the ones, reach each level?"""
    every, ones = _sorted(y, score)
    levels = np.unique(every)[::-1]
    hits = len(ones) - np.searchsorted(ones, levels)
    return hits / (len(every) - np.searchsorted(every, levels)), hits / max(1, len(ones)), levels


def average_precision(y, score):
    """Mean precision at the scores of the ones."""
    every, ones = _sorted(y, score)
    if len(ones) == 0:
        return 0.0
    hits = len(ones) - np.searchsorted(ones, ones)
    return float(np.mean(hits / (len(every) - np.searchsorted(every, ones))))


def _sorted(y, score):
    if np.ndim(y) != 1 or np.shape(y) != np.shape(score) or not len(y):
        raise ValueError("shapes")
    if not np.isin(y, (0, 1)).all():
        raise ValueError("labels")
    if (score != score).any():
        raise ValueError("NaN")
    return np.sort(score), np.sort(score[np.asarray(y, dtype=bool)])
