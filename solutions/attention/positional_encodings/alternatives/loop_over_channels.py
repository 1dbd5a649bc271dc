"""Loops over channels and heads, one whole column or matrix at a time."""

import torch
from torch import Tensor


def sinusoidal(t: int, d: int, base: float = 10000.0) -> Tensor:
    """Encode the positions 0 to t - 1 by sines and cosines."""
    if t < 0:
        raise ValueError("t must not be negative")
    if d < 1:
        raise ValueError("d must be positive")
    if base <= 0:
        raise ValueError("base must be positive")
    position = torch.arange(t).double()
    table = torch.zeros(t, d, dtype=torch.float64)
    for channel in range(d):
        angle = position / base ** ((channel - channel % 2) / d)
        table[:, channel] = torch.cos(angle) if channel % 2 else torch.sin(angle)
    return table.float()


def alibi_slopes(n_heads: int) -> Tensor:
    """Slopes with which the heads discount distance."""
    if n_heads < 1:
        raise ValueError("n_heads must be positive")
    if n_heads & (n_heads - 1) == 0:
        start = 2.0 ** (-8.0 / n_heads)
        return torch.tensor([start ** (k + 1) for k in range(n_heads)])
    lower = 1
    while lower * 2 <= n_heads:
        lower *= 2
    extra = alibi_slopes(2 * lower)[0::2]
    return torch.cat((alibi_slopes(lower), extra[: n_heads - lower]))


def alibi_bias(n_heads: int, tq: int, tk: int) -> Tensor:
    """Biases that attention scores get for the distance between query and key."""
    if tq < 0 or tk < 0:
        raise ValueError("sizes must not be negative")
    bias = torch.zeros(n_heads if n_heads > 0 else 0, tq, tk)
    offset = tk - tq
    for head, slope in enumerate(alibi_slopes(n_heads).tolist()):
        i = torch.arange(tq, dtype=torch.float32)[:, None]
        j = torch.arange(tk, dtype=torch.float32)[None, :]
        bias[head] = -slope * torch.relu(i + offset - j)
    return bias
