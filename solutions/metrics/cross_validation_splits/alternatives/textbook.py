"""As course notebooks write it: np.array_split and np.setdiff1d, class by class, a dict of groups, no checks."""

from __future__ import annotations

import numpy as np


def k_fold(n: int, k: int, perm: np.ndarray | None = None) -> list[tuple[np.ndarray, np.ndarray]]:
    """Consecutive pieces of the rows."""
    indices = np.arange(n) if perm is None else perm
    return [(np.setdiff1d(indices, test), test) for test in np.array_split(indices, k)]


def stratified_k_fold(y: np.ndarray, k: int, perm: np.ndarray | None = None) -> list[tuple[np.ndarray, np.ndarray]]:
    """Pieces of every class."""
    indices = np.arange(len(y)) if perm is None else perm
    folds = [[] for _ in range(k)]
    for label in np.unique(y):
        for fold, piece in zip(folds, np.array_split(indices[y[indices] == label], k)):
            fold.extend(piece)
    return [(np.setdiff1d(indices, fold), np.array(fold)) for fold in folds]


def group_k_fold(groups: np.ndarray, k: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """The largest group first, to the smallest fold."""
    members = {}
    for row, group in enumerate(groups):
        members.setdefault(group, []).append(row)
    folds = [[] for _ in range(k)]
    for rows in sorted(members.values(), key=len, reverse=True):
        min(folds, key=len).extend(rows)
    everything = np.arange(len(groups))
    return [(np.setdiff1d(everything, fold), np.array(fold)) for fold in folds]
