"""Lets a short list lower the number of hits that average precision expects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def precision_at_k(ranked: list, relevant: set, k: int) -> float:
    """Share of the first k places that hold a relevant item.

    Parameters
    ----------
    ranked : list
        Items in the order of the ranking, the best first.
    relevant : set
        The relevant items.
    k : int
        How many places count; at least 1.

    Returns
    -------
    float
        Hits divided by k, also where the ranking is shorter than k.

    Raises
    ------
    ValueError
        If k is less than 1.

    Examples
    --------
    >>> precision_at_k(["a", "b", "c"], {"a", "c", "x"}, 2)
    0.5
    """
    return sum(_hits(ranked, relevant, k)) / k


def recall_at_k(ranked: list, relevant: set, k: int) -> float:
    """Share of the relevant items that stand in the first k places.

    Parameters
    ----------
    ranked : list
        Items in the order of the ranking, the best first.
    relevant : set
        The relevant items.
    k : int
        How many places count; at least 1.

    Returns
    -------
    float
        Hits divided by the number of relevant items; 0 where there are none.

    Raises
    ------
    ValueError
        If k is less than 1.

    Examples
    --------
    >>> recall_at_k(["a", "b", "c"], {"a", "c", "x", "y"}, 3)
    0.5
    """
    hits = sum(_hits(ranked, relevant, k))
    return hits / len(relevant) if relevant else 0.0


def hit_rate_at_k(ranked: list, relevant: set, k: int) -> float:
    """Whether any of the first k places holds a relevant item.

    Parameters
    ----------
    ranked : list
        Items in the order of the ranking, the best first.
    relevant : set
        The relevant items.
    k : int
        How many places count; at least 1.

    Returns
    -------
    float
        1.0 or 0.0.

    Raises
    ------
    ValueError
        If k is less than 1.

    Examples
    --------
    >>> hit_rate_at_k(["a", "b", "c"], {"c"}, 2), hit_rate_at_k(["a", "b", "c"], {"c"}, 3)
    (0.0, 1.0)
    """
    return float(any(_hits(ranked, relevant, k)))


def reciprocal_rank(ranked: list, relevant: set) -> float:
    """One divided by the rank of the first relevant item.

    Parameters
    ----------
    ranked : list
        Items in the order of the ranking, the best first.
    relevant : set
        The relevant items.

    Returns
    -------
    float
        1 / rank, with ranks from 1; 0 where no relevant item is found.

    Examples
    --------
    >>> reciprocal_rank(["a", "b", "c"], {"b", "c"})
    0.5
    """
    for rank, item in enumerate(ranked, start=1):
        if item in relevant:
            return 1 / rank
    return 0.0


def average_precision_at_k(ranked: list, relevant: set, k: int) -> float:
    """Mean precision at the ranks of the relevant items.

    Parameters
    ----------
    ranked : list
        Items in the order of the ranking, the best first.
    relevant : set
        The relevant items.
    k : int
        How many places count; at least 1.

    Returns
    -------
    float
        Sum of the precisions at the ranks of the hits, divided by the most hits that k places allow; 0 where nothing is
        relevant.

    Raises
    ------
    ValueError
        If k is less than 1.

    Examples
    --------
    >>> average_precision_at_k(["a", "b", "c", "d"], {"a", "d"}, 4)
    0.75
    """
    found, total = 0, 0.0
    for rank, hit in enumerate(_hits(ranked, relevant, k), start=1):
        if hit:
            found += 1
            total += found / rank  # the precision at this rank
    # Relevant items that were not found count as precision 0, as far as there were places for them.
    return total / min(len(relevant), k, len(ranked) or 1) if relevant else 0.0


def mean_over_queries(metric: Callable[..., float], ranked: list[list], relevant: list[set], **kwargs: Any) -> float:
    """Mean of a metric over queries: MRR, MAP and the like.

    Parameters
    ----------
    metric : callable
        Called as metric(ranked[i], relevant[i], **kwargs), once for each query.
    ranked : list of list
        A ranking for each query.
    relevant : list of set
        The relevant items of each query.
    **kwargs : object
        Handed on to the metric.

    Returns
    -------
    float
        Every query counts once.

    Raises
    ------
    ValueError
        If there are no queries, or the lists have different lengths.

    Examples
    --------
    >>> mean_over_queries(reciprocal_rank, [["a", "b"], ["a", "b"]], [{"a"}, {"b"}])
    0.75
    >>> mean_over_queries(precision_at_k, [["a", "b"], ["a", "b"]], [{"a"}, set()], k=1)
    0.5
    """
    if not ranked:
        raise ValueError("the mean over no queries is undefined")
    # A strict zip raises ValueError itself where the lists differ in length.
    values = [metric(items, wanted, **kwargs) for items, wanted in zip(ranked, relevant, strict=True)]
    return sum(values) / len(values)


def _hits(ranked: list, relevant: set, k: int) -> list[bool]:
    """Tell for each of the first k places whether it holds a relevant item that no earlier place held."""
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    seen = set()
    hits = []
    for item in ranked[:k]:
        hits.append(item in relevant and item not in seen)
        seen.add(item)
    return hits
