"""Approximate search by cosine with hash tables of random hyperplanes."""

from __future__ import annotations

import numpy as np


def signatures(X: np.ndarray, planes: np.ndarray) -> np.ndarray:  # noqa: N803 - as in the papers
    """Compute on which sides of planes vectors lie.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Vectors.
    planes : ndarray of shape (l, b, d)
        Normal vectors of b planes for each of l tables.

    Returns
    -------
    ndarray of uint64, shape (n, l)
        Bit j is set if the dot product with plane j is at least 0.

    Raises
    ------
    ValueError
        If dimensions differ or there are more than 64 bits.

    Examples
    --------
    >>> signatures(np.array([[2.0, 1.0], [-1.0, 3.0]]), np.array([[[1.0, 0.0], [0.0, 1.0]]])).tolist()
    [[3], [2]]
    """
    raise NotImplementedError


class LSHIndex:
    """Index of vectors in hash tables.

    Parameters
    ----------
    planes : ndarray of shape (l, b, d)
        Normal vectors of b planes for each of l tables.

    Examples
    --------
    >>> index = LSHIndex(np.array([[[1.0, 0.0], [0.0, 1.0]]]))
    >>> index.add(np.array([[2.0, 1.0], [-1.0, 3.0]]))
    >>> ids, scored = index.query(np.array([1.0, 0.1]), k=5)
    >>> ids.tolist(), scored
    ([0], 1)
    """

    def __init__(self, planes: np.ndarray) -> None:
        raise NotImplementedError

    def add(self, X: np.ndarray) -> None:  # noqa: N803
        """Add vectors; their ids go on from the last one.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Vectors.

        Raises
        ------
        ValueError
            If the dimension is another one.
        """
        raise NotImplementedError

    def query(self, q: np.ndarray, k: int) -> tuple[np.ndarray, int]:
        """Find similar vectors among those that share a bucket.

        Parameters
        ----------
        q : ndarray of shape (d,)
            Query.
        k : int
            Greatest number of results.

        Returns
        -------
        ids : ndarray of int, shape (m,)
            Ids, the most similar first.
        scored : int
            Number of vectors that were compared with the query.

        Raises
        ------
        ValueError
            If the dimension is another one or `k` is less than 1.
        """
        raise NotImplementedError
