"""PageRank by power iteration on a list of edges."""

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
    raise NotImplementedError
