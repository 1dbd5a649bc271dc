"""All components at once with einsum, eigenvalues instead of Cholesky factors, logaddexp."""

import numpy as np


def log_gaussian(X, mean, cov):
    """Density from the eigenvectors of the covariance."""
    X, mean, cov = (np.array(a, dtype=float) for a in (X, mean, cov))
    if X.ndim != 2 or mean.ndim != 1 or X.shape[1] != len(mean) or cov.shape != (len(mean), len(mean)):
        raise ValueError("shapes")
    values, vectors = np.linalg.eigh(cov)
    if values.min() <= 0:
        raise ValueError("not positive definite")
    z = (X - mean) @ vectors / np.sqrt(values)
    return -0.5 * (np.sum(z * z, axis=1) + np.sum(np.log(values)) + len(mean) * np.log(2 * np.pi))


def joint(X, weights, means, covs):
    """Log of weight times density."""
    weights, means = np.array(weights, dtype=float), np.array(means, dtype=float)
    if weights.ndim != 1 or means.ndim != 2 or not len(weights) == len(means) == len(covs) > 0:
        raise ValueError("shapes")
    with np.errstate(divide="ignore"):
        logs = np.log(weights)
    return np.array([log_gaussian(X, m, c) for m, c in zip(means, covs)]).T + logs


def responsibilities(X, weights, means, covs):
    """Subtract the log-sum-exp."""
    table = joint(X, weights, means, covs)
    return np.exp(table - np.logaddexp.reduce(table, axis=1)[:, None])


def em_gmm(X, weights, means, covs, max_iter=100, tol=1e-6, reg=1e-6):
    """Loop with a flag."""
    X = np.array(X, dtype=float)
    if max_iter < 0 or reg < 0 or len(X) < 1:
        raise ValueError("limits")
    weights, means, covs = (np.array(a, dtype=float) for a in (weights, means, covs))
    history, gain = [], np.inf
    while len(history) < max_iter and not gain < tol:
        table = joint(X, weights, means, covs)
        total = np.logaddexp.reduce(table, axis=1)
        history.append(total.mean().item())
        R = np.exp(table - total[:, None])
        mass = R.sum(axis=0)
        alive = mass >= 1e-10
        weights = np.where(alive, mass / len(X), 0.0)
        safe = np.where(alive, mass, 1.0)
        new_means = (R.T @ X) / safe[:, None]
        D = X[None] - new_means[:, None]
        new_covs = np.einsum("nk,kni,knj->kij", R, D, D, optimize=True) / safe[:, None, None] + reg * np.eye(X.shape[1])
        means = np.where(alive[:, None], new_means, means)
        covs = np.where(alive[:, None, None], new_covs, covs)
        if len(history) > 1:
            gain = history[-1] - history[-2]
    return weights, means, covs, history
