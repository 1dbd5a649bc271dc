"""Averages every n_kv-th head instead of neighbours."""

import math

import torch
from torch import Tensor


def gqa(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    """Attend with several query heads to each head of keys and values."""
    batch, n_heads, tq, d = q.shape
    n_kv, tk = k.shape[1:3]
    # Heads of a group are neighbours, so their queries line up as more rows of one product with the shared keys.
    # A group axis that broadcasts would do as well, but matmul copies whatever it broadcasts.
    rows = (batch, n_kv, _group(n_heads, n_kv) * tq)
    scores = (q * d**-0.5).reshape(*rows, d) @ k.mT
    weights = _softmax(scores.view(batch, n_heads, tq, tk), mask)
    return (weights.reshape(*rows, tk) @ v).view(q.shape)


def mha_to_gqa(w_kv: Tensor, n_heads: int, n_kv: int) -> Tensor:
    """Turn the key or value projection of multi-head attention into one for fewer heads."""
    width = _group(len(w_kv), n_heads)
    return w_kv.unflatten(0, (_group(n_heads, n_kv), n_kv, width)).mean(0).flatten(0, 1)


def kv_cache_bytes(layers: int, n_kv: int, head_dim: int, seq: int, batch: int, bytes_per: int) -> int:
    """Size of the cache of keys and values."""
    factors = (layers, n_kv, head_dim, seq, batch, bytes_per)
    if min(factors) < 0:
        raise ValueError(f"sizes must not be negative, got {factors}")
    return 2 * math.prod(factors)  # keys and values


def _group(whole: int, parts: int) -> int:
    """Size of each of several equal parts."""
    if parts < 1 or whole % parts:
        raise ValueError(f"cannot share {whole} out evenly to {parts}")
    return whole // parts


def _softmax(scores: Tensor, mask: Tensor | None) -> Tensor:
    """Weights over the keys that the mask allows; zeros where it allows none."""
    if mask is None:
        return scores.softmax(-1)
    if mask.dtype != torch.bool:
        raise ValueError(f"mask must be boolean, got {mask.dtype}")
    # A finite floor and a second fill make a row without keys zero, forward and backward, where -inf would make NaN.
    floor = torch.finfo(scores.dtype).min
    return scores.masked_fill(~mask, floor).softmax(-1).masked_fill(~mask, 0.0)
