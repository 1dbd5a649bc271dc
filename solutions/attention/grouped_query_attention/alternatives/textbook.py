"""As language models write it: repeat_kv by expand and reshape, then ordinary attention with minus infinity."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def repeat_kv(x: Tensor, n_rep: int) -> Tensor:
    """Repeat every head n_rep times."""
    b, n_kv, t, d = x.shape
    if n_rep == 1:
        return x
    return x[:, :, None, :, :].expand(b, n_kv, n_rep, t, d).reshape(b, n_kv * n_rep, t, d)


def gqa(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    """Attend with groups of query heads that share keys and values."""
    n_rep = q.shape[1] // k.shape[1]
    keys, values = repeat_kv(k, n_rep), repeat_kv(v, n_rep)
    scores = torch.matmul(q, keys.transpose(2, 3)) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return torch.matmul(F.softmax(scores, dim=-1), values)


def mha_to_gqa(w_kv: Tensor, n_heads: int, n_kv: int) -> Tensor:
    """Average the heads of each group."""
    rows, d = w_kv.shape
    head_dim = rows // n_heads
    return w_kv.view(n_kv, n_heads // n_kv, head_dim, d).mean(dim=1).view(n_kv * head_dim, d)


def kv_cache_bytes(layers: int, n_kv: int, head_dim: int, seq: int, batch: int, bytes_per: int) -> int:
    """Size of the cache."""
    return 2 * layers * n_kv * head_dim * seq * batch * bytes_per
