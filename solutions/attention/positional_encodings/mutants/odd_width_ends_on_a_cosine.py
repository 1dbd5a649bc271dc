"""Writes a cosine into the last channel when the width is odd."""

import torch
from torch import Tensor


def sinusoidal(t: int, d: int, base: float = 10000.0) -> Tensor:
    """Encode the positions 0 to t - 1 by sines and cosines."""
    if t < 0 or d < 1 or not base > 0:
        raise ValueError(f"need t >= 0, d >= 1 and base > 0, got {t}, {d} and {base}")
    frequency = base ** -(torch.arange(0, d, 2, dtype=torch.float64) / d)  # base^(-2i/d)
    # In float32, angles near 1e5 would be multiples of 1/128; sine and cosine need more of the fraction.
    angle = torch.outer(torch.arange(t), frequency)
    encoding = torch.empty(t, d)
    encoding[:, 0::2] = angle.sin()
    encoding[:, 1::2] = angle[:, : d // 2].cos()  # an odd d ends on a sine
    if d % 2:
        encoding[:, -1] = angle[:, -1].cos()
    return encoding


def alibi_slopes(n_heads: int) -> Tensor:
    """Slopes with which the heads discount distance."""
    if n_heads < 1:
        raise ValueError(f"need at least one head, got {n_heads}")
    power = 1 << (n_heads.bit_length() - 1)  # the greatest power of two that is at most n_heads
    # Every second slope of the next power lies between two slopes of this one, so none occurs twice.
    return torch.cat([_geometric(power), _geometric(2 * power)[::2][: n_heads - power]])


def alibi_bias(n_heads: int, tq: int, tk: int) -> Tensor:
    """Biases that attention scores get for the distance between query and key."""
    if tq < 0 or tk < 0:
        raise ValueError(f"need tq >= 0 and tk >= 0, got {tq} and {tk}")
    # Query i stands at position i + tk - tq of the keys.
    query = torch.arange(tk - tq, tk)[:, None]
    ahead = (torch.arange(tk) - query).clamp(max=0)  # minus the distance, and 0 in the future
    return alibi_slopes(n_heads)[:, None, None] * ahead


def _geometric(n: int) -> Tensor:
    """Slopes 2^(-8k/n) for k = 1, ..., n."""
    return 2.0 ** (-8.0 / n * torch.arange(1, n + 1))
