"""NumPy arrays with boolean indexing, in float64 inside."""

import math

import numpy as np
import torch


def _sigmoid(x):
    out = np.empty_like(x)
    right = x >= 0
    out[right] = 1 / (1 + np.exp(-x[right]))
    e = np.exp(x[~right])
    out[~right] = e / (1 + e)
    return out


def _gelu_parts(x):
    cdf = 0.5 * (1 + torch.erf(torch.as_tensor(x / math.sqrt(2))).numpy())
    return cdf, np.exp(-0.5 * x**2) / math.sqrt(2 * math.pi)


def _gate(x):
    return np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))


def _values(name, x):
    left = np.minimum(x, 0)
    if name == "sigmoid":
        return _sigmoid(x)
    if name == "tanh":
        return np.tanh(x)
    if name == "relu":
        return np.maximum(x, 0)
    if name == "leaky_relu":
        return np.where(x > 0, x, x / 100)
    if name == "elu":
        return np.where(x > 0, x, np.expm1(left))
    if name == "gelu":
        return x * _gelu_parts(x)[0]
    if name == "gelu_tanh":
        return x / 2 * (1 + _gate(x))
    if name == "silu":
        return x * _sigmoid(x)
    if name == "softplus":
        return np.logaddexp(0, x)
    raise ValueError(name)


def _slopes(name, x):
    if name == "sigmoid":
        return _sigmoid(x) - _sigmoid(x) ** 2
    if name == "tanh":
        return (1 - np.tanh(x)) * (1 + np.tanh(x))
    if name == "relu":
        return (x > 0) * 1.0
    if name == "leaky_relu":
        return np.where(x > 0, 1, 0.01)
    if name == "elu":
        return np.exp(np.minimum(x, 0))
    if name == "gelu":
        cdf, pdf = _gelu_parts(x)
        return cdf + x * pdf
    if name == "gelu_tanh":
        gate = _gate(x)
        return (1 + gate) / 2 + x / 2 * (1 - gate**2) * math.sqrt(2 / math.pi) * (1 + 0.134145 * x**2)
    if name == "silu":
        s, f = _sigmoid(x), x * _sigmoid(x)
        return f + s * (1 - f)
    if name == "softplus":
        return _sigmoid(x)
    raise ValueError(name)


def forward(name, x):
    return torch.from_numpy(np.asarray(_values(name, x.double().numpy().copy()))).to(x.dtype)


def derivative(name, x):
    return torch.from_numpy(np.asarray(_slopes(name, x.double().numpy().copy()))).to(x.dtype)


def dead_relu_fraction(pre):
    if pre.ndim != 2 or not pre.numel():
        raise ValueError(pre.shape)
    alive = sum(1 for unit in pre.T.tolist() if any(v > 0 for v in unit))
    return 1 - alive / pre.shape[1]
