"""One layer of a transformer encoder, from the weights of PyTorch's."""

from __future__ import annotations

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
    raise NotImplementedError
