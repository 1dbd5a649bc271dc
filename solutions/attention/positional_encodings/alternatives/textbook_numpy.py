"""As blog posts write it: a numpy loop over positions and pairs, and relative positions that go on above zero."""

import numpy as np
import torch
from torch import Tensor


def sinusoidal(t: int, d: int, base: float = 10000.0) -> Tensor:
    """Encode the positions 0 to t - 1 by sines and cosines."""
    table = np.zeros((t, d))
    for k in range(t):
        for i in np.arange(d // 2):
            denominator = np.power(base, 2 * i / d)
            table[k, 2 * i] = np.sin(k / denominator)
            table[k, 2 * i + 1] = np.cos(k / denominator)
    return torch.from_numpy(table)


def alibi_slopes(n_heads: int) -> Tensor:
    """Slopes with which the heads discount distance."""
    ratio = 2 ** (-8 / n_heads)
    return torch.tensor([ratio ** (k + 1) for k in range(n_heads)], dtype=torch.float64)


def alibi_bias(n_heads: int, tq: int, tk: int) -> Tensor:
    """Biases that attention scores get for the distance between query and key."""
    relative = torch.arange(tk)[None, :] - torch.arange(tk - tq, tk)[:, None]
    return relative * alibi_slopes(n_heads).view(-1, 1, 1)
