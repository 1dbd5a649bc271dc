"""Vectors as a byte for each part, and search without decoding."""

from __future__ import annotations

import numpy as np

_MOST_CODEWORDS = 256  # what a byte can tell apart


def pq_encode(X: np.ndarray, codebooks: np.ndarray) -> np.ndarray:  # noqa: N803 - as in the papers
    """Encode vectors by the nearest codeword of each part.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Vectors.
    codebooks : ndarray of shape (m, k, d / m)
        Codewords of each part.

    Returns
    -------
    ndarray of uint8, shape (n, m)
        Codes.

    Raises
    ------
    ValueError
        If the dimensions differ or there are more than 256 codewords.

    Examples
    --------
    >>> pq_encode(np.array([[3.0, 0.0]]), np.array([[[0.0], [4.0]], [[1.0], [9.0]]])).tolist()
    [[1, 0]]
    """
    parts = _parts(X, codebooks)
    # |x - c|² = |x|² - 2 x·c + |c|², and the first term does not change which codeword is nearest.
    # Far from 0 little is left of the difference, too little for the digits of float32.
    books = codebooks.astype(np.float64)
    squares = (books**2).sum(axis=2)
    codes = [(squares[j] - 2 * (parts[j] @ books[j].T)).argmin(axis=1) for j in range(len(books))]
    return np.stack(codes, axis=1).astype(np.uint8)


def pq_decode(codes: np.ndarray, codebooks: np.ndarray) -> np.ndarray:
    """Put codewords together.

    Parameters
    ----------
    codes : ndarray of int, shape (n, m)
        Codes.
    codebooks : ndarray of shape (m, k, d / m)
        Codewords of each part.

    Returns
    -------
    ndarray of shape (n, d)
        Vectors.

    Raises
    ------
    ValueError
        If the codes have another shape.

    Examples
    --------
    >>> pq_decode(np.array([[1, 0]]), np.array([[[0.0], [4.0]], [[1.0], [9.0]]])).tolist()
    [[4.0, 1.0]]
    """
    m, _, width = codebooks.shape
    _check(codes, m)
    return codebooks[np.arange(m), codes].reshape(len(codes), m * width)


def adc_search(q: np.ndarray, codes: np.ndarray, codebooks: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Find the stored vectors that are nearest to a query, without decoding them.

    Parameters
    ----------
    q : ndarray of shape (d,)
        Query.
    codes : ndarray of int, shape (n, m)
        Codes of the stored vectors.
    codebooks : ndarray of shape (m, k, d / m)
        Codewords of each part.
    k : int
        Greatest number of results.

    Returns
    -------
    ids : ndarray of int, shape (min(k, n),)
        Ids, the nearest first.
    distances : ndarray of shape (min(k, n),)
        Squared distances between the query and the decoded vectors.

    Raises
    ------
    ValueError
        If shapes do not fit or `k` is less than 1.

    Examples
    --------
    >>> ids, distances = adc_search(np.array([4.0, 3.0]), np.array([[0, 0], [1, 0]]), np.array([[[0.0], [4.0]], [[1.0], [9.0]]]), 1)
    >>> ids.tolist(), distances.tolist()
    ([1], [4.0])
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    parts = _parts(q[np.newaxis].astype(np.float64), codebooks)  # (m, 1, d / m)
    m = len(codebooks)
    _check(codes, m)
    table = ((codebooks - parts) ** 2).sum(axis=2)
    distances = table[np.arange(m), codes].sum(axis=1)
    ids = np.argsort(distances, kind="stable")[:k]
    return ids, distances[ids]


def _parts(X: np.ndarray, codebooks: np.ndarray) -> np.ndarray:  # noqa: N803
    """Cut (n, d) vectors into (m, n, d / m) parts."""
    m, size, width = codebooks.shape
    if size > _MOST_CODEWORDS:
        raise ValueError(f"a byte cannot tell {size} codewords apart")
    # A wrong dimension is refused by reshape.
    return X.reshape(len(X), m, width).swapaxes(0, 1)


def _check(codes: np.ndarray, m: int) -> None:
    if codes.shape[1:] != (m,):
        raise ValueError(f"codes {codes.shape} do not have {m} parts")
