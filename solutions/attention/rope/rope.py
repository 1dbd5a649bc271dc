"""Rotary position embedding in both layouts."""

import torch
from torch import Tensor


def rope_angles(positions: Tensor, dim: int, base: float = 10000.0) -> tuple[Tensor, Tensor]:
    """Cosines and sines of the angles by which positions turn the channel pairs.

    Parameters
    ----------
    positions : int Tensor of shape (...,)
        Positions, in any order.
    dim : int
        Number of channels that are rotated, even and at least 2.
    base : float, default=10000.0
        Sets the frequencies, which fall from 1 towards 1 / base.

    Returns
    -------
    cos : Tensor of shape (..., dim / 2)
        Cosines as float32.
    sin : Tensor of shape (..., dim / 2)
        Sines as float32.

    Raises
    ------
    ValueError
        If dim is odd or less than 2, or base is not greater than 0.

    Examples
    --------
    >>> cos, sin = rope_angles(torch.tensor([0, 1]), 4, base=100.0)
    >>> sin.numpy().round(4)
    array([[0.    , 0.    ],
           [0.8415, 0.0998]], dtype=float32)
    """
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
    """Turn the channel pairs of queries or keys by their positions.

    Parameters
    ----------
    x : Tensor of shape (B, H, T, D)
        Queries or keys of all heads.
    positions : int Tensor of shape (T,) or (B, T)
        Position of every token, shared by the batch or given for each item.
    style : {'interleaved', 'half'}, default='interleaved'
        Whether channel 2i goes with 2i + 1, or channel i with i + rotary_dim / 2.
    rotary_dim : int, default=None
        Number of leading channels that are rotated, even and from 2 to D; None stands for D.
    base : float, default=10000.0
        Sets the frequencies.

    Returns
    -------
    Tensor of shape (B, H, T, D)
        Rotated tokens in the dtype of x.

    Raises
    ------
    ValueError
        If the style is unknown, rotary_dim is odd, less than 2 or greater than D, positions have another shape, or
        base is not greater than 0.

    Examples
    --------
    >>> x = torch.tensor([1.0, 0.0, 1.0, 0.0]).reshape(1, 1, 1, 4)
    >>> apply_rope(x, torch.tensor([1]), base=100.0).numpy().round(4)
    array([[[[0.5403, 0.8415, 0.995 , 0.0998]]]], dtype=float32)
    """
    batch, _, length, d = x.shape
    rotary_dim = d if rotary_dim is None else rotary_dim
    if style not in ("interleaved", "half"):
        raise ValueError(f"unknown style {style!r}")
    if rotary_dim > d:
        raise ValueError(f"cannot rotate {rotary_dim} of {d} channels")
    if positions.shape not in ((length,), (batch, length)):
        raise ValueError(f"positions must have shape ({length},) or ({batch}, {length}), got {tuple(positions.shape)}")
    cos, sin = rope_angles(positions, rotary_dim, base)
    if positions.ndim == 2:
        cos, sin = cos[:, None], sin[:, None]  # (B, 1, T, R/2): the heads share them

    # The two layouts differ in the axis along which the partners of a pair lie.
    shape, partners = ((-1, 2), -1) if style == "interleaved" else ((2, -1), -2)
    a, b = x[..., :rotary_dim].unflatten(-1, shape).unbind(partners)
    # (a + ib) e^(i angle); cosines of float32 lift half precision to float32 until the pair is complete.
    turned = torch.stack([a * cos - b * sin, a * sin + b * cos], dim=partners).flatten(-2)
    return torch.cat([turned.to(x.dtype), x[..., rotary_dim:]], dim=-1)
