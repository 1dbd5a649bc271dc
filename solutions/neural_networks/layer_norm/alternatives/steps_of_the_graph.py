"""The backward pass follows the graph step by step; inputs are cached and normalised again, in float64 inside."""

import numpy as np


def _need(ok):
    if not ok:
        raise ValueError("shapes do not fit")


def layer_norm(x, gamma, beta, eps=1e-5):
    _need(x.ndim > 0 and x.shape[-1] > 0 and gamma.shape == beta.shape == (x.shape[-1],))
    wide = x.astype(np.float64)
    std = np.sqrt(np.var(wide, axis=-1) + eps)
    y = (wide - wide.mean(-1)[..., None]) / std[..., None] * gamma.astype(np.float64) + beta.astype(np.float64)
    return y.astype(x.dtype), (x.copy(), gamma.copy(), eps)


def layer_norm_backward(dy, cache):
    x, gamma, eps = cache
    _need(dy.shape == x.shape)
    d = x.shape[-1]
    rows, g = x.reshape(-1, d).astype(np.float64), dy.reshape(-1, d).astype(np.float64)
    centred = rows - rows.mean(1, keepdims=True)
    variance = np.einsum("nd,nd->n", centred, centred)[:, None] / d
    std = np.sqrt(variance + eps)
    dz = g * gamma.astype(np.float64)
    dstd = -(dz * centred).sum(1, keepdims=True) / std**2
    dvariance = dstd / (2 * std)
    dcentred = dz / std + 2 * centred * dvariance / d
    dx = dcentred - dcentred.sum(1, keepdims=True) / d
    dgamma, dbeta = np.einsum("nd,nd->d", g, centred / std), np.einsum("nd->d", g)
    return dx.reshape(x.shape).astype(dy.dtype), dgamma.astype(dy.dtype), dbeta.astype(dy.dtype)


def rms_norm(x, gamma, eps=1e-6):
    _need(x.ndim > 0 and x.shape[-1] > 0 and gamma.shape == (x.shape[-1],))
    wide = x.astype(np.float64)
    root = np.sqrt(np.mean(wide * wide, axis=-1) + eps)[..., None]
    return (wide / root * gamma).astype(x.dtype), (x.copy(), root, gamma.copy())


def rms_norm_backward(dy, cache):
    x, root, gamma = cache
    _need(dy.shape == x.shape)
    rows, g = x.astype(np.float64), dy.astype(np.float64)
    dz = g * gamma
    dx = dz / root - rows * (dz * rows).sum(-1, keepdims=True) / (x.shape[-1] * root**3)
    dgamma = (g * rows / root).reshape(-1, x.shape[-1]).sum(0)
    return dx.astype(dy.dtype), dgamma.astype(dy.dtype)
