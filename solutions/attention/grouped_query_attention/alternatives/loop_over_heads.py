"""A loop over the query heads, each with a view of its keys, and a softmax by hand."""

import math

import torch
from torch import Tensor


def gqa(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    """Attend with several query heads to each head of keys and values."""
    n_heads, n_kv = q.shape[1], k.shape[1]
    if n_heads % n_kv != 0:
        raise ValueError("heads do not divide")
    if mask is None:
        mask = torch.ones((), dtype=torch.bool)
    if mask.dtype != torch.bool:
        raise ValueError("mask must be boolean")
    mask = mask.broadcast_to(q.shape[0], n_heads, q.shape[2], k.shape[2])
    outs = []
    for head in range(n_heads):
        shared = head // (n_heads // n_kv)
        keys, values, keep = k[:, shared], v[:, shared], mask[:, head]
        scores = torch.bmm(q[:, head], keys.transpose(1, 2)) / math.sqrt(q.shape[-1])
        scores = scores.masked_fill(keep.logical_not(), torch.finfo(scores.dtype).min)
        raw = torch.exp(scores - scores.amax(dim=-1, keepdim=True)) * keep
        outs.append(torch.bmm(raw, values) / raw.sum(dim=-1, keepdim=True).clamp(min=1e-30))
    return torch.stack(outs, dim=1)


def mha_to_gqa(w_kv: Tensor, n_heads: int, n_kv: int) -> Tensor:
    """Turn the key or value projection of multi-head attention into one for fewer heads."""
    if min(n_heads, n_kv) <= 0:
        raise ValueError("numbers of heads must be positive")
    if n_heads % n_kv != 0 or len(w_kv) % n_heads != 0:
        raise ValueError("heads do not divide")
    width = len(w_kv) // n_heads
    new = torch.zeros(n_kv * width, w_kv.shape[1], dtype=w_kv.dtype)
    for head in range(n_heads):
        place = head // (n_heads // n_kv) * width
        new[place : place + width] += w_kv[head * width : (head + 1) * width] * (n_kv / n_heads)
    return new


def kv_cache_bytes(layers: int, n_kv: int, head_dim: int, seq: int, batch: int, bytes_per: int) -> int:
    """Size of the cache of keys and values."""
    total = 2
    for n in (layers, n_kv, head_dim, seq, batch, bytes_per):
        if n < 0:
            raise ValueError("sizes must not be negative")
        total *= n
    return total
