"""Synthetic minority rows, and random undersampling."""

from __future__ import annotations

import numpy as np


def smote(X_min: np.ndarray, base: np.ndarray, pick: np.ndarray, gap: np.ndarray, k: int = 5) -> np.ndarray:
    """Make new rows between minority rows and their neighbours.

    Parameters
    ----------
    X_min : ndarray of shape (n, d)
        Rows of the minority, at least 2.
    base : ndarray of int and shape (m,)
        Row at which each new one starts.
    pick : ndarray of int and shape (m,)
        Which of the neighbours, from 0.
    gap : ndarray of shape (m,)
        Share of the way to the neighbour, in [0, 1).
    k : int, default=5
        Number of neighbours, at least 1.

    Returns
    -------
    ndarray of shape (m, d)
        New rows.

    Raises
    ------
    ValueError
        If there are fewer than 2 rows, or `k` is less than 1.

    Examples
    --------
    >>> smote(np.array([[0.0], [8.0]]), np.array([0]), np.array([0]), np.array([0.25]), k=1)
    array([[2.]])
    """
    n = len(X_min)
    if n < 2 or k < 1:
        raise ValueError(f"at least 2 rows and 1 neighbour are needed, got {n} and {k}")
    rows = X_min if np.issubdtype(X_min.dtype, np.floating) else X_min.astype(np.float64)
    k = min(k, n - 1)
    neighbours = np.zeros((n, k), dtype=np.intp)
    for i in np.unique(base):
        distances = ((rows - rows[i]) ** 2).sum(axis=1)
        distances[i] = np.inf
        neighbours[i] = np.argsort(distances, kind="stable")[:k]
    start, end = rows[base], rows[neighbours[base, pick % k]]
    return start + gap.astype(rows.dtype)[:, None] * (end - start)


def random_undersample(y: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Choose as many rows of each class as the smallest class has.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Labels.
    u : ndarray of shape (n,)
        Uniform numbers; the smallest of each class are kept.

    Returns
    -------
    ndarray of int
        Indices of the kept rows, ascending.

    Raises
    ------
    ValueError
        If the lengths differ.

    Examples
    --------
    >>> random_undersample(np.array(["a", "b", "b"]), np.array([0.5, 0.9, 0.1]))
    array([0, 2])
    """
    if y.shape != u.shape:
        raise ValueError(f"labels and numbers must have one length, got {y.shape} and {u.shape}")
    classes, counts = np.unique(y, return_counts=True)
    order = np.argsort(u, kind="stable")
    kept = [order[y[order] == label][: counts.min()] for label in classes]
    return np.sort(np.concatenate([order[:0], *kept]))
