"""One stable sort, the curve from the last example of each group, the area from trapezoids."""

import numpy as np


def roc_curve(y, score):
    """Curve by cumulative counts, read off where the score changes."""
    y, score = _valid(y, score)
    if not 0 < y.sum() < len(y):
        raise ValueError("both classes must occur")
    order = np.argsort(score, kind="stable")[::-1]
    y, score = y[order], score[order]
    last = np.append(np.flatnonzero(score[1:] != score[:-1]), len(y) - 1)
    hits = y.cumsum()[last]
    false = 1 + last - hits
    start = np.zeros(1)
    return (
        np.concatenate([start, false / false[-1]]),
        np.concatenate([start, hits / hits[-1]]),
        np.concatenate([[np.inf], score[last].astype(float)]),
    )


def roc_auc(y, score):
    """Trapezoids under the curve."""
    y, score = _valid(y, score)
    if not 0 < y.sum() < len(y):
        return float("nan")
    fpr, tpr, _ = roc_curve(y, score)
    return float(((tpr[1:] + tpr[:-1]) / 2 * np.diff(fpr)).sum())


def _valid(y, score):
    y, score = np.asarray(y), np.asarray(score)
    if y.ndim != 1 or score.ndim != 1 or len(y) != len(score):
        raise ValueError("two vectors of one length, please")
    if ((y != 0) & (y != 1)).any() or np.isnan(score).any():
        raise ValueError("labels are 0 and 1, and scores are numbers")
    return y.astype(np.int64), score
