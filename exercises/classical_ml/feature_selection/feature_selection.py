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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
