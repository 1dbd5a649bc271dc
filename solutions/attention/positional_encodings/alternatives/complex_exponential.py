"""One complex exponential for both waves, and the distances through relative positions and torch.where."""

import math

import torch
from torch import Tensor


def sinusoidal(t: int, d: int, base: float = 10000.0) -> Tensor:
    """Encode the positions 0 to t - 1 by sines and cosines."""
    if t < 0 or d < 1 or base <= 0:
        raise ValueError("bad sizes or base")
    i = torch.arange((d + 1) // 2, dtype=torch.float64)
    angle = torch.arange(t, dtype=torch.float64)[:, None] * torch.exp(-2 * i / d * math.log(base))
    wave = torch.polar(torch.ones_like(angle), angle)
    return torch.stack([wave.imag, wave.real], dim=-1).flatten(1)[:, :d].to(torch.float32)


def alibi_slopes(n_heads: int) -> Tensor:
    """Slopes with which the heads discount distance."""
    if n_heads < 1:
        raise ValueError("no heads")
    power = 2 ** math.floor(math.log2(n_heads))
    slopes = [2 ** (-8 * k / power) for k in range(1, power + 1)]
    slopes += [2 ** (-4 * k / power) for k in range(1, 2 * (n_heads - power), 2)]
    return torch.tensor(slopes, dtype=torch.float32)


def alibi_bias(n_heads: int, tq: int, tk: int) -> Tensor:
    """Biases that attention scores get for the distance between query and key."""
    if min(tq, tk) < 0:
        raise ValueError("negative size")
    i, j = torch.arange(tq).view(-1, 1), torch.arange(tk).view(1, -1)
    relative = j - (i + tk - tq)
    past = torch.where(relative <= 0, relative, 0).to(torch.float32)
    return torch.einsum("h,ij->hij", alibi_slopes(n_heads), past)
