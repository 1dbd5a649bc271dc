"""x * cos + rotated(x) * sin, with cosines and sines repeated to the full width."""

import torch
from torch import Tensor


def rope_angles(positions: Tensor, dim: int, base: float = 10000.0) -> tuple[Tensor, Tensor]:
    """Cosines and sines of the angles by which positions turn the channel pairs."""
    if base <= 0:
        raise ValueError("base must be positive")
    if dim % 2 != 0 or dim < 2:
        raise ValueError("dim must be even and positive")
    inverse = 1.0 / base ** (torch.arange(0, dim, 2).double() / dim)
    angles = torch.einsum("...,f->...f", positions.double(), inverse)
    return torch.cos(angles).float(), torch.sin(angles).float()


def apply_rope(
    x: Tensor,
    positions: Tensor,
    style: str = "interleaved",
    rotary_dim: int | None = None,
    base: float = 10000.0,
) -> Tensor:
    """Turn the channel pairs of queries or keys by their positions."""
    if style not in {"interleaved", "half"}:
        raise ValueError("style must be interleaved or half")
    n_batch, _, length, width = x.shape
    if rotary_dim is None:
        rotary_dim = width
    if rotary_dim % 2 or not 2 <= rotary_dim <= width:
        raise ValueError("bad rotary_dim")
    if positions.dim() == 1:
        if len(positions) != length:
            raise ValueError("bad positions")
        cos, sin = (part[None, None] for part in rope_angles(positions, rotary_dim, base))
    elif positions.shape == (n_batch, length):
        cos, sin = (part[:, None] for part in rope_angles(positions, rotary_dim, base))
    else:
        raise ValueError("bad positions")
    turning = x[..., :rotary_dim]
    if x.dtype in (torch.float16, torch.bfloat16):
        turning = turning.float()
    out = torch.empty_like(x)
    if style == "interleaved":
        cos, sin = (torch.stack([part, part], dim=-1).flatten(-2) for part in (cos, sin))
        partner = torch.stack([-turning[..., 1::2], turning[..., 0::2]], dim=-1).flatten(-2)
    else:
        cos, sin = (torch.cat([part, part], dim=-1) for part in (cos, sin))
        one, two = turning.chunk(2, dim=-1)
        partner = torch.cat([-two, one], dim=-1)
    out[..., :rotary_dim] = turning * cos + partner * sin
    out[..., rotary_dim:] = x[..., rotary_dim:]
    return out
