"""An axis for the group and einsum, which folds it into the rows by itself; minus infinity in the scores."""

import torch
from torch import Tensor


def gqa(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    """Attend with several query heads to each head of keys and values."""
    b, hq, tq, d = q.shape
    hkv, tk = k.size(1), k.size(2)
    if hq % hkv:
        raise ValueError("query heads must be a multiple of key heads")
    if mask is not None and mask.dtype is not torch.bool:
        raise ValueError("only boolean masks")
    grouped = q.unflatten(1, (hkv, hq // hkv))
    scores = torch.einsum("bhgqd,bhkd->bhgqk", grouped, k).div(d**0.5)
    if mask is None:
        weights = torch.softmax(scores, dim=-1)
    else:
        keep = mask.expand(b, hq, tq, tk).unflatten(1, (hkv, hq // hkv))
        blind = ~keep.any(dim=-1, keepdim=True)
        scores = torch.where(keep | blind, scores, float("-inf"))
        weights = torch.where(blind, 0.0, torch.softmax(scores, dim=-1))
    return torch.einsum("bhgqk,bhkd->bhgqd", weights, v).flatten(1, 2)


def mha_to_gqa(w_kv: Tensor, n_heads: int, n_kv: int) -> Tensor:
    """Turn the key or value projection of multi-head attention into one for fewer heads."""
    if n_heads < 1 or n_kv < 1 or n_heads % n_kv or w_kv.size(0) % n_heads:
        raise ValueError("sizes do not fit")
    heads = w_kv.chunk(n_heads, dim=0)
    group = n_heads // n_kv
    pooled = [sum(heads[g * group : (g + 1) * group]) / group for g in range(n_kv)]
    return torch.cat(pooled, dim=0)


def kv_cache_bytes(layers: int, n_kv: int, head_dim: int, seq: int, batch: int, bytes_per: int) -> int:
    """Size of the cache of keys and values."""
    if any(n < 0 for n in (layers, n_kv, head_dim, seq, batch, bytes_per)):
        raise ValueError("negative size")
    per_token = 2 * layers * n_kv * head_dim * bytes_per
    return per_token * seq * batch
