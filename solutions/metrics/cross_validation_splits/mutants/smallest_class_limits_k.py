"""Refuses more folds than the smallest class has rows."""

from __future__ import annotations

import numpy as np


def k_fold(n: int, k: int, perm: np.ndarray | None = None) -> list[tuple[np.ndarray, np.ndarray]]:
    """Cut the rows into k consecutive folds.

    Parameters
    ----------
    n : int
        Number of rows.
    k : int
        Number of folds, from 2 to n.
    perm : ndarray of shape (n,), optional
        Order in which the rows are taken; by default 0, 1, ..., n - 1.

    Returns
    -------
    list of tuple
        For each fold the rows to train on and those to test on, each an ascending ndarray of int64.

    Raises
    ------
    ValueError
        If k is less than 2 or greater than n, or perm is not a permutation of the rows.

    Examples
    --------
    >>> for train, test in k_fold(5, 2, np.array([4, 0, 2, 1, 3])):
    ...     print(train, test)
    [1 3] [0 2 4]
    [0 2 4] [1 3]
    """
    order = _order(n, k, perm)
    # The first n mod k folds take one row more.
    fold_at = np.repeat(np.arange(k), n // k + (np.arange(k) < n % k))
    # Sorting a permutation inverts it: argsort gives the place of each row in the order.
    return _splits(fold_at[np.argsort(order)], k)


def stratified_k_fold(y: np.ndarray, k: int, perm: np.ndarray | None = None) -> list[tuple[np.ndarray, np.ndarray]]:
    """Deal the rows of each class to k folds in turn.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Class labels: numbers or strings.
    k : int
        Number of folds, from 2 to the size of the largest class.
    perm : ndarray of shape (n,), optional
        Order in which the rows of each class are taken; by default 0, 1, ..., n - 1.

    Returns
    -------
    list of tuple
        For each fold the rows to train on and those to test on, each an ascending ndarray of int64.

    Raises
    ------
    ValueError
        If y is not a vector, k is less than 2 or greater than the largest class, or perm is not a permutation of the
        rows.

    Examples
    --------
    >>> for train, test in stratified_k_fold(np.array(["b", "a", "a", "b", "b"]), 2):
    ...     print(train, test)
    [2 3] [0 1 4]
    [0 1 4] [2 3]
    """
    _check_vector(y)
    order = _order(y.size, k, perm)
    _, label, counts = np.unique(y, return_inverse=True, return_counts=True)
    if k > counts.min():
        raise ValueError(f"the largest class has {counts.max()} rows, too few for {k} folds")
    # A stable sort by class keeps the order within each. The dealer does not start again with a new class, or the
    # first folds would get the leftovers of every class.
    dealt = order[np.argsort(label[order], kind="stable")]
    return _splits(np.argsort(dealt) % k, k)


def group_k_fold(groups: np.ndarray, k: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Share whole groups out to k folds, the largest first, each to the fold that is smallest so far.

    Parameters
    ----------
    groups : ndarray of shape (n,)
        Group of each row: numbers or strings.
    k : int
        Number of folds, from 2 to the number of groups.

    Returns
    -------
    list of tuple
        For each fold the rows to train on and those to test on, each an ascending ndarray of int64.

    Raises
    ------
    ValueError
        If groups is not a vector, or k is less than 2 or greater than the number of groups.

    Examples
    --------
    >>> for train, test in group_k_fold(np.array([7, 7, 8, 9, 9, 9]), 2):
    ...     print(train, test)
    [0 1 2] [3 4 5]
    [3 4 5] [0 1 2]
    """
    _check_vector(groups)
    labels, member, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    _check_folds(k, labels.size)
    load = np.zeros(k)
    home = np.empty(labels.size, dtype=np.int64)
    for group in np.argsort(-sizes, kind="stable"):  # equal sizes in the order of their labels
        home[group] = load.argmin()  # of equal loads the first
        load[home[group]] += sizes[group]
    return _splits(home[member], k)


def _splits(fold: np.ndarray, k: int) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(np.flatnonzero(fold != i), np.flatnonzero(fold == i)) for i in range(k)]


def _order(n: int, k: int, perm: np.ndarray | None) -> np.ndarray:
    _check_folds(k, n)
    if perm is None:
        return np.arange(n)
    if perm.dtype.kind not in "iu" or not np.array_equal(np.sort(perm), np.arange(n)):
        raise ValueError(f"perm must be integers and hold each of 0 to {n - 1} once")
    return perm


def _check_folds(k: int, most: int) -> None:
    if not 2 <= k <= most:
        raise ValueError(f"k must lie between 2 and {most}, got {k}")


def _check_vector(labels: np.ndarray) -> None:
    if labels.ndim != 1:
        raise ValueError(f"labels must be a vector, got shape {labels.shape}")
