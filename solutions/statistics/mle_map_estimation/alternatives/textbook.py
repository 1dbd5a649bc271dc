"""As a course on probabilistic machine learning derives them: the formulas, and an inverse for the ridge."""

from __future__ import annotations

import numpy as np


def gaussian_mle(x: np.ndarray) -> tuple[float, float]:
    """Average and mean squared deviation."""
    mu = np.mean(x)
    return mu, np.mean((x - mu) ** 2)


def gaussian_mean_map(x: np.ndarray, sigma2: float, mu0: float, tau2: float) -> float:
    """Sample mean and prior mean, weighted."""
    n = len(x)
    return (n * tau2 * np.mean(x) + sigma2 * mu0) / (n * tau2 + sigma2)


def bernoulli_map(k: int, n: int, a: float, b: float) -> float:
    """Mode of the beta posterior."""
    return (k + a - 1) / (n + a + b - 2)


def categorical_map(counts: np.ndarray, alpha: float) -> np.ndarray:
    """Mode of the Dirichlet posterior."""
    return (counts + alpha - 1) / np.sum(counts + alpha - 1)


def linear_map(X: np.ndarray, y: np.ndarray, noise_var: float, prior_var: float) -> np.ndarray:
    """Ridge regression."""
    lam = noise_var / prior_var
    return np.linalg.inv(X.T @ X + lam * np.eye(X.shape[1])) @ X.T @ y
