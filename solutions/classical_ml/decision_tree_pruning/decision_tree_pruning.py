"""Cost-complexity pruning of a decision tree, weakest link first."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import numpy as np


def pruning_path(
    left: np.ndarray, right: np.ndarray, impurity: np.ndarray, n_samples: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Follow the collapse of a tree from all of it to its root.

    Parameters
    ----------
    left, right : ndarray of shape (m,)
        Children of each node, -1 at a leaf. Node 0 is the root.
    impurity : ndarray of shape (m,)
        Impurity of each node.
    n_samples : ndarray of shape (m,)
        Rows of each node.

    Returns
    -------
    alphas : ndarray of shape (c + 1,)
        0, then the strength of each link that is cut.
    totals : ndarray of shape (c + 1,)
        Weighted impurity of the leaves after it.

    Raises
    ------
    ValueError
        If there are no nodes or the arrays differ in length.

    Examples
    --------
    >>> children = np.array([1, -1, -1]), np.array([2, -1, -1])
    >>> pruning_path(*children, np.array([0.5, 0.0, 0.0]), np.array([4, 2, 2]))[0].tolist()
    [0.0, 0.5]
    """
    entries = [(g, total) for g, total, _ in _collapses(left, right, impurity, n_samples)]
    alphas, totals = np.array(entries).T
    return alphas, totals


def prune(left: np.ndarray, right: np.ndarray, impurity: np.ndarray, n_samples: np.ndarray, alpha: float) -> set[int]:
    """Cut every link that is no stronger than alpha.

    Parameters
    ----------
    left, right : ndarray of shape (m,)
        Children of each node, -1 at a leaf. Node 0 is the root.
    impurity : ndarray of shape (m,)
        Impurity of each node.
    n_samples : ndarray of shape (m,)
        Rows of each node.
    alpha : float
        Price of a leaf, at least 0.

    Returns
    -------
    set of int
        Nodes that remain.

    Raises
    ------
    ValueError
        If `alpha` is negative, there are no nodes or the arrays differ in length.

    Examples
    --------
    >>> children = np.array([1, -1, -1]), np.array([2, -1, -1])
    >>> prune(*children, np.array([0.5, 0.0, 0.0]), np.array([4, 2, 2]), 0.7)
    {0}
    """
    if alpha < 0:
        raise ValueError(f"alpha must not be negative, not {alpha}")
    remain = set(range(len(left)))
    for g, _, gone in _collapses(left, right, impurity, n_samples):
        if g > alpha:
            return remain
        remain -= set(gone)
    return remain


def _collapses(
    left: np.ndarray, right: np.ndarray, impurity: np.ndarray, n_samples: np.ndarray
) -> Iterator[tuple[float, float, list[int]]]:
    """Strength, total impurity and lost nodes of each collapse; first those of the full tree, which lost none."""
    if not len(left) == len(right) == len(impurity) == len(n_samples) > 0:
        raise ValueError("a tree is four arrays of the same length, with at least one node")
    own = (impurity * (n_samples / n_samples[0])).tolist()
    children = [[int(a), int(b)] if a != -1 else [] for a, b in np.column_stack([left, right])]
    below, leaves, parent, order = own.copy(), [1] * len(own), {}, [0]
    for node in order:  # grows as it goes, parents before children
        order += children[node]
        parent |= dict.fromkeys(children[node], node)
    for node in reversed(order):
        if children[node]:
            below[node] = sum(below[child] for child in children[node])
            leaves[node] = sum(leaves[child] for child in children[node])
    yield 0.0, below[0], []

    def strength(node: int) -> float:
        return (own[node] - below[node]) / (leaves[node] - 1)

    heap = [(strength(node), node) for node in order if children[node]]
    heapq.heapify(heap)
    while heap:
        g, node = heapq.heappop(heap)
        if not children[node] or g != strength(node):
            continue  # gone, or no longer true
        gone, children[node] = children[node], []
        for child in gone:
            gone += children[child]
            children[child] = []
        gain, fewer = own[node] - below[node], leaves[node] - 1
        ancestor: int | None = node
        while ancestor is not None:
            below[ancestor] += gain
            leaves[ancestor] -= fewer
            if children[ancestor]:
                heapq.heappush(heap, (strength(ancestor), ancestor))
            ancestor = parent.get(ancestor)
        yield g, below[0], gone
