"""One stable sort, running counts, read off where the score changes."""

import numpy as np


def precision_recall_curve(y, score):
    """Counts at the last example of each group."""
    y, score = np.asarray(y), np.asarray(score)
    if y.ndim != 1 or score.ndim != 1 or len(y) != len(score) or len(y) == 0:
        raise ValueError("two vectors of one length, please")
    if set(np.unique(y).tolist()) - {0, 1} or np.isnan(score).any():
        raise ValueError("labels are 0 and 1, and scores are numbers")
    order = np.argsort(score, kind="stable")[::-1]
    hits, score = np.cumsum(y[order] == 1), score[order]
    last = np.append(np.flatnonzero(score[1:] != score[:-1]), len(y) - 1)
    precision = hits[last] / (last + 1)
    recall = hits[last] / hits[-1] if hits[-1] else np.zeros(len(last))
    return precision, recall, score[last]


def average_precision(y, score):
    """Steps of recall, the first one from zero."""
    precision, recall, _ = precision_recall_curve(y, score)
    return float(recall[0] * precision[0] + (recall[1:] - recall[:-1]) @ precision[1:])
