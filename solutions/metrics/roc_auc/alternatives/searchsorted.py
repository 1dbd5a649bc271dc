"""Counts, by bisection, how many negatives lie below and at each positive."""

import numpy as np


def roc_curve(y, score):
    """Rates by bisection in the sorted scores of each class."""
    pos, neg = _split(y, score)
    if len(pos) == 0 or len(neg) == 0:
        raise ValueError("one class is missing")
    levels = np.unique(score)[::-1]
    rates = []
    for group in (neg, pos):
        at_least = len(group) - np.searchsorted(group, levels, side="left")
        rates.append(np.insert(at_least / len(group), 0, 0.0))
    return rates[0], rates[1], np.insert(levels.astype(float), 0, np.inf)


def roc_auc(y, score):
    """Mean number of negatives that each positive beats."""
    pos, neg = _split(y, score)
    if len(pos) == 0 or len(neg) == 0:
        return float("nan")
    below = np.searchsorted(neg, pos, side="left")
    up_to = np.searchsorted(neg, pos, side="right")
    return float(((below + up_to) / 2).mean() / len(neg))


def _split(y, score):
    y, score = np.asarray(y), np.asarray(score)
    if y.ndim != 1 or y.shape != score.shape:
        raise ValueError("shapes")
    if set(np.unique(y).tolist()) - {0, 1}:
        raise ValueError("labels")
    if np.isnan(score).any():
        raise ValueError("NaN")
    return np.sort(score[y == 1]), np.sort(score[y == 0])
