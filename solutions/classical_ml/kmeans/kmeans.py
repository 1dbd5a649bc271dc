"""k-means: k-means++ seeding and Lloyd iterations."""

from __future__ import annotations

import numpy as np


def kmeans_pp_init(X: np.ndarray, k: int, u: np.ndarray) -> np.ndarray:
    """Choose k rows as first centres, each with probability proportional to its squared distance to those chosen.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Points.
    k : int
        Number of centres, from 1 to n.
    u : ndarray of shape (k,)
        Uniform numbers in [0, 1), one a choice.

    Returns
    -------
    ndarray of shape (k,)
        Row indices in the order of the choices, int64.

    Raises
    ------
    ValueError
        If `X` is not a matrix, `k` is not between 1 and n, or `u` is not k numbers in [0, 1).

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [10.0]])
    >>> kmeans_pp_init(X, 2, np.array([0.1, 0.5])).tolist()
    [0, 2]
    """
    X = _points(X)
    n = len(X)
    _check_count(k, n)
    if u.shape != (k,) or not np.all((u >= 0.0) & (u < 1.0)):
        raise ValueError(f"u must hold {k} numbers in [0, 1), got {u}")
    chosen = [int(u[0] * n)]
    nearest = _squared_distances(X, X[chosen[0]])
    for draw in u[1:]:
        mass = np.cumsum(nearest)
        if mass[-1] > 0.0:
            # Inverse of the cumulative distribution: the first row whose share of the mass exceeds the draw. A row
            # without mass repeats the value before it, so side="right" steps over it.
            row = int(np.searchsorted(mass, draw * mass[-1], side="right"))
        else:
            row = int(draw * n)
        chosen.append(row)
        # Only the new centre can bring a point closer, so k choices cost k passes over the data.
        nearest = np.minimum(nearest, _squared_distances(X, X[row]))
    return np.array(chosen)


def lloyd(
    X: np.ndarray, centers: np.ndarray, max_iter: int = 100, tol: float = 0.0
) -> tuple[np.ndarray, np.ndarray, float, int]:
    """Alternate between assigning points to the nearest centre and moving each centre to the mean of its points.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Points.
    centers : ndarray of shape (k, d)
        Centres to start from, with k from 1 to n.
    max_iter : int, default=100
        Greatest number of iterations; may be 0.
    tol : float, default=0.0
        Stop once the squared shifts of all centres in an iteration add up to no more than this; not negative.

    Returns
    -------
    centers : ndarray of shape (k, d)
        Centres after the last iteration, float64.
    labels : ndarray of shape (n,)
        Index of the nearest of these centres for each point, int64.
    inertia : float
        Sum of the squared distances of the points to these nearest centres.
    n_iter : int
        Number of iterations performed.

    Raises
    ------
    ValueError
        If `X` is not a matrix, `centers` is not a matrix with as many columns, k is not between 1 and n, or
        `max_iter` or `tol` is negative.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [9.0], [10.0]])
    >>> centers, labels, inertia, n_iter = lloyd(X, np.array([[0.0], [1.0]]))
    >>> centers.tolist(), labels.tolist(), inertia, n_iter
    ([[0.5], [9.5]], [0, 0, 1, 1], 1.0, 3)
    """
    X, centers = _points(X), _points(centers)
    if centers.shape[1] != X.shape[1]:
        raise ValueError(f"centers have {centers.shape[1]} columns, X has {X.shape[1]}")
    _check_count(len(centers), len(X))
    if max_iter < 0 or tol < 0.0:
        raise ValueError(f"max_iter and tol must not be negative, got {max_iter} and {tol}")
    n_iter = 0
    for n_iter in range(1, max_iter + 1):
        labels, squared = _assign(X, centers)
        _fill_empty_clusters(labels, squared, len(centers))
        previous, centers = centers, _means(X, labels)
        if np.sum((centers - previous) ** 2) <= tol:
            break
    # The loop ends on a move of the centres; the labels and the inertia must be theirs.
    labels, squared = _assign(X, centers)
    return centers, labels, float(squared.sum()), n_iter


def _points(X: np.ndarray) -> np.ndarray:
    """Matrix of points as float64."""
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError(f"expected a matrix with one row a point, got shape {X.shape}")
    return X


def _check_count(k: int, n: int) -> None:
    """Refuse a number of clusters that n points cannot fill."""
    if not 1 <= k <= n:
        raise ValueError(f"k must be from 1 to {n}, the number of points, got {k}")


def _squared_distances(X: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Squared distance of each row to one centre."""
    # |x|^2 - 2 x.c + |c|^2 would be quicker, but far from the origin it subtracts large numbers that are nearly
    # equal, and its rounding breaks ties. The differences are exact where it matters, and zero only for equal rows.
    difference = X - centre
    return np.einsum("nd,nd->n", difference, difference)


def _assign(X: np.ndarray, centers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nearest centre of each point and the squared distance to it, in memory of order n d, not n k d."""
    labels = np.zeros(len(X), dtype=np.int64)
    nearest = _squared_distances(X, centers[0])
    for label, centre in enumerate(centers[1:], start=1):
        squared = _squared_distances(X, centre)
        closer = squared < nearest  # strict, so that a tie stays with the lowest index
        labels[closer] = label
        nearest[closer] = squared[closer]
    return labels, nearest


def _fill_empty_clusters(labels: np.ndarray, squared: np.ndarray, k: int) -> None:
    """Give each empty cluster, in place, the point farthest from its centre among those not alone."""
    counts = np.bincount(labels, minlength=k)
    for empty in np.flatnonzero(counts == 0):
        # Such a point exists, since k <= n. argmax returns the first maximum: the lowest index.
        farthest = np.argmax(np.where(counts[labels] > 1, squared, -np.inf))
        counts[labels[farthest]] -= 1
        # The count of the filled cluster stays 0, which keeps its point from being taken again.
        labels[farthest] = empty


def _means(X: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Mean of each cluster; none is empty."""
    sums = np.stack([np.bincount(labels, weights=column) for column in X.T], axis=1)
    return sums / np.bincount(labels)[:, None]
