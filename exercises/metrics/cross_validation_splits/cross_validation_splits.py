"""Splits for cross-validation: k-fold, stratified k-fold and group k-fold."""

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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
