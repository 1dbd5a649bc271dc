"""Item-based collaborative filtering with adjusted cosine similarity."""

from __future__ import annotations

import numpy as np


def item_similarity(R: np.ndarray, shrink: float = 0.0) -> np.ndarray:  # noqa: N803 - as in the papers
    """Adjusted cosine of all pairs of items.

    Parameters
    ----------
    R : ndarray of shape (u, i)
        Ratings; NaN where there is none.
    shrink : float
        How many common users a similarity has to have to count half.

    Returns
    -------
    ndarray of shape (i, i)
        Similarities, 0 on the diagonal.

    Raises
    ------
    ValueError
        If `shrink` is negative.

    Examples
    --------
    >>> item_similarity(np.array([[1.0, 3.0], [2.0, 4.0]])).round(6).tolist()
    [[0.0, -1.0], [-1.0, 0.0]]
    """
    if shrink < 0:
        raise ValueError(f"shrink must not be negative, got {shrink}")
    rated = ~np.isnan(R)
    sums = np.where(rated, R, 0.0).sum(axis=1, keepdims=True)
    means = sums / np.maximum(rated.sum(axis=1, keepdims=True), 1)
    centred = np.where(rated, R - means, 0.0)
    ones = rated.astype(np.float64)
    # squares[i, j] is the squared norm of item i over the users who rated item j too.
    squares = (centred**2).T @ ones
    norms, common = np.sqrt(squares * squares.T), ones.T @ ones
    trusted = (norms > 0) & ~np.eye(len(norms), dtype=bool)
    cosines = centred.T @ centred / np.where(trusted, norms, 1.0)
    return np.where(trusted, cosines * common / np.where(trusted, common + shrink, 1.0), 0.0)


def predict(R: np.ndarray, S: np.ndarray, user: int, item: int, k: int) -> float:  # noqa: N803
    """Predict a rating from the most similar items that the user rated.

    Parameters
    ----------
    R : ndarray of shape (u, i)
        Ratings; NaN where there is none.
    S : ndarray of shape (i, i)
        Similarities of items.
    user, item : int
        For whom and what.
    k : int
        Greatest number of neighbours.

    Returns
    -------
    float
        Predicted rating.

    Raises
    ------
    ValueError
        If `k` is less than 1.

    Examples
    --------
    >>> R, S = np.array([[1.0, 4.0, np.nan]]), np.array([[0.0, 0.0, 0.3], [0.0, 0.0, 0.6], [0.3, 0.6, 0.0]])
    >>> predict(R, S, 0, 2, 2)
    3.0
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    rated = np.flatnonzero(~np.isnan(R[user]))
    if rated.size == 0:
        return float(np.nanmean(R))
    mean = R[user, rated].mean()
    others = rated[rated != item]
    near = others[np.argsort(-S[item, others], kind="stable")][:k]
    near = near[S[item, near] > 0]
    if near.size == 0:
        return float(mean)
    weights = S[item, near]
    return float(mean + weights @ (R[user, near] - mean) / weights.sum())


def recommend(R: np.ndarray, S: np.ndarray, user: int, k: int, top: int) -> list[int]:  # noqa: N803
    """Recommend items that the user has not rated.

    Parameters
    ----------
    R : ndarray of shape (u, i)
        Ratings; NaN where there is none.
    S : ndarray of shape (i, i)
        Similarities of items.
    user : int
        For whom.
    k : int
        Greatest number of neighbours.
    top : int
        Greatest number of items.

    Returns
    -------
    list of int
        Items, the best first.

    Raises
    ------
    ValueError
        If `k` is less than 1 or `top` is negative.

    Examples
    --------
    >>> R, S = np.array([[1.0, 5.0, np.nan, np.nan]]), np.eye(4)[[3, 2, 1, 0]]
    >>> recommend(R, S, 0, 2, 2)
    [2, 3]
    """
    if k < 1 or top < 0:
        raise ValueError(f"cannot recommend {top} items by {k} neighbours")
    missing = np.isnan(R)
    items = np.flatnonzero(missing[user])
    if items.size == R.shape[1]:
        scores = (~missing).sum(axis=0)
    else:
        scores = np.array([predict(R, S, user, item, k) for item in items])
    return items[np.argsort(-scores, kind="stable")][:top].tolist()
