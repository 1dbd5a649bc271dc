"""As workshops write it: repeat_interleave over the heads, -1e9 for hidden keys, a Python loop to pool."""

import torch
from torch import Tensor


def gqa(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    """Attend with groups of query heads that share keys and values."""
    group_size = q.shape[1] // k.shape[1]
    k = k.repeat_interleave(group_size, dim=1)
    v = v.repeat_interleave(group_size, dim=1)
    scores = q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -1e9)
    return torch.softmax(scores, dim=-1) @ v


def mha_to_gqa(w_kv: Tensor, n_heads: int, n_kv: int) -> Tensor:
    """Average the heads of each group."""
    heads = w_kv.chunk(n_heads, dim=0)
    size = n_heads // n_kv
    return torch.cat([torch.stack(heads[i * size : (i + 1) * size]).mean(0) for i in range(n_kv)], dim=0)


def kv_cache_bytes(layers: int, n_kv: int, head_dim: int, seq: int, batch: int, bytes_per: int) -> int:
    """Size of the cache."""
    per_token = 2 * n_kv * head_dim * layers * bytes_per
    return per_token * seq * batch
