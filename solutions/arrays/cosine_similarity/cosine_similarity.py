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
    Y = X if Y is None else Y
    # Rounding can push the cosine of parallel vectors just past 1. The product refuses different numbers of columns.
    return np.clip(_unit_rows(X) @ _unit_rows(Y).T, -1.0, 1.0)


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
    return _correlation([x, y])


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
    return _correlation([_average_ranks(x), _average_ranks(y)])


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
    if not a and not b:
        return 1.0
    return len(a & b) / len(a | b)


def _unit_rows(X: np.ndarray) -> np.ndarray:
    """Divide each row by its norm; zero rows stay zero."""
    if X.ndim != 2:
        raise ValueError(f"expected a matrix with one row a vector, got shape {X.shape}")
    X = X.astype(np.float64)
    norms = np.linalg.norm(X, axis=1, keepdims=True)
    # A row of zeros stays one, whatever it is divided by.
    return X / np.where(norms == 0, 1.0, norms)


def _correlation(pair: list[np.ndarray]) -> float:
    """Cosine of the centred vectors."""
    # np.stack refuses different shapes.
    centred = np.stack(pair).astype(np.float64)
    if centred.ndim != 2 or centred.shape[1] < 2:
        raise ValueError(f"need two vectors of one length, two or more, got shapes {[x.shape for x in pair]}")
    # The mean of equal numbers can differ from them in the last bit, so a constant must be found before centring.
    if (centred.min(axis=1) == centred.max(axis=1)).any():
        return np.nan
    centred -= centred.mean(axis=1, keepdims=True)
    return float(cosine_similarity(centred)[0, 1])


def _average_ranks(x: np.ndarray) -> np.ndarray:
    """Average ranks, less one half."""
    _, place, counts = np.unique(x, return_inverse=True, return_counts=True)
    # Of c equal values, the last takes place e and the first e - c + 1. Their mean place is e - c / 2 + 1 / 2, and
    # no correlation sees a half that all ranks share.
    return (np.cumsum(counts) - counts / 2)[place]
