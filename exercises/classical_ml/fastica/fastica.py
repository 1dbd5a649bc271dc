"""Independent component analysis by the symmetric fixed point of FastICA."""

from __future__ import annotations

import numpy as np


def whiten(X: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make the leading directions of the data uncorrelated, with variance 1.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Samples.
    k : int
        Number of directions.

    Returns
    -------
    Z : ndarray of shape (n, k)
        White samples.
    K : ndarray of shape (k, d)
        Whitening matrix: Z = (X - mean) K'.
    mean : ndarray of shape (d,)
        Mean sample.

    Raises
    ------
    ValueError
        If `X` is not a matrix, or `k` is below 1 or above the rank of the centred samples.

    Examples
    --------
    >>> Z, K, mean = whiten(np.array([[1.0], [5.0]]), 1)
    >>> np.abs(Z).round(6).tolist(), np.abs(K).tolist(), mean.tolist()
    ([[1.0], [1.0]], [[0.5]], [3.0])
    """
    raise NotImplementedError


def fastica(X: np.ndarray, k: int, W0: np.ndarray, max_iter: int, tol: float) -> tuple[np.ndarray, np.ndarray]:
    """Find k independent sources.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Samples of the mixtures.
    k : int
        Number of sources.
    W0 : ndarray of shape (k, k)
        Start, decorrelated before the first step.
    max_iter : int
        Greatest number of steps.
    tol : float
        Least change of the direction of a component.

    Returns
    -------
    sources : ndarray of shape (n, k)
        Sources of variance 1.
    unmixing : ndarray of shape (k, d)
        What turns centred samples into sources.

    Raises
    ------
    ValueError
        If `X` is not a matrix, `k` is out of range or `W0` is not (k, k).

    Examples
    --------
    >>> sources, _ = fastica(np.array([[1.0], [5.0]]), 1, np.eye(1), 10, 1e-6)
    >>> np.abs(sources).round(6).tolist()
    [[1.0], [1.0]]
    """
    raise NotImplementedError
