"""Returns what it has after max_iter iterations."""

from __future__ import annotations

import numpy as np


def pagerank(
    n: int,
    src: np.ndarray,
    dst: np.ndarray,
    damping: float = 0.85,
    tol: float = 1e-10,
    max_iter: int = 200,
    personalization: np.ndarray | None = None,
) -> np.ndarray:
    """Share of its time that a random surfer spends at each node.

    Parameters
    ----------
    n : int
        Number of nodes.
    src : ndarray of shape (m,)
        Node that each edge starts from.
    dst : ndarray of shape (m,)
        Node that each edge leads to.
    damping : float, default=0.85
        Probability of following an edge, in [0, 1).
    tol : float, default=1e-10
        The iteration ends when the absolute changes add up to less than this.
    max_iter : int, default=200
        Greatest number of iterations, at least 1.
    personalization : ndarray of shape (n,) or None, default=None
        Weights of the nodes where the surfer starts anew; `None` means equal weights.

    Returns
    -------
    ndarray of shape (n,)
        Probabilities, float64, with the sum 1.

    Raises
    ------
    ValueError
        If `src` and `dst` are not vectors of one length, a node does not exist, `damping` is outside [0, 1), or
        `personalization` is not n weights from 0 of which one at least is positive.
    RuntimeError
        If the changes are still too large after `max_iter` iterations.

    Examples
    --------
    >>> pagerank(3, np.array([0, 1, 2, 2]), np.array([2, 2, 0, 1]), damping=0.5).round(4).tolist()
    [0.2778, 0.2778, 0.4444]
    """
    if not 0 <= damping < 1:
        raise ValueError(f"damping must be in [0, 1), got {damping}")
    # Negative nodes, and anything but two vectors of one length, are refused by np.bincount with ValueError.
    if (src >= n).any() or (dst >= n).any():
        raise ValueError(f"nodes must be from 0 to {n - 1}")
    if n == 0:
        return np.zeros(0)
    home = _distribution(n, personalization)
    degree = np.bincount(src, minlength=n)
    dangling = degree == 0
    rank = home
    for _ in range(max_iter):
        # Each edge carries an equal part of what its source has; parallel edges carry a part each.
        followed = np.bincount(dst, weights=rank[src] / degree[src], minlength=n)
        # A surfer at a node without edges starts anew, as all surfers do with probability 1 - damping.
        anew = damping * rank[dangling].sum() + (1 - damping)
        previous, rank = rank, damping * followed + anew * home
        if np.abs(rank - previous).sum() < tol:
            return rank
    return rank


def _distribution(n: int, weights: np.ndarray | None) -> np.ndarray:
    """Weights as probabilities."""
    if weights is None:
        return np.full(n, 1 / n)
    weights = np.asarray(weights, dtype=np.float64)
    if weights.shape != (n,) or not (weights >= 0).all() or not weights.any():
        raise ValueError(f"personalization must be {n} weights from 0 with a positive sum, got {weights}")
    return weights / weights.sum()
