"""Truncated singular value decomposition by subspace iteration."""

from __future__ import annotations

import numpy as np


def truncated_svd(
    A: np.ndarray, k: int, omega: np.ndarray, n_iter: int = 10
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the leading singular triplets in a subspace that A has pulled into place.

    Parameters
    ----------
    A : ndarray of shape (m, n)
        Matrix.
    k : int
        Number of triplets, at most min(m, n).
    omega : ndarray of shape (n, k + p)
        Start block, with p extra columns.
    n_iter : int, default=10
        Number of products with A A' after the first with A.

    Returns
    -------
    U : ndarray of shape (m, k)
        Left vectors, as columns.
    s : ndarray of shape (k,)
        Singular values, descending.
    Vt : ndarray of shape (k, n)
        Right vectors, as rows; the entry of greatest magnitude of each is positive.

    Raises
    ------
    ValueError
        If `A` is not a matrix, `k` is out of range or `omega` does not fit.

    Examples
    --------
    >>> U, s, Vt = truncated_svd(np.diag([4.0, 1.0]), 2, np.eye(2))
    >>> s.round(6).tolist()
    [4.0, 1.0]
    """
    raise NotImplementedError


def best_rank_k(A: np.ndarray, k: int, omega: np.ndarray) -> np.ndarray:
    """Approximate a matrix by one of rank k.

    Parameters
    ----------
    A : ndarray of shape (m, n)
        Matrix.
    k : int
        Rank, at most min(m, n).
    omega : ndarray of shape (n, k + p)
        Start block.

    Returns
    -------
    ndarray of shape (m, n)
        Sum of the k leading triplets.

    Raises
    ------
    ValueError
        As for `truncated_svd`.

    Examples
    --------
    >>> best_rank_k(np.diag([4.0, 1.0]), 1, np.eye(2)).round(6).tolist()
    [[4.0, 0.0], [0.0, 0.0]]
    """
    raise NotImplementedError
