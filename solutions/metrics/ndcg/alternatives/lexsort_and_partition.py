"""Only the top k is sorted: a partition finds the k-th score, lexsort breaks ties by position."""

import numpy as np


def dcg_at_k(rel, k, gain="exp"):
    """Dot product of gains and discounts."""
    return float(_dcg(_gain(rel, k, gain), k))


def ndcg_at_k(rel, scores, k, gain="exp"):
    """Candidates are all items that reach the k-th greatest score."""
    g = _gain(rel, k, gain)
    if scores.shape != rel.shape or np.isnan(scores).any():
        raise ValueError("scores")
    n = g.size
    if n == 0 or not g.any():
        return 0.0
    k = min(k, n)
    where = np.flatnonzero(scores >= np.partition(scores, n - k)[n - k])
    # The greatest score last, and among equals the first position last; then read backwards.
    top = where[np.lexsort((-where, scores[where]))[::-1]]
    ideal = np.sort(np.partition(g, n - k)[n - k :])[::-1]
    return float(_dcg(g[top], k) / _dcg(ideal, k))


def mean_ndcg(rels, scores, k, gain="exp"):
    """Mean of an array."""
    if len(rels) != len(scores):
        raise ValueError("lengths")
    return float(np.mean([ndcg_at_k(r, s, k, gain) for r, s in zip(rels, scores)])) if rels else 0.0


def _gain(rel, k, gain):
    rel = np.asarray(rel)
    if k < 1 or rel.ndim != 1 or np.isnan(rel).any() or (rel < 0).any():
        raise ValueError("relevances or k")
    try:
        return {"exp": lambda r: np.expm1(r * np.log(2.0)), "linear": lambda r: r}[gain](rel.astype(float))
    except KeyError:
        raise ValueError("gain") from None


def _dcg(g, k):
    g = g[:k]
    return g @ (1.0 / np.log2(2.0 + np.arange(len(g))))
