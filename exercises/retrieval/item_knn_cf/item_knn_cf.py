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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
