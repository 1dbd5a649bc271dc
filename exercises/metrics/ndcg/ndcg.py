"""Discounted cumulative gain, as it is and normalised, cut at rank k."""

from __future__ import annotations

import numpy as np


def dcg_at_k(rel: np.ndarray, k: int, gain: str = "exp") -> float:
    """Discounted cumulative gain of the first k results.

    Parameters
    ----------
    rel : ndarray of shape (n,)
        Relevances in the order of the ranking, the best rank first; not negative.
    k : int
        How many ranks count; at least 1, and possibly more than n.
    gain : {"exp", "linear"}, default="exp"
        Whether a relevance r is worth 2^r - 1 or r.

    Returns
    -------
    float
        Sum of gain / log2(rank + 1) over the ranks 1 to min(k, n).

    Raises
    ------
    ValueError
        If k is less than 1, the gain is unknown, rel is not a vector, or a relevance is negative or NaN.

    Examples
    --------
    >>> round(dcg_at_k(np.array([3, 0, 2]), 3), 6)
    8.5
    >>> dcg_at_k(np.array([3, 0, 2]), 3, gain="linear")
    4.0
    """
    raise NotImplementedError


def ndcg_at_k(rel: np.ndarray, scores: np.ndarray, k: int, gain: str = "exp") -> float:
    """DCG of the ranking by score, divided by that of the best ranking.

    Parameters
    ----------
    rel : ndarray of shape (n,)
        Relevance of each item; not negative.
    scores : ndarray of shape (n,)
        Score of each item; the greatest comes first, and equal scores keep the order of the input.
    k : int
        How many ranks count; at least 1.
    gain : {"exp", "linear"}, default="exp"
        Whether a relevance r is worth 2^r - 1 or r.

    Returns
    -------
    float
        Between 0 and 1; 0 where nothing is relevant.

    Raises
    ------
    ValueError
        As in `dcg_at_k`, and if the shapes differ or a score is NaN.

    Examples
    --------
    >>> ndcg_at_k(np.array([0, 3, 2]), np.array([0.5, 0.1, 0.9]), 1) == 3 / 7
    True
    """
    raise NotImplementedError


def mean_ndcg(rels: list[np.ndarray], scores: list[np.ndarray], k: int, gain: str = "exp") -> float:
    """Mean NDCG over queries.

    Parameters
    ----------
    rels : list of ndarray of shape (n_i,)
        Relevances for each query.
    scores : list of ndarray of shape (n_i,)
        Scores for each query.
    k : int
        How many ranks count; at least 1.
    gain : {"exp", "linear"}, default="exp"
        Whether a relevance r is worth 2^r - 1 or r.

    Returns
    -------
    float
        Every query counts once, those without a relevant item as 0; 0 where there are no queries.

    Raises
    ------
    ValueError
        As in `ndcg_at_k`, and if the lists have different lengths.

    Examples
    --------
    >>> mean_ndcg([np.array([0, 1]), np.array([0, 0])], [np.array([1.0, 2.0]), np.array([1.0, 2.0])], 1)
    0.5
    """
    raise NotImplementedError
