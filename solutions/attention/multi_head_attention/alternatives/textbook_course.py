"""As courses on the transformer write it: a function for attention, a loop over the projections, -1e9 for hidden keys."""

import math

import torch
from torch import Tensor, nn


def split_heads(x: Tensor, n_heads: int) -> Tensor:
    """Deal the channels of every token out to the heads."""
    return x.reshape(x.size(0), x.size(1), n_heads, -1).permute(0, 2, 1, 3)


def attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """Scaled dot-product attention."""
    scores = torch.matmul(query, key.transpose(-2, -1)) / math.sqrt(query.size(-1))
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -1e9)
    return torch.matmul(scores.softmax(dim=-1), value)


class MultiHeadAttention(nn.Module):
    """Attention in several subspaces at once."""

    def __init__(self, d_model: int, n_heads: int, bias: bool = True) -> None:
        super().__init__()
        assert d_model % n_heads == 0
        self.h = n_heads
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            layer = nn.Linear(d_model, d_model, bias=bias)
            nn.init.xavier_uniform_(layer.weight)
            setattr(self, name, layer)

    def forward(self, x: Tensor, context: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Let every token of x attend to the tokens of the context."""
        if context is None:
            context = x
        if mask is not None and mask.dim() == 3:
            # Same mask for all heads.
            mask = mask.unsqueeze(1)
        layers = zip((self.q_proj, self.k_proj, self.v_proj), (x, context, context), strict=True)
        query, key, value = (split_heads(layer(t), self.h) for layer, t in layers)
        out = attention(query, key, value, mask)
        out = out.permute(0, 2, 1, 3).reshape(x.size(0), x.size(1), -1)
        return self.o_proj(out)
