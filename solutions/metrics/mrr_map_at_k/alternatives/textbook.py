"""As course notebooks write it: membership tests in a comprehension, precision@k inside AP, no checks."""

from __future__ import annotations

import numpy as np


def precision_at_k(ranked: list, relevant: set, k: int) -> float:
    """Hits over k."""
    return len([item for item in ranked[:k] if item in relevant]) / k


def recall_at_k(ranked: list, relevant: set, k: int) -> float:
    """Hits over the number of relevant items."""
    if not relevant:
        return 0.0
    return len([item for item in ranked[:k] if item in relevant]) / len(relevant)


def hit_rate_at_k(ranked: list, relevant: set, k: int) -> float:
    """Is there a hit?"""
    return int(any(item in relevant for item in ranked[:k]))


def reciprocal_rank(ranked: list, relevant: set) -> float:
    """One over the rank of the first hit."""
    for rank, item in enumerate(ranked, start=1):
        if item in relevant:
            return 1 / rank
    return 0.0


def average_precision_at_k(ranked: list, relevant: set, k: int) -> float:
    """Sum of the precisions at the hits."""
    if not relevant:
        return 0.0
    score = 0.0
    for i, item in enumerate(ranked[:k]):
        if item in relevant:
            score += precision_at_k(ranked, relevant, i + 1)
    return score / min(len(relevant), k)


def mean_over_queries(metric, ranked: list[list], relevant: list[set], **kwargs) -> float:
    """Mean over the queries."""
    return np.mean([metric(r, s, **kwargs) for r, s in zip(ranked, relevant)])
