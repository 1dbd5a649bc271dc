"""Cost-complexity pruning of a decision tree, weakest link first."""

from __future__ import annotations

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
    raise NotImplementedError


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
    raise NotImplementedError
