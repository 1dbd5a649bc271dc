"""Scales by the greatest magnitude; divides by norms row by row; ranks from two binary searches in the sorted values."""

import numpy as np


def cosine_similarity(X, Y=None):
    """Divide the product by the norms, with a loop over the rows of X."""
    Y = X if Y is None else Y
    for M in (X, Y):
        if M.ndim != 2:
            raise ValueError("matrices only")
    if X.shape[-1] != Y.shape[-1]:
        raise ValueError("columns differ")
    A, B = tame(X), tame(Y)
    norms = np.sqrt((B * B).sum(axis=1))
    out = np.zeros((len(A), len(B)))
    for i, row in enumerate(A):
        scale = norms * np.sqrt(row @ row)
        np.divide(B @ row, scale, out=out[i], where=scale > 0)
    out[out > 1] = 1
    out[out < -1] = -1
    return out


def tame(X):
    """Make the greatest magnitude of each row 1, except in zero rows."""
    X = np.asarray(X, dtype=np.float64)
    peak = np.abs(X).max(axis=1, keepdims=True)
    return X / np.where(peak > 0, peak, 1.0)


def pearson(x, y):
    """Centre, then compare as rows."""
    if x.ndim != 1 or y.ndim != 1 or x.size != y.size or x.size < 2:
        raise ValueError("shapes")
    x, y = x.astype(float), y.astype(float)
    if (x == x[0]).all() or (y == y[0]).all():
        return float("nan")
    return cosine_similarity((x - x.mean())[None], (y - y.mean())[None]).item()


def spearman(x, y):
    """Pearson's coefficient of the ranks."""
    if x.ndim != 1 or y.ndim != 1:
        raise ValueError("shapes")
    return pearson(ranks(x), ranks(y))


def ranks(x):
    """Mean of the first and the last place of each value."""
    ordered = np.sort(x)
    return (np.searchsorted(ordered, x, "left") + 1 + np.searchsorted(ordered, x, "right")) / 2


def jaccard(a, b):
    """Share of the union."""
    union = a.union(b)
    return len(a.intersection(b)) / len(union) if union else 1.0
