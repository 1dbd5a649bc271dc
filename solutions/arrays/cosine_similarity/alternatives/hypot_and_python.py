"""Norms by hypot, which scales by itself; correlations as sums of Python floats."""

import math

import numpy as np


def cosine_similarity(X, Y=None):
    """Unit rows by np.hypot.reduce, then one product."""
    if Y is None:
        Y = X
    if X.ndim != 2 or Y.ndim != 2 or X.shape[1] != Y.shape[1]:
        raise ValueError("two matrices with the same columns, please")
    return np.clip(unit(X) @ unit(Y).T, -1, 1)


def unit(X):
    """Rows of length one, or zero."""
    X = np.array(X, dtype=float)
    norm = np.hypot.reduce(X, axis=1)
    keep = norm > 0
    X[keep] /= norm[keep, None]
    return X


def pearson(x, y):
    """Two passes over lists."""
    check(x, y)
    return correlate([float(v) for v in x.tolist()], [float(v) for v in y.tolist()])


def spearman(x, y):
    """Ranks by sorting pairs of value and place."""
    check(x, y)
    return correlate(ranks(x.tolist()), ranks(y.tolist()))


def check(x, y):
    """Two vectors of one length, not too short."""
    if x.ndim != 1 or y.ndim != 1 or len(x) != len(y) or len(x) < 2:
        raise ValueError("two vectors of one length, please")


def ranks(values):
    """Walk through the sorted values, one run of equal ones at a time."""
    order = sorted(range(len(values)), key=values.__getitem__)
    result = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            result[place] = (start + 1 + end) / 2
        start = end
    return result


def correlate(x, y):
    """Dot product of the two centred lists, each divided by its length."""
    if len(set(x)) == 1 or len(set(y)) == 1:
        return math.nan
    mean_x, mean_y = math.fsum(x) / len(x), math.fsum(y) / len(y)
    x, y = [v - mean_x for v in x], [v - mean_y for v in y]
    size_x, size_y = math.hypot(*x), math.hypot(*y)
    total = math.fsum((a / size_x) * (b / size_y) for a, b in zip(x, y, strict=True))
    return max(-1.0, min(1.0, total))


def jaccard(a, b):
    """Inclusion and exclusion."""
    common = sum(element in b for element in a)
    union = len(a) + len(b) - common
    return common / union if union else 1.0
