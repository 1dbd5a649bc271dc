"""A plain loop over the heads, each of which takes its slice of the channels."""

import math

import torch
from torch import Tensor, nn


def split_heads(x: Tensor, n_heads: int) -> Tensor:
    """Deal the channels of every token out to the heads."""
    if n_heads <= 0 or x.shape[-1] % n_heads != 0:
        raise ValueError("channels cannot be shared out evenly")
    return torch.stack(x.chunk(n_heads, dim=-1), dim=1)


class MultiHeadAttention(nn.Module):
    """Attention in several subspaces at once, with learned projections."""

    def __init__(self, d_model: int, n_heads: int, bias: bool = True) -> None:
        super().__init__()
        if n_heads <= 0 or d_model % n_heads != 0:
            raise ValueError("channels cannot be shared out evenly")
        self.n_heads = n_heads
        self.o_proj = nn.Linear(d_model, d_model, bias)
        self.v_proj = nn.Linear(d_model, d_model, bias)
        self.k_proj = nn.Linear(d_model, d_model, bias)
        self.q_proj = nn.Linear(d_model, d_model, bias)

    def forward(self, x: Tensor, context: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Let every token of x attend to the tokens of the context."""
        context = x if context is None else context
        if mask is not None and mask.dtype != torch.bool:
            raise ValueError("mask must be boolean")
        q, k, v = self.q_proj(x), self.k_proj(context), self.v_proj(context)
        width = x.shape[-1] // self.n_heads
        outs = []
        for i in range(self.n_heads):
            part = slice(i * width, (i + 1) * width)
            scores = q[..., part] @ k[..., part].transpose(1, 2) / math.sqrt(width)
            if mask is None:
                weights = scores.softmax(-1)
            else:
                keep = mask
                if mask.dim() == 4:
                    keep = mask[:, i if mask.shape[1] > 1 else 0]
                weights = torch.where(keep, scores, -torch.inf)
                blind = ~keep.any(-1, keepdim=True)
                weights = torch.where(blind, 0.0, torch.where(blind, 0.0, weights).softmax(-1))
            outs.append(weights @ v[..., part])
        return self.o_proj(torch.cat(outs, dim=-1))
