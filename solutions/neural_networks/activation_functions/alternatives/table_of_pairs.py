"""A table of pairs of functions, with the two halves of the line kept apart."""

import math

import torch


def logistic(x):
    e = torch.exp(-x.abs())
    return torch.where(x >= 0, 1 / (1 + e), e / (1 + e))


def log1pexp(x):
    return torch.where(x > 30, x, torch.log1p(torch.exp(torch.clamp(x, max=30))))


def density(x):
    return torch.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def cumulative(x):
    return torch.erfc(-x / math.sqrt(2)) / 2


def gelu_tanh(x):
    return x * logistic(2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x))


def gelu_tanh_slope(x):
    c = 2 * math.sqrt(2 / math.pi)
    s = logistic(c * (x + 0.044715 * x * x * x))
    return s + x * c * (1 + 0.134145 * x * x) * s * (1 - s)


def step(x, left):
    return torch.full_like(x, left).masked_fill(x > 0, 1.0)


def tanh(x):
    return 2 * logistic(2 * x) - 1


TABLE = {
    "sigmoid": (logistic, lambda x: logistic(x) * logistic(-x)),
    "tanh": (tanh, lambda x: 4 * logistic(2 * x) * logistic(-2 * x)),
    "relu": (lambda x: x.clamp(min=0), lambda x: step(x, 0.0)),
    "leaky_relu": (lambda x: torch.maximum(x, 0.01 * x), lambda x: step(x, 0.01)),
    "elu": (
        lambda x: x.clamp(min=0) + torch.expm1(x.clamp(max=0)),
        lambda x: torch.exp(x.clamp(max=0)),
    ),
    "gelu": (lambda x: x * cumulative(x), lambda x: cumulative(x) + x * density(x)),
    "gelu_tanh": (gelu_tanh, gelu_tanh_slope),
    "silu": (lambda x: x * logistic(x), lambda x: logistic(x) * (1 + x * logistic(-x))),
    "softplus": (log1pexp, logistic),
}


def pick(name, which):
    if name not in TABLE:
        raise ValueError(name)
    return TABLE[name][which]


def forward(name, x):
    return pick(name, 0)(x)


def derivative(name, x):
    return pick(name, 1)(x)


def dead_relu_fraction(pre):
    if pre.dim() != 2 or 0 in pre.shape:
        raise ValueError("a matrix that is not empty is needed")
    return (pre.amax(0) <= 0).double().mean().item()
