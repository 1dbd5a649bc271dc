"""Everything follows from the sorted ranks of the hits."""


def _ranks(ranked, relevant, k):
    if k <= 0:
        raise ValueError("k")
    first = {}
    for rank, item in enumerate(ranked, 1):
        if rank > k:
            break
        if item in relevant:
            first.setdefault(item, rank)
    return sorted(first.values())


def precision_at_k(ranked, relevant, k):
    """Number of ranks over k."""
    return len(_ranks(ranked, relevant, k)) / k


def recall_at_k(ranked, relevant, k):
    """Number of ranks over the number of relevant items."""
    return len(_ranks(ranked, relevant, k)) / max(len(relevant), 1)


def hit_rate_at_k(ranked, relevant, k):
    """Any ranks at all?"""
    return 1.0 if _ranks(ranked, relevant, k) else 0.0


def reciprocal_rank(ranked, relevant):
    """The first of the ranks."""
    ranks = _ranks(ranked, relevant, len(ranked) + 1)
    return 1.0 / ranks[0] if ranks else 0.0


def average_precision_at_k(ranked, relevant, k):
    """At the j-th of the ranks the precision is j / rank."""
    ranks = _ranks(ranked, relevant, k)
    return sum(j / rank for j, rank in enumerate(ranks, 1)) / max(min(len(relevant), k), 1)


def mean_over_queries(metric, ranked, relevant, **kwargs):
    """Running total."""
    if len(ranked) != len(relevant) or len(ranked) == 0:
        raise ValueError("queries")
    total = 0.0
    for i in range(len(ranked)):
        total += metric(ranked[i], relevant[i], **kwargs)
    return total / len(ranked)
