"""As language models write it: complex numbers for neighbours, rotate_half for halves, everything in float32."""

import torch
from torch import Tensor


def rope_angles(positions: Tensor, dim: int, base: float = 10000.0) -> tuple[Tensor, Tensor]:
    """Cosines and sines of all angles."""
    inv_freq = 1.0 / (base ** (torch.arange(0, dim, 2).float() / dim))
    angles = positions.float().unsqueeze(-1) * inv_freq
    return angles.cos(), angles.sin()


def rotate_half(x: Tensor) -> Tensor:
    """Swap the halves, and negate the one that comes first."""
    x1, x2 = x.chunk(2, dim=-1)
    return torch.cat((-x2, x1), dim=-1)


def apply_rope(
    x: Tensor,
    positions: Tensor,
    style: str = "interleaved",
    rotary_dim: int | None = None,
    base: float = 10000.0,
) -> Tensor:
    """Turn the channel pairs by their positions."""
    r = rotary_dim or x.shape[-1]
    cos, sin = rope_angles(positions, r, base)
    if positions.dim() == 2:
        cos, sin = cos.unsqueeze(1), sin.unsqueeze(1)
    rot, rest = x[..., :r], x[..., r:]
    if style == "interleaved":
        pairs = torch.view_as_complex(rot.float().reshape(*rot.shape[:-1], -1, 2))
        out = torch.view_as_real(pairs * torch.complex(cos, sin)).flatten(3)
    else:
        cos, sin = torch.cat((cos, cos), dim=-1), torch.cat((sin, sin), dim=-1)
        out = rot * cos + rotate_half(rot) * sin
    return torch.cat((out.type_as(x), rest), dim=-1)
