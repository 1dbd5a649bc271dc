"""Sums in Python for the scalars, eigenvectors for the linear model."""

import math

import numpy as np


def gaussian_mle(x):
    """Exact sums."""
    values = listed(x)
    if not values:
        raise ValueError("no values")
    mean = math.fsum(values) / len(values)
    return mean, math.fsum((v - mean) ** 2 for v in values) / len(values)


def gaussian_mean_map(x, sigma2, mu0, tau2):
    """Update the prior with one value after the other."""
    positive(sigma2)
    positive(tau2)
    mean, variance = float(mu0), tau2
    for value in listed(x):
        gain = variance / (variance + sigma2)
        mean += gain * (value - mean)
        variance *= 1 - gain if gain < 0.5 else sigma2 / (variance + sigma2)
    return mean


def bernoulli_map(k, n, a, b):
    """Two categories, one parameter each."""
    if k < 0 or n < k:
        raise ValueError("counts")
    positive(a)
    positive(b)
    return mode([k + a, n - k + b])[0]


def categorical_map(counts, alpha):
    """Any number of categories."""
    positive(alpha)
    counts = listed(counts)
    if any(c < 0 for c in counts):
        raise ValueError("counts")
    return np.array(mode([c + alpha for c in counts]))


def linear_map(X, y, noise_var, prior_var):
    """Shrink along each principal axis."""
    positive(noise_var)
    positive(prior_var)
    if X.ndim != 2 or y.ndim != 1 or X.shape[0] != y.shape[0]:
        raise ValueError("shapes")
    X, y = X.astype(np.float64), y.astype(np.float64)
    values, axes = np.linalg.eigh(X.T @ X)
    return axes @ ((axes.T @ (X.T @ y)) / (np.maximum(values, 0) + noise_var / prior_var))


def mode(parameters):
    """Mode of a Dirichlet distribution."""
    above = [p - 1 if p > 1 else 0.0 for p in parameters]
    total = math.fsum(above)
    if total <= 0:
        raise ValueError("no single mode")
    return [p / total for p in above]


def listed(x):
    """Return the values of a vector."""
    if x.ndim != 1:
        raise ValueError("not a vector")
    return x.astype(np.float64).tolist()


def positive(value):
    """Refuse 0 and less."""
    if not value > 0:
        raise ValueError("not positive")
