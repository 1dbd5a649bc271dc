"""Scales by the square root of the model width instead of the head width."""

import torch
from torch import Tensor, nn


def split_heads(x: Tensor, n_heads: int) -> Tensor:
    """Deal the channels of every token out to the heads."""
    batch, length, channels = x.shape
    if n_heads < 1 or channels % n_heads:
        raise ValueError("the number of heads must divide the channels")
    return x.reshape(batch, length, n_heads, channels // n_heads).transpose(1, 2)


class MultiHeadAttention(nn.Module):
    """Attention in several subspaces at once, with learned projections."""

    def __init__(self, d_model: int, n_heads: int, bias: bool = True) -> None:
        super().__init__()
        if n_heads < 1 or d_model % n_heads:
            raise ValueError("the number of heads must divide the channels")
        self.n_heads = n_heads
        self.width = d_model // n_heads
        self.q_proj = nn.Linear(d_model, d_model, bias=bias)
        self.k_proj = nn.Linear(d_model, d_model, bias=bias)
        self.v_proj = nn.Linear(d_model, d_model, bias=bias)
        self.o_proj = nn.Linear(d_model, d_model, bias=bias)

    def forward(self, x: Tensor, context: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Let every token of x attend to the tokens of the context."""
        source = x if context is None else context
        q = split_heads(self.q_proj(x), self.n_heads)
        k = split_heads(self.k_proj(source), self.n_heads)
        v = split_heads(self.v_proj(source), self.n_heads)
        scores = q @ k.mT / x.shape[-1] ** 0.5
        if mask is None:
            mask = torch.ones(scores.shape[-2:], dtype=torch.bool)
        if mask.dtype != torch.bool:
            raise ValueError("mask must be boolean")
        if mask.ndim == 3:
            mask = mask.unsqueeze(1)
        weights = scores.masked_fill(~mask, torch.finfo(x.dtype).min).softmax(-1).masked_fill(~mask, 0.0)
        heads = weights @ v
        return self.o_proj(heads.transpose(1, 2).reshape(x.shape))
