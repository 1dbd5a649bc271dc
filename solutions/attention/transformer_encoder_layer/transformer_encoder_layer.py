"""One layer of a transformer encoder, from the weights of PyTorch's."""

from __future__ import annotations

import math

import torch
from torch.nn import functional as F


def encoder_layer(
    x: torch.Tensor,
    p: dict[str, torch.Tensor],
    n_heads: int,
    norm_first: bool = False,
    activation: str = "relu",
    pad: torch.Tensor | None = None,
    eps: float = 1e-5,
) -> torch.Tensor:
    """Apply self-attention and a feed-forward network, each with a residual and a norm.

    Parameters
    ----------
    x : Tensor of shape (B, T, d)
        Tokens.
    p : dict of str to Tensor
        State dict of `torch.nn.TransformerEncoderLayer`.
    n_heads : int
        Number of heads; divides d.
    norm_first : bool, default=False
        Whether the norms come before the sublayers.
    activation : {"relu", "gelu"}, default="relu"
        Nonlinearity of the feed-forward network.
    pad : Tensor of bool and shape (B, T), optional
        True for padding.
    eps : float, default=1e-5
        Epsilon of the norms.

    Returns
    -------
    Tensor of shape (B, T, d)
        Tokens after the layer.

    Raises
    ------
    ValueError
        For another activation, or if `n_heads` does not divide d.

    Examples
    --------
    >>> p = torch.nn.TransformerEncoderLayer(4, 2, 8).state_dict()
    >>> encoder_layer(torch.zeros(1, 3, 4), p, 2).shape
    torch.Size([1, 3, 4])
    """
    if activation not in ("relu", "gelu"):
        raise ValueError(f"unknown activation {activation!r}")
    if x.shape[-1] % n_heads:
        raise ValueError(f"{n_heads} heads do not divide a width of {x.shape[-1]}")
    bend = F.relu if activation == "relu" else F.gelu

    def linear(name: str, t: torch.Tensor) -> torch.Tensor:
        return F.linear(t, p[f"{name}.weight"], p[f"{name}.bias"])

    def norm(name: str, t: torch.Tensor) -> torch.Tensor:
        return F.layer_norm(t, t.shape[-1:], p[f"{name}.weight"], p[f"{name}.bias"], eps)

    def attend(t: torch.Tensor) -> torch.Tensor:
        stacked = F.linear(t, p["self_attn.in_proj_weight"], p["self_attn.in_proj_bias"])
        q, k, v = (part.unflatten(-1, (n_heads, -1)).transpose(1, 2) for part in stacked.chunk(3, dim=-1))
        scores = q @ k.mT / math.sqrt(q.shape[-1])
        if pad is not None:
            # The least finite number, not -inf: a row of padding only would become NaN.
            scores = scores.masked_fill(pad[:, None, None, :], torch.finfo(scores.dtype).min)
        mixed = scores.softmax(dim=-1) @ v
        return linear("self_attn.out_proj", mixed.transpose(1, 2).flatten(2))

    def feed(t: torch.Tensor) -> torch.Tensor:
        return linear("linear2", bend(linear("linear1", t)))

    if norm_first:
        x = x + attend(norm("norm1", x))
        return x + feed(norm("norm2", x))
    x = norm("norm1", x + attend(x))
    return norm("norm2", x + feed(x))
