"""As course notes write it: argsort, reverse, discounts by np.log2, no checks and no care for ties."""

from __future__ import annotations

import numpy as np


def dcg_at_k(rel: np.ndarray, k: int, gain: str = "exp") -> float:
    """Sum of discounted gains."""
    rel = rel[:k]
    gains = 2**rel - 1 if gain == "exp" else rel
    return np.sum(gains / np.log2(np.arange(2, len(rel) + 2)))


def ndcg_at_k(rel: np.ndarray, scores: np.ndarray, k: int, gain: str = "exp") -> float:
    """DCG over ideal DCG."""
    order = np.argsort(scores)[::-1]
    ideal = dcg_at_k(np.sort(rel)[::-1], k, gain)
    if ideal == 0:
        return 0.0
    return dcg_at_k(rel[order], k, gain) / ideal


def mean_ndcg(rels: list[np.ndarray], scores: list[np.ndarray], k: int, gain: str = "exp") -> float:
    """Mean over the queries."""
    return np.mean([ndcg_at_k(rel, score, k, gain) for rel, score in zip(rels, scores)])
