"""Exact differences for a few hundred points at a time, sums with np.add.at."""

import numpy as np


def kmeans_pp_init(X, k, u):
    """One distance vector a choice, kept in a list."""
    X, u = np.asarray(X, dtype=np.float64), np.asarray(u)
    if X.ndim != 2 or not 0 < k <= len(X):
        raise ValueError("bad X or k")
    if u.shape != (k,) or not ((0 <= u) & (u < 1)).all():
        raise ValueError("bad u")
    picks, history = [], []
    for value in u:
        weight = np.min(history, axis=0) if history else np.zeros(len(X))
        total = weight.sum()
        if total == 0:
            pick = int(np.floor(value * len(X)))
        else:
            cumulative = np.cumsum(weight)
            pick = int(np.count_nonzero(cumulative <= value * cumulative[-1]))
        picks.append(pick)
        history.append(np.linalg.norm(X - X[pick], axis=1) ** 2)
    return np.array(picks, dtype=np.int64)


def assign(X, centers):
    """Nearest centre and squared distance, by chunks."""
    labels, squared = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    for start in range(0, len(X), 256):
        block = ((X[start : start + 256, None] - centers[None]) ** 2).sum(axis=-1)
        labels.append(block.argmin(axis=1))
        squared.append(block.min(axis=1))
    return np.concatenate(labels), np.concatenate(squared)


def lloyd(X, centers, max_iter=100, tol=0.0):
    """Plain loop; empties are filled by sorting the candidates once."""
    X, centers = np.asarray(X, dtype=np.float64), np.array(centers, dtype=np.float64)
    if X.ndim != 2 or centers.ndim != 2 or X.shape[1] != centers.shape[1]:
        raise ValueError("bad shapes")
    k = len(centers)
    if k < 1 or k > len(X) or max_iter < 0 or tol < 0:
        raise ValueError("bad k, max_iter or tol")
    performed = 0
    while performed < max_iter:
        performed += 1
        labels, squared = assign(X, centers)
        ranking = list(np.lexsort((np.arange(len(X)), -squared)))
        size = np.bincount(labels, minlength=k)
        for cluster in np.flatnonzero(size == 0):
            point = next(i for i in ranking if size[labels[i]] > 1)
            size[labels[point]] -= 1
            size[cluster] += 1
            labels[point] = cluster
        moved = np.zeros_like(centers)
        np.add.at(moved, labels, X)
        moved /= size[:, None]
        shift = np.square(moved - centers).sum()
        centers = moved
        if shift <= tol:
            break
    labels, squared = assign(X, centers)
    return centers, labels, float(np.sum(squared)), performed
