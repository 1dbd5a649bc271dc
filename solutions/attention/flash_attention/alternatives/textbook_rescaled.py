"""As small repositories write it: the output is a mean at every step, hidden scores are -1e10, logaddexp merges."""

import torch
from torch import Tensor

NEGATIVE = -1e10


def flash_attention(
    q: Tensor, k: Tensor, v: Tensor, block_q: int = 64, block_k: int = 64, causal: bool = False
) -> tuple[Tensor, Tensor]:
    """Attend to blocks of keys one after another."""
    offset = k.shape[-2] - q.shape[-2]
    outs, sums_of_rows = [], []
    for i, queries in enumerate(q.split(block_q, dim=-2)):
        mean, lse = torch.zeros_like(queries), torch.full(queries.shape[:-1], NEGATIVE, dtype=q.dtype)
        for j, (keys, values) in enumerate(zip(k.split(block_k, dim=-2), v.split(block_k, dim=-2), strict=True)):
            scores = torch.einsum("bhid,bhjd->bhij", queries, keys) / q.shape[-1] ** 0.5
            if causal:
                future = torch.ones(scores.shape[-2:], dtype=torch.bool)
                scores = scores.masked_fill(future.triu(i * block_q - j * block_k + offset + 1), NEGATIVE)
            tile_lse = scores.logsumexp(dim=-1)
            tile_mean = scores.softmax(dim=-1) @ values
            mean, lse = merge_partials(mean, lse, tile_mean, tile_lse)
        outs.append(mean)
        sums_of_rows.append(lse)
    return torch.cat(outs, dim=-2), torch.cat(sums_of_rows, dim=-1)


def merge_partials(out1: Tensor, lse1: Tensor, out2: Tensor, lse2: Tensor) -> tuple[Tensor, Tensor]:
    """Combine attention over two disjoint sets of keys into attention over both."""
    lse = torch.logaddexp(lse1, lse2)
    out = torch.exp(lse1 - lse)[..., None] * out1 + torch.exp(lse2 - lse)[..., None] * out2
    return out, lse
