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
    raise NotImplementedError


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
    raise NotImplementedError
