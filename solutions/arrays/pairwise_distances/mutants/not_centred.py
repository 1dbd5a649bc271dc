"""Uses the identity on the data as they are."""

from __future__ import annotations

import numpy as np


def pairwise_distances(X: np.ndarray, Y: np.ndarray | None = None, metric: str = "euclidean") -> np.ndarray:
    """Distance of every row of X to every row of Y.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Points, one a row.
    Y : ndarray of shape (m, d), optional
        Points to compare with; those of `X` by default.
    metric : str, default="euclidean"
        `"euclidean"`, `"sqeuclidean"`, `"manhattan"` or `"chebyshev"`.

    Returns
    -------
    ndarray of shape (n, m)
        Distances, float64; without `Y` exactly symmetric with a diagonal of exact zeros.

    Raises
    ------
    ValueError
        If `X` or `Y` is not a matrix, they differ in the number of columns, or `metric` is none of the four.

    Examples
    --------
    >>> X, Y = np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[3.0, 0.0]])
    >>> pairwise_distances(X, Y).tolist(), pairwise_distances(X, metric="manhattan").tolist()
    ([[3.0], [4.0]], [[0.0, 7.0], [7.0, 0.0]])
    """
    X = _points(X)
    if Y is not None:
        Y = _points(Y, X.shape[1])
    if metric == "euclidean":
        return np.sqrt(_squared(X, Y))
    if metric == "sqeuclidean":
        return _squared(X, Y)
    if metric not in _COMBINE:
        raise ValueError(f'metric must be "euclidean", "sqeuclidean", "manhattan" or "chebyshev", got {metric!r}')
    other = X if Y is None else Y
    distances = np.zeros((len(X), len(other)))
    # One column at a time needs no array of shape (n, m, d).
    for x, y in zip(X.T, other.T):
        _COMBINE[metric](distances, np.abs(x[:, None] - y), out=distances)
    return distances


def rbf_kernel(X: np.ndarray, Y: np.ndarray, gamma: float) -> np.ndarray:
    """Gaussian kernel of every row of X with every row of Y.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Points, one a row.
    Y : ndarray of shape (m, d)
        Points to compare with.
    gamma : float
        Factor of the squared distance, not negative.

    Returns
    -------
    ndarray of shape (n, m)
        Values of exp(-gamma |x - y|^2), between 0 and 1, float64.

    Raises
    ------
    ValueError
        If `X` or `Y` is not a matrix, they differ in the number of columns, or `gamma` is negative.

    Examples
    --------
    >>> rbf_kernel(np.array([[0.0, 0.0]]), np.array([[0.0, 0.0], [1.0, 1.0]]), 0.5).round(6).tolist()
    [[1.0, 0.367879]]
    """
    if gamma < 0:
        raise ValueError(f"gamma must not be negative, got {gamma}")
    return np.exp(-gamma * pairwise_distances(X, Y, "sqeuclidean"))


# How the differences in single columns make up a distance.
_COMBINE = {"manhattan": np.add, "chebyshev": np.maximum}


def _points(X: np.ndarray, columns: int | None = None) -> np.ndarray:
    """Check a matrix of points, and make it float64 before anything can wrap around."""
    if X.ndim != 2 or columns not in (None, X.shape[1]):
        raise ValueError(f"expected a matrix with {columns or 'any number of'} columns, got shape {X.shape}")
    return X.astype(np.float64)


def _squared(X: np.ndarray, Y: np.ndarray | None) -> np.ndarray:
    """Squared Euclidean distances by one matrix product."""
    # |a|^2 + |b|^2 - 2 a.b rounds relative to |a|^2, which an offset of the data makes large for nothing. Distances do
    # not change when one point is subtracted from all rows, so take one in their midst. It must be the same for both.
    centre = 0.0
    A = X - centre
    # With B the very array A, the product is that of a matrix with its transpose, which NumPy makes symmetric.
    B = A if Y is None else Y - centre
    squared = (A * A).sum(axis=1)[:, None] + (B * B).sum(axis=1) - 2.0 * (A @ B.T)
    # Where rows coincide, rounding may leave a small number of either sign.
    np.maximum(squared, 0.0, out=squared)
    if Y is None:
        np.fill_diagonal(squared, 0.0)
    return squared
