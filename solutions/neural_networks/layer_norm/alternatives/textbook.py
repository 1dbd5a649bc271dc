"""As small C and NumPy transformers write it: mean and rstd in the forward pass, means of products in the backward."""

import numpy as np


def layer_norm(x, gamma, beta, eps=1e-5):
    """Normalise along the last axis."""
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    rstd = (var + eps) ** -0.5
    return gamma * (x - mean) * rstd + beta, (x, gamma, mean, rstd)


def layer_norm_backward(dy, cache):
    """Go back through scale, deviation and mean."""
    x, gamma, mean, rstd = cache
    norm = (x - mean) * rstd
    d = x.shape[-1]
    dbeta = dy.reshape(-1, d).sum(axis=0)
    dgamma = (dy * norm).reshape(-1, d).sum(axis=0)
    dnorm = dy * gamma
    dx = dnorm - dnorm.mean(axis=-1, keepdims=True) - norm * (dnorm * norm).mean(axis=-1, keepdims=True)
    return dx * rstd, dgamma, dbeta


def rms_norm(x, gamma, eps=1e-6):
    """Divide by the root mean square along the last axis."""
    rrms = 1 / np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + eps)
    return gamma * (x * rrms), (x, gamma, rrms)


def rms_norm_backward(dy, cache):
    """Go back through the root mean square."""
    x, gamma, rrms = cache
    d = x.shape[-1]
    dgamma = (dy * x * rrms).reshape(-1, d).sum(axis=0)
    g = dy * gamma
    return g * rrms - x * rrms**3 * np.sum(g * x, axis=-1, keepdims=True) / d, dgamma
