"""Approximate search by cosine with hash tables of random hyperplanes."""

from __future__ import annotations

import numpy as np

_MOST_BITS = 64


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
    tables, b, d = planes.shape
    if b > _MOST_BITS:
        raise ValueError(f"{b} bits do not fit into an integer")
    bits = X @ planes.reshape(tables * b, d).T >= 0
    weights = np.uint64(1) << np.arange(b, dtype=np.uint64)
    return bits.reshape(len(X), tables, b) @ weights


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
        self._planes = planes
        self._vectors = np.empty((0, planes.shape[2]))
        self._tables: list[dict[int, list[int]]] = [{} for _ in planes]

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
        keys = signatures(X, self._planes)
        for j, table in enumerate(self._tables):
            for i, key in enumerate(keys[:, j].tolist(), len(self._vectors)):
                table.setdefault(key, []).append(i)
        self._vectors = np.concatenate([self._vectors, X])

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
        if k < 1:
            raise ValueError(f"k must be at least 1, got {k}")
        keys = signatures(q[np.newaxis], self._planes).ravel().tolist()
        buckets = (self._tables[j].get(key, ()) for j, key in enumerate(keys))
        ids = np.array(sorted(set().union(*buckets)), dtype=np.int64)
        near = self._vectors[ids]
        norms = np.linalg.norm(near, axis=1)
        # Cosines times the length of q, which changes no order.
        cosines = near @ q / np.where(norms > 0, norms, 1.0)
        return ids[np.argsort(-cosines, kind="stable")][:k], len(ids)
