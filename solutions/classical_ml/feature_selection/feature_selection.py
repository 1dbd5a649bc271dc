"""Feature selection by chi-square scores and by permutation importance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def chi2_scores(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Chi-square score of each count feature against the classes.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Features, not negative.
    y : ndarray of shape (n,)
        Labels.

    Returns
    -------
    ndarray of shape (d,)
        Scores; 0 for a feature without any counts.

    Raises
    ------
    ValueError
        If a value is negative or NaN, or shapes do not fit.

    Examples
    --------
    >>> chi2_scores(np.array([[4.0, 1.0], [0.0, 1.0]]), np.array([0, 1])).tolist()
    [4.0, 0.0]
    """
    if X.ndim != 2 or y.shape != X.shape[:1]:
        raise ValueError(f"X must be (n, d) and y (n,), not {X.shape} and {y.shape}")
    if not np.all(X >= 0):
        raise ValueError("features must not be negative or NaN")
    classes, counts = np.unique(y, return_counts=True)
    observed = (classes[:, None] == y).astype(np.float64) @ X
    expected = np.outer(counts / len(y), observed.sum(axis=0))
    return ((observed - expected) ** 2 / np.where(expected > 0, expected, np.inf)).sum(axis=0)


def select_k_best(scores: np.ndarray, k: int) -> np.ndarray:
    """Pick the features with the greatest scores.

    Parameters
    ----------
    scores : ndarray of shape (d,)
        Scores; NaN counts as the least.
    k : int
        How many, 0 to d.

    Returns
    -------
    ndarray of shape (k,)
        Indices, ascending.

    Raises
    ------
    ValueError
        If `k` is out of range.

    Examples
    --------
    >>> select_k_best(np.array([1.0, 3.0, 2.0]), 2).tolist()
    [1, 2]
    """
    if not 0 <= k <= len(scores):
        raise ValueError(f"k must lie in 0 to {len(scores)}, not {k}")
    return np.sort(np.argsort(-scores, kind="stable")[:k])


def permutation_importance(
    predict: Callable[[np.ndarray], np.ndarray],
    X: np.ndarray,
    y: np.ndarray,
    metric: Callable[[np.ndarray, np.ndarray], float],
    perms: np.ndarray,
) -> np.ndarray:
    """Fall of a model's score when one column is shuffled.

    Parameters
    ----------
    predict : callable
        Takes an (n, d) array and returns predictions.
    X : ndarray of shape (n, d)
        Rows to predict.
    y : ndarray of shape (n,)
        True targets.
    metric : callable
        Takes true targets and predictions; higher is better.
    perms : ndarray of shape (d, R, n)
        R permutations of the rows for each column.

    Returns
    -------
    ndarray of shape (d, R)
        Score before minus score after.

    Raises
    ------
    ValueError
        If shapes do not fit.

    Examples
    --------
    >>> X, perms = np.array([[1.0], [2.0]]), np.array([[[1, 0]]])
    >>> permutation_importance(lambda Q: Q[:, 0], X, X[:, 0], lambda a, b: -np.abs(a - b).sum(), perms).tolist()
    [[2.0]]
    """
    if y.shape != X.shape[:1] or perms.shape[::2] != X.shape[::-1]:
        raise ValueError(f"X must be (n, d), y (n,), perms (d, R, n), not {X.shape}, {y.shape}, {perms.shape}")
    base = metric(y, predict(X))
    drops = np.empty(perms.shape[:2])
    for j, r in np.ndindex(*drops.shape):
        shuffled = X.copy()
        shuffled[:, j] = X[perms[j, r], j]
        drops[j, r] = base - metric(y, predict(shuffled))
    return drops
