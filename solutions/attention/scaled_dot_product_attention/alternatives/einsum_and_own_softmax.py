"""Einsum for the products, and a softmax written out with its maximum taken over the allowed keys."""

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
    if mask is not None and mask.dtype is not torch.bool:
        raise ValueError("a mask must be boolean")
    if q.size(-1) != k.size(-1) or k.size(-2) != v.size(-2):
        raise ValueError("the shapes of q, k and v do not fit together")

    given = q.dtype
    if given in (torch.half, torch.bfloat16):
        q, k, v = q.float(), k.float(), v.float()
    factor = 1.0 / math.sqrt(q.size(-1)) if scale is None else scale
    scores = factor * torch.einsum("...id,...jd->...ij", q, k)

    n_queries, n_keys = scores.shape[-2:]
    if n_keys == 0:
        weights = scores
    else:
        allowed = torch.ones_like(scores, dtype=torch.bool)
        if mask is not None:
            allowed = allowed.logical_and(mask)
        if causal:
            i = torch.arange(n_queries).unsqueeze(1)
            j = torch.arange(n_keys)
            allowed = allowed.logical_and(j <= i + n_keys - n_queries)
        top = torch.where(allowed, scores, -torch.inf).amax(dim=-1, keepdim=True)
        shifted = torch.where(allowed, scores - torch.where(top.isinf(), 0.0, top), -torch.inf)
        raw = shifted.exp()
        total = raw.sum(dim=-1, keepdim=True)
        weights = raw / torch.where(total == 0, 1.0, total)
    out = torch.einsum("...ij,...jc->...ic", weights, v)
    return out.to(given), weights.to(given)
