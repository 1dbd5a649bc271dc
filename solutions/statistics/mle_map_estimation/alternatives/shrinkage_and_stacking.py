"""Shrinkage towards the prior's mean; least squares with the prior as additional rows."""

import numpy as np


def gaussian_mle(x):
    """Mean of the squared deviations."""
    x = vector(x)
    if not len(x):
        raise ValueError("empty")
    mean = x.sum() / len(x)
    return float(mean), float(((x - mean) ** 2).mean())


def gaussian_mean_map(x, sigma2, mu0, tau2):
    """The weight of the data grows with their number."""
    if sigma2 <= 0 or tau2 <= 0:
        raise ValueError("variance")
    x = vector(x)
    if len(x) == 0:
        return float(mu0)
    weight = len(x) * tau2 / (len(x) * tau2 + sigma2)
    return float(mu0 * (1 - weight) + x.mean() * weight)


def bernoulli_map(k, n, a, b):
    """Case by case."""
    if n < 0 or k < 0 or k > n or a <= 0 or b <= 0:
        raise ValueError("impossible")
    first, second = k + a, n - k + b
    if first > 1 and second > 1:
        return (first - 1) / (first + second - 2)
    if first > 1:
        return 1.0
    if second > 1:
        return 0.0
    raise ValueError("no mode")


def categorical_map(counts, alpha):
    """The mode over those categories that are left."""
    counts = vector(counts)
    if alpha <= 0 or np.any(counts < 0):
        raise ValueError("negative")
    left = counts + alpha > 1
    if not left.any():
        raise ValueError("no mode")
    shares = np.zeros(len(counts))
    shares[left] = (counts[left] + alpha - 1) / (counts[left].sum() + left.sum() * (alpha - 1))
    return shares


def linear_map(X, y, noise_var, prior_var):
    """Each weight is one more example, seen with the noise of the prior."""
    if np.ndim(X) != 2 or np.shape(y) != (X.shape[0],):
        raise ValueError("shapes")
    if noise_var <= 0 or prior_var <= 0:
        raise ValueError("variance")
    d = X.shape[1]
    rows = np.vstack([X.astype(float), np.sqrt(noise_var / prior_var) * np.eye(d)])
    targets = np.concatenate([y.astype(float), np.zeros(d)])
    return np.linalg.lstsq(rows, targets, rcond=None)[0]


def vector(x):
    """Return a vector of float64."""
    if x.ndim != 1:
        raise ValueError("vector")
    return x.astype(np.float64)
