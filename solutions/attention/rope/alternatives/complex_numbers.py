"""Complex multiplication, with the half layout reduced to the interleaved one by a permutation of the channels."""

import torch
from torch import Tensor


def rope_angles(positions: Tensor, dim: int, base: float = 10000.0) -> tuple[Tensor, Tensor]:
    """Cosines and sines of the angles by which positions turn the channel pairs."""
    wave = _waves(positions, dim, base)
    return wave.real.to(torch.float32), wave.imag.to(torch.float32)


def apply_rope(
    x: Tensor,
    positions: Tensor,
    style: str = "interleaved",
    rotary_dim: int | None = None,
    base: float = 10000.0,
) -> Tensor:
    """Turn the channel pairs of queries or keys by their positions."""
    b, _, t, d = x.shape
    r = rotary_dim if rotary_dim is not None else d
    if r > d or tuple(positions.shape) not in {(t,), (b, t)}:
        raise ValueError("shapes do not fit")
    wave = _waves(positions.expand(b, t), r, base).unsqueeze(1)
    if style == "interleaved":
        order = torch.arange(r)
    elif style == "half":
        order = torch.arange(r).reshape(2, r // 2).T.flatten()
    else:
        raise ValueError("no such style")
    pairs = x[..., order].to(torch.float64).unflatten(-1, (r // 2, 2)).contiguous()
    turned = torch.view_as_real(torch.view_as_complex(pairs) * wave).flatten(-2)
    return torch.cat([turned[..., order.argsort()].to(x.dtype), x[..., r:]], dim=-1)


def _waves(positions: Tensor, dim: int, base: float) -> Tensor:
    """Unit complex numbers of all angles."""
    if dim <= 0 or dim % 2 == 1 or base <= 0:
        raise ValueError("dim must be even and positive, base positive")
    exponent = torch.arange(dim // 2, dtype=torch.float64) * 2 / dim
    angle = positions.to(torch.float64).unsqueeze(-1) / torch.tensor(base, dtype=torch.float64).pow(exponent)
    return torch.polar(torch.ones_like(angle), angle)
