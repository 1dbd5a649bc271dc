"""As tutorials write it: even and odd slices of a clone, one formula for both styles."""

import math

import torch
from torch import Tensor


def rope_angles(positions: Tensor, dim: int, base: float = 10000.0) -> tuple[Tensor, Tensor]:
    """Cosines and sines of all angles."""
    theta = torch.exp(-math.log(base) * torch.arange(0, dim, 2) / dim)
    angles = torch.einsum("...,i->...i", positions.float(), theta)
    return torch.cos(angles), torch.sin(angles)


def apply_rope(
    x: Tensor,
    positions: Tensor,
    style: str = "interleaved",
    rotary_dim: int | None = None,
    base: float = 10000.0,
) -> Tensor:
    """Turn the channel pairs by their positions."""
    dim = x.size(-1) if rotary_dim is None else rotary_dim
    cos, sin = rope_angles(positions, dim, base)
    if cos.dim() == 3:
        cos, sin = cos[:, None], sin[:, None]
    if style == "interleaved":
        first, second = slice(0, dim, 2), slice(1, dim, 2)
    else:
        first, second = slice(0, dim // 2), slice(dim // 2, dim)
    x1, x2 = x[..., first], x[..., second]
    out = x.clone()
    out[..., first] = x1 * cos - x2 * sin
    out[..., second] = x1 * sin + x2 * cos
    return out
