"""Intersections of sets, and copies replaced by a mark that nothing equals."""

import statistics
from itertools import accumulate


def precision_at_k(ranked, relevant, k):
    """Size of an intersection over k."""
    return len(_top(ranked, k) & relevant) / k


def recall_at_k(ranked, relevant, k):
    """Size of an intersection over the number of relevant items."""
    top = _top(ranked, k)
    return len(top & relevant) / len(relevant) if relevant else 0.0


def hit_rate_at_k(ranked, relevant, k):
    """Sets that are not disjoint."""
    return float(not _top(ranked, k).isdisjoint(relevant))


def reciprocal_rank(ranked, relevant):
    """First match of a generator."""
    return next((1.0 / (i + 1) for i, item in enumerate(ranked) if item in relevant), 0.0)


def average_precision_at_k(ranked, relevant, k):
    """Cumulative counts of the hits."""
    _top(ranked, k)
    if not relevant:
        return 0.0
    left = set(relevant)
    hits = []
    for item in ranked[:k]:
        hits.append(int(item in left))
        left.discard(item)
    counts = accumulate(hits)
    precisions = [h * c / i for i, (h, c) in enumerate(zip(hits, counts), 1)]
    return float(sum(precisions)) / min(k, len(relevant))


def mean_over_queries(metric, ranked, relevant, **kwargs):
    """Mean of the standard library."""
    if len(ranked) != len(relevant):
        raise ValueError("lengths")
    if not ranked:
        raise ValueError("no queries")
    return statistics.fmean(metric(a, b, **kwargs) for a, b in zip(ranked, relevant))


def _top(ranked, k):
    if k < 1:
        raise ValueError("k")
    return set(ranked[:k])
