"""As the formulas stand in a textbook: inverse and log-determinant, one component after the other, log-sum-exp."""

from __future__ import annotations

import numpy as np


def log_gaussian(X: np.ndarray, mean: np.ndarray, cov: np.ndarray) -> np.ndarray:
    """Log-density of each row."""
    d = X.shape[1]
    diff = X - mean
    mahalanobis = np.sum(diff @ np.linalg.inv(cov) * diff, axis=1)
    _, logdet = np.linalg.slogdet(cov)
    return -0.5 * (d * np.log(2 * np.pi) + logdet + mahalanobis)


def _e_step(X: np.ndarray, weights: np.ndarray, means: np.ndarray, covs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Responsibilities and the log-likelihood of each row."""
    log_prob = np.array([np.log(w) + log_gaussian(X, m, c) for w, m, c in zip(weights, means, covs, strict=True)]).T
    top = log_prob.max(axis=1, keepdims=True)
    log_norm = top + np.log(np.exp(log_prob - top).sum(axis=1, keepdims=True))
    return np.exp(log_prob - log_norm), log_norm


def responsibilities(X: np.ndarray, weights: np.ndarray, means: np.ndarray, covs: np.ndarray) -> np.ndarray:
    """Posterior of the components."""
    return _e_step(X, weights, means, covs)[0]


def em_gmm(
    X: np.ndarray,
    weights: np.ndarray,
    means: np.ndarray,
    covs: np.ndarray,
    max_iter: int = 100,
    tol: float = 1e-6,
    reg: float = 1e-6,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[float]]:
    """Alternate both steps."""
    n, d = X.shape
    history = []
    for _ in range(max_iter):
        r, log_norm = _e_step(X, weights, means, covs)
        history.append(log_norm.mean())
        mass = r.sum(axis=0)
        weights = mass / n
        means = r.T @ X / mass[:, None]
        covs = np.array(
            [(r[:, j, None] * (X - m)).T @ (X - m) / mass[j] + reg * np.eye(d) for j, m in enumerate(means)]
        )
        if len(history) > 1 and history[-1] - history[-2] < tol:
            break
    return weights, means, covs, history
