"""Gaussian mixture model by EM."""

from __future__ import annotations

import numpy as np


def log_gaussian(X: np.ndarray, mean: np.ndarray, cov: np.ndarray) -> np.ndarray:
    """Logarithm of the density of a normal distribution at each row.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Points.
    mean : ndarray of shape (d,)
        Mean.
    cov : ndarray of shape (d, d)
        Covariance, symmetric and positive definite.

    Returns
    -------
    ndarray of shape (n,)
        Log-densities, float64.

    Raises
    ------
    ValueError
        If the shapes do not fit or `cov` is not positive definite.

    Examples
    --------
    >>> log_gaussian(np.array([[0.0], [2.0]]), np.zeros(1), np.array([[4.0]])).round(6).tolist()
    [-1.612086, -2.112086]
    """
    raise NotImplementedError


def responsibilities(X: np.ndarray, weights: np.ndarray, means: np.ndarray, covs: np.ndarray) -> np.ndarray:
    """Probability of each component given each row.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Points.
    weights : ndarray of shape (k,)
        Shares of the components, not negative, of sum one.
    means : ndarray of shape (k, d)
        Means.
    covs : ndarray of shape (k, d, d)
        Covariances.

    Returns
    -------
    ndarray of shape (n, k)
        Responsibilities, float64; each row sums to one.

    Raises
    ------
    ValueError
        If the shapes do not fit or a covariance is not positive definite.

    Examples
    --------
    >>> means, covs = np.array([[0.0], [2.0]]), np.ones((2, 1, 1))
    >>> responsibilities(np.array([[1.0], [0.0]]), np.array([0.5, 0.5]), means, covs).round(6).tolist()
    [[0.5, 0.5], [0.880797, 0.119203]]
    """
    raise NotImplementedError


def em_gmm(
    X: np.ndarray,
    weights: np.ndarray,
    means: np.ndarray,
    covs: np.ndarray,
    max_iter: int = 100,
    tol: float = 1e-6,
    reg: float = 1e-6,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[float]]:
    """Improve a mixture of normal distributions by expectation maximisation.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Points.
    weights : ndarray of shape (k,)
        Shares to start from, not negative, of sum one.
    means : ndarray of shape (k, d)
        Means to start from.
    covs : ndarray of shape (k, d, d)
        Covariances to start from.
    max_iter : int, default=100
        Greatest number of M-steps; may be 0.
    tol : float, default=1e-6
        Stop once the mean log-likelihood has grown by less than this.
    reg : float, default=1e-6
        Added to the diagonal of every new covariance; not negative.

    Returns
    -------
    weights : ndarray of shape (k,)
        Shares, float64.
    means : ndarray of shape (k, d)
        Means, float64.
    covs : ndarray of shape (k, d, d)
        Covariances, float64.
    history : list of float
        Mean log-likelihood before each M-step.

    Raises
    ------
    ValueError
        If the shapes do not fit, a covariance is not positive definite, `max_iter` or `reg` is negative, or
        `X` has no rows.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [9.0], [10.0]])
    >>> weights, means, covs, history = em_gmm(X, np.full(2, 0.5), np.array([[1.0], [8.0]]), np.ones((2, 1, 1)), reg=0.0)
    >>> weights.round(6).tolist(), means.round(6).tolist(), covs.round(6).tolist()
    ([0.5, 0.5], [[0.5], [9.5]], [[[0.25]], [[0.25]]])
    """
    raise NotImplementedError
