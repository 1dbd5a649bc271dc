"""Loops over the queries in Python."""

import math

import torch
from torch import Tensor


def attention(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    mask: Tensor | None = None,
    causal: bool = False,
    scale: float | None = None,
) -> tuple[Tensor, Tensor]:
    """Attend from every query to the keys it may see."""
    if q.shape[-1] != k.shape[-1] or k.shape[-2] != v.shape[-2]:
        raise ValueError("shapes do not match")
    if mask is not None and mask.dtype != torch.bool:
        raise ValueError("mask must be boolean")
    wide = torch.float32 if q.dtype in (torch.float16, torch.bfloat16) else q.dtype
    scale = q.shape[-1] ** -0.5 if scale is None else scale
    lead = torch.broadcast_shapes(q.shape[:-2], k.shape[:-2])
    n_queries, n_keys = q.shape[-2], k.shape[-2]
    allowed = torch.ones(*lead, n_queries, n_keys, dtype=torch.bool)
    if mask is not None:
        allowed = allowed & mask
    items = math.prod(lead)
    queries = q.to(wide).expand(*lead, *q.shape[-2:]).reshape(items, *q.shape[-2:])
    keys = k.to(wide).expand(*lead, *k.shape[-2:]).reshape(items, *k.shape[-2:])
    keep = allowed.reshape(items, n_queries, n_keys)
    made = []
    for b in range(items):
        for i in range(n_queries):
            seen = keep[b, i] & (torch.arange(n_keys) <= i + n_keys - n_queries) if causal else keep[b, i]
            scores = (keys[b] @ queries[b, i]) * scale
            made.append(scores.masked_fill(~seen, torch.finfo(wide).min).softmax(-1).masked_fill(~seen, 0.0))
    weights = torch.stack(made).reshape(*lead, n_queries, n_keys)
    return (weights @ v.to(wide)).to(q.dtype), weights.to(q.dtype)
