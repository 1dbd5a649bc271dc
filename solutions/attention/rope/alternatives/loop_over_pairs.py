"""A loop over the pairs, each of which is turned in all tokens at once."""

import torch
from torch import Tensor


def rope_angles(positions: Tensor, dim: int, base: float = 10000.0) -> tuple[Tensor, Tensor]:
    """Cosines and sines of the angles by which positions turn the channel pairs."""
    if dim < 2 or dim % 2 == 1 or base <= 0:
        raise ValueError("bad dim or base")
    angles = [positions.double() * base ** (-2 * i / dim) for i in range(dim // 2)]
    angle = torch.stack(angles, dim=-1)
    return torch.cos(angle).to(torch.float32), torch.sin(angle).to(torch.float32)


def apply_rope(
    x: Tensor,
    positions: Tensor,
    style: str = "interleaved",
    rotary_dim: int | None = None,
    base: float = 10000.0,
) -> Tensor:
    """Turn the channel pairs of queries or keys by their positions."""
    r = x.size(3) if rotary_dim is None else rotary_dim
    if r > x.size(3):
        raise ValueError("rotary_dim exceeds the width")
    if style not in ("interleaved", "half"):
        raise ValueError("unknown style")
    if positions.shape != x.shape[2:3] and positions.shape != (x.size(0), x.size(2)):
        raise ValueError("positions do not fit")
    cos, sin = rope_angles(positions, r, base)
    wide = x.float() if x.element_size() == 2 else x
    out = wide.clone()
    for i in range(r // 2):
        first, second = (2 * i, 2 * i + 1) if style == "interleaved" else (i, r // 2 + i)
        c, s = cos[..., i], sin[..., i]
        if positions.dim() == 2:
            c, s = c.unsqueeze(1), s.unsqueeze(1)
        out[..., first] = wide[..., first] * c - wide[..., second] * s
        out[..., second] = wide[..., second] * c + wide[..., first] * s
    return out.to(x.dtype)
