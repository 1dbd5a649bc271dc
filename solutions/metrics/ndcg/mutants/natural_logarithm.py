"""Discounts by the natural logarithm."""

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
    gains = _gains(rel, k, gain)[:k]
    return float((gains / np.log(np.arange(2, gains.size + 2))).sum())


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
    if rel.shape != scores.shape:
        raise ValueError(f"rel and scores must have one shape, got {rel.shape} and {scores.shape}")
    if np.isnan(scores).any():
        raise ValueError("scores must not be NaN")
    # The best ranking may draw on all items, not only on the k that were retrieved.
    ideal = dcg_at_k(np.sort(rel)[::-1], k, gain)
    if ideal == 0:
        return 0.0
    # A stable ascending sort of the reversed scores, read backwards, is a stable descending sort. Negating the scores
    # would do the same, but not for unsigned integers.
    order = scores.size - 1 - np.argsort(scores[::-1], kind="stable")[::-1]
    return dcg_at_k(rel[order], k, gain) / ideal


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
    # A strict zip raises ValueError itself where a query has no scores, or scores have no query.
    values = [ndcg_at_k(rel, score, k, gain) for rel, score in zip(rels, scores, strict=True)]
    return sum(values) / len(values) if values else 0.0


def _gains(rel: np.ndarray, k: int, gain: str) -> np.ndarray:
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    if rel.ndim != 1:
        raise ValueError(f"relevances must be a vector, got shape {rel.shape}")
    if not (rel >= 0).all():  # false for NaN as well
        raise ValueError("relevances must not be negative or NaN")
    # In float64: powers of two soon leave a narrow integer.
    rel = rel.astype(np.float64)
    if gain == "exp":
        return np.exp2(rel) - 1
    if gain == "linear":
        return rel
    raise ValueError(f"gain must be 'exp' or 'linear', got {gain!r}")
