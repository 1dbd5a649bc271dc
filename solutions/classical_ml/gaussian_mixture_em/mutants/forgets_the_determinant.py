"""Leaves the determinant out of the density."""

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
    if mean.shape != X.shape[1:] or cov.shape != 2 * mean.shape:
        raise ValueError(f"shapes do not fit: X {X.shape}, mean {mean.shape}, cov {cov.shape}")
    try:
        # cov = L L', so (x - m)' cov^-1 (x - m) = |L^-1 (x - m)|^2 and log det cov = 2 sum log diag L. A determinant
        # itself would overflow or underflow in high dimensions.
        L = np.linalg.cholesky(cov.astype(np.float64))
    except np.linalg.LinAlgError as error:
        raise ValueError("cov must be positive definite") from error
    whitened = np.linalg.solve(L, (X - mean.astype(np.float64)).T)
    return -0.5 * (whitened**2).sum(axis=0) - 0.5 * len(mean) * np.log(2.0 * np.pi)


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
    joint, log_density = _e_step(X, weights, means, covs)
    return np.exp(joint - log_density[:, None])


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
    if max_iter < 0 or reg < 0.0 or len(X) == 0:
        raise ValueError(f"max_iter {max_iter} or reg {reg} is negative, or X has no rows")
    weights, means, covs = (np.array(value, dtype=np.float64) for value in (weights, means, covs))
    history: list[float] = []
    for _ in range(max_iter):
        joint, log_density = _e_step(X, weights, means, covs)
        history.append(float(log_density.mean()))
        share = np.exp(joint - log_density[:, None])
        mass = share.sum(axis=0)
        for j in np.flatnonzero(mass >= 1e-10):
            means[j] = share[:, j] @ X / mass[j]
            # Around the new mean: only then is the covariance the maximum, and the likelihood cannot fall.
            centred = X - means[j]
            covs[j] = (share[:, j] * centred.T) @ centred / mass[j] + reg * np.eye(len(means[j]))
        # A component without mass keeps its place but has no share any more.
        weights = np.where(mass >= 1e-10, mass, 0.0) / len(X)
        if len(history) > 1 and history[-1] - history[-2] < tol:
            break
    return weights, means, covs, history


def _e_step(X: np.ndarray, weights: np.ndarray, means: np.ndarray, covs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log of weight times density, (n, k), and its log-sum-exp over the components, (n,)."""
    if weights.shape != (len(means),):
        raise ValueError(f"expected {len(means)} weights, got shape {weights.shape}")
    density = np.stack([log_gaussian(X, mean, cov) for mean, cov in zip(means, covs, strict=True)], axis=1)
    # The logarithm of a weight of zero is minus infinity, which the sum of exponentials takes as it should.
    joint = density + np.log(weights.astype(np.float64), where=weights > 0.0, out=np.full(len(weights), -np.inf))
    # With the greatest term taken out, at least one exponential is 1: far points do not underflow to log 0.
    top = joint.max(axis=1)
    return joint, top + np.log(np.exp(joint - top[:, None]).sum(axis=1))
