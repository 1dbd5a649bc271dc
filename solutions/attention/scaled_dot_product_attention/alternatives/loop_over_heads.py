"""A plain loop over the broadcast leading dimensions, one matrix product at a time."""

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
    (n_queries, d), n_keys = q.shape[-2:], v.shape[-2]
    if k.shape[-2:] != (n_keys, d):
        raise ValueError("k fits neither q nor v")
    if mask is not None and mask.dtype != torch.bool:
        raise ValueError("mask must be boolean")
    wide = torch.promote_types(q.dtype, torch.float32)
    scale = d**-0.5 if scale is None else scale

    lead = torch.broadcast_shapes(q.shape[:-2], k.shape[:-2])
    items = math.prod(lead)
    queries = q.to(wide).expand(*lead, n_queries, d).reshape(items, n_queries, d)
    keys = k.to(wide).expand(*lead, n_keys, d).reshape(items, n_keys, d)
    allowed = torch.ones(n_queries, n_keys, dtype=torch.bool)
    if causal:
        allowed = allowed.tril(n_keys - n_queries)
    if mask is not None:
        allowed = allowed & mask
    allowed = allowed.expand(*lead, n_queries, n_keys).reshape(items, n_queries, n_keys)

    weights = []
    for one_q, one_k, keep in zip(queries, keys, allowed, strict=True):
        scores = (one_q @ one_k.T * scale).masked_fill(~keep, -torch.inf)
        scores = scores.masked_fill(~keep.any(-1, keepdim=True), 0.0)
        weights.append(torch.where(keep, torch.softmax(scores, -1), 0.0))
    stacked = torch.stack(weights).reshape(*lead, n_queries, n_keys)
    return (stacked @ v.to(wide)).to(q.dtype), stacked.to(q.dtype)
