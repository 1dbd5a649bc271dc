"""Boolean masks, array_split and setdiff1d."""

import numpy as np


def k_fold(n, k, perm=None):
    """array_split gives the first pieces one row more, too."""
    return [_pair(n, piece) for piece in np.array_split(_valid(n, k, perm), k)]


def stratified_k_fold(y, k, perm=None):
    """Concatenate the classes, then take every k-th row."""
    y = np.asarray(y)
    if y.ndim != 1:
        raise ValueError("y is no vector")
    order = _valid(len(y), k, perm)
    rows = [order[y[order] == label] for label in np.unique(y)]
    if k > max(len(r) for r in rows):
        raise ValueError("k exceeds the largest class")
    dealt = np.concatenate(rows)
    return [_pair(len(y), dealt[i::k]) for i in range(k)]


def group_k_fold(groups, k):
    """lexsort by size and label."""
    groups = np.asarray(groups)
    if groups.ndim != 1:
        raise ValueError("groups is no vector")
    names, where, counts = np.unique(groups, return_inverse=True, return_counts=True)
    if not 2 <= k <= len(names):
        raise ValueError("k")
    sizes, chosen = [0] * k, [0] * len(names)
    for g in np.lexsort((np.arange(len(names)), -counts)).tolist():
        i = sizes.index(min(sizes))
        chosen[g] = i
        sizes[i] += int(counts[g])
    fold = np.array(chosen)[where]
    return [_pair(len(groups), np.nonzero(fold == i)[0]) for i in range(k)]


def _valid(n, k, perm):
    if k < 2 or n < k:
        raise ValueError("k")
    if perm is None:
        return np.arange(n)
    if perm.shape != (n,) or perm.dtype.kind in "fb" or not np.array_equal(np.unique(perm), np.arange(n)):
        raise ValueError("perm")
    return perm.astype(np.int64)


def _pair(n, test):
    return np.setdiff1d(np.arange(n), test), np.sort(test)
