"""One product for queries, keys and values in self-attention, and einsum with the head axis last but one."""

import torch
from torch import Tensor, nn


def split_heads(x: Tensor, n_heads: int) -> Tensor:
    """Deal the channels of every token out to the heads."""
    b, t, d = x.shape
    if n_heads < 1 or d % n_heads:
        raise ValueError("heads do not divide the channels")
    return x.reshape(b, t, n_heads, d // n_heads).permute(0, 2, 1, 3).contiguous()


class MultiHeadAttention(nn.Module):
    """Attention in several subspaces at once, with learned projections."""

    def __init__(self, d_model: int, n_heads: int, bias: bool = True) -> None:
        super().__init__()
        if n_heads < 1 or d_model % n_heads:
            raise ValueError("heads do not divide the channels")
        self.h = n_heads
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            layer = nn.Linear(d_model, d_model, bias=bias)
            nn.init.xavier_uniform_(layer.weight)
            self.add_module(name, layer)

    def forward(self, x: Tensor, context: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Let every token of x attend to the tokens of the context."""
        if mask is not None and mask.dtype is not torch.bool:
            raise ValueError("only boolean masks")
        layers = (self.q_proj, self.k_proj, self.v_proj)
        if context is None:
            weight = torch.cat([layer.weight for layer in layers])
            bias = None if self.q_proj.bias is None else torch.cat([layer.bias for layer in layers])
            q, k, v = nn.functional.linear(x, weight, bias).chunk(3, dim=-1)
        else:
            q, k, v = self.q_proj(x), self.k_proj(context), self.v_proj(context)
        q, k, v = (t.unflatten(-1, (self.h, -1)) for t in (q, k, v))

        scores = torch.einsum("bihc,bjhc->bhij", q, k) * q.shape[-1] ** -0.5
        if mask is not None:
            mask = mask[:, None] if mask.ndim == 3 else mask
            scores = scores.masked_fill(mask.logical_not(), torch.finfo(scores.dtype).min)
        weights = torch.softmax(scores, dim=-1)
        if mask is not None:
            weights = weights * mask.any(-1, keepdim=True)
        return self.o_proj(torch.einsum("bhij,bjhc->bihc", weights, v).flatten(-2))
