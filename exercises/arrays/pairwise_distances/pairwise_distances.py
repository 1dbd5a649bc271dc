"""Vectorised pairwise distances and the RBF kernel."""

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
    raise NotImplementedError


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
    raise NotImplementedError
