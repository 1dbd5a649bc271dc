"""As tutorials write it: exp of a log for the frequencies, float32 angles, slices; slopes by a recursive helper."""

import math

import torch
from torch import Tensor


def sinusoidal(t: int, d: int, base: float = 10000.0) -> Tensor:
    """Encode the positions 0 to t - 1 by sines and cosines."""
    pe = torch.zeros(t, d)
    position = torch.arange(0, t, dtype=torch.float).unsqueeze(1)
    div_term = torch.exp(torch.arange(0, d, 2).float() * (-math.log(base) / d))
    pe[:, 0::2] = torch.sin(position * div_term)
    pe[:, 1::2] = torch.cos(position * div_term)
    return pe


def alibi_slopes(n_heads: int) -> Tensor:
    """Slopes with which the heads discount distance."""

    def power_of_2(n: int) -> list[float]:
        start = 2 ** (-(2 ** -(math.log2(n) - 3)))
        return [start * start**i for i in range(n)]

    def slopes(n: int) -> list[float]:
        if math.log2(n).is_integer():
            return power_of_2(n)
        closest = 2 ** math.floor(math.log2(n))
        return power_of_2(closest) + slopes(2 * closest)[0::2][: n - closest]

    return torch.tensor(slopes(n_heads))


def alibi_bias(n_heads: int, tq: int, tk: int) -> Tensor:
    """Biases that attention scores get for the distance between query and key."""
    queries = torch.arange(tk - tq, tk)[:, None]
    keys = torch.arange(tk)[None, :]
    relative = -torch.abs(keys - queries)
    return alibi_slopes(n_heads)[:, None, None] * relative[None]
