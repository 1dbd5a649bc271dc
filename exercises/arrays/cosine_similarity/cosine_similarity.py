"""Cosine, Pearson, Spearman and Jaccard similarity."""

from __future__ import annotations

import numpy as np


def cosine_similarity(X: np.ndarray, Y: np.ndarray | None = None) -> np.ndarray:
    """Cosine of the angle between every row of X and every row of Y.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Vectors, one a row.
    Y : ndarray of shape (m, d), optional
        Vectors to compare with; those of `X` by default.

    Returns
    -------
    ndarray of shape (n, m)
        Similarities between -1 and 1, float64; 0 wherever one of the two vectors is zero.

    Raises
    ------
    ValueError
        If `X` or `Y` is not a matrix, or they differ in the number of columns.

    Examples
    --------
    >>> cosine_similarity(np.array([[3.0, 4.0], [0.0, 0.0]]), np.array([[1.0, 0.0], [0.0, -2.0]])).round(6).tolist()
    [[0.6, -0.8], [0.0, 0.0]]
    """
    raise NotImplementedError


def pearson(x: np.ndarray, y: np.ndarray) -> float:
    """Linear correlation of paired values.

    Parameters
    ----------
    x : ndarray of shape (n,)
        First values, at least two.
    y : ndarray of shape (n,)
        Second values.

    Returns
    -------
    float
        Correlation between -1 and 1; NaN if `x` or `y` is constant.

    Raises
    ------
    ValueError
        If the shapes are not equal vectors, or there are fewer than two pairs.

    Examples
    --------
    >>> round(pearson(np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 1.0])), 6)
    -0.188982
    """
    raise NotImplementedError


def spearman(x: np.ndarray, y: np.ndarray) -> float:
    """Rank correlation of paired values: Pearson's correlation of their average ranks.

    Parameters
    ----------
    x : ndarray of shape (n,)
        First values, at least two.
    y : ndarray of shape (n,)
        Second values.

    Returns
    -------
    float
        Correlation between -1 and 1; NaN if `x` or `y` is constant.

    Raises
    ------
    ValueError
        If the shapes are not equal vectors, or there are fewer than two pairs.

    Examples
    --------
    >>> round(spearman(np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 1.0])), 6)
    0.0
    """
    raise NotImplementedError


def jaccard(a: set, b: set) -> float:
    """Share of the elements of two sets that they have in common.

    Parameters
    ----------
    a : set
        First set.
    b : set
        Second set.

    Returns
    -------
    float
        Size of the intersection over size of the union; 1 for two empty sets.

    Examples
    --------
    >>> jaccard({"red", "green"}, {"green", "blue", "grey"})
    0.25
    """
    raise NotImplementedError
