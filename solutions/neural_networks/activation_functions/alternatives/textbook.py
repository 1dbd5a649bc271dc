"""As lecture notes write it: one branch for each formula, typed in as it stands."""

import math

import torch


def forward(name, x):
    """Apply the activation."""
    if name == "sigmoid":
        return 1 / (1 + torch.exp(-x))
    if name == "tanh":
        return (torch.exp(x) - torch.exp(-x)) / (torch.exp(x) + torch.exp(-x))
    if name == "relu":
        return x * (x > 0)
    if name == "leaky_relu":
        return torch.maximum(0.01 * x, x)
    if name == "elu":
        return torch.where(x > 0, x, torch.exp(x) - 1)
    if name == "gelu":
        return x * 0.5 * (1 + torch.erf(x / math.sqrt(2)))
    if name == "gelu_tanh":
        return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    if name == "silu":
        return x * forward("sigmoid", x)
    if name == "softplus":
        return torch.log(1 + torch.exp(x))


def derivative(name, x):
    """Differentiate it by hand."""
    s = forward("sigmoid", x)
    if name == "sigmoid":
        return s * (1 - s)
    if name == "tanh":
        return 1 - forward("tanh", x) ** 2
    if name == "relu":
        return (x >= 0) * 1.0
    if name == "leaky_relu":
        dx = torch.ones_like(x)
        dx[x < 0] = 0.01
        return dx
    if name == "elu":
        return torch.where(x > 0, torch.ones_like(x), torch.exp(x))
    if name == "gelu":
        return 0.5 * (1 + torch.erf(x / math.sqrt(2))) + x * torch.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    if name == "gelu_tanh":
        c = math.sqrt(2 / math.pi)
        t = torch.tanh(c * (x + 0.044715 * x**3))
        return 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * c * (1 + 3 * 0.044715 * x**2)
    if name == "silu":
        return s * (1 + x * (1 - s))
    if name == "softplus":
        return s


def dead_relu_fraction(pre):
    """Share of columns without a positive entry."""
    return (pre <= 0).all(dim=0).float().mean()
