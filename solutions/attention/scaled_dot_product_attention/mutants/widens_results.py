"""Returns float32 for half-precision inputs."""

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
    if scale is None:
        scale = q.shape[-1] ** -0.5
    wide = torch.float32 if q.dtype in (torch.float16, torch.bfloat16) else q.dtype
    scores = (q.to(wide) @ k.to(wide).mT) * scale
    allowed = torch.ones(scores.shape[-2:], dtype=torch.bool) if mask is None else mask
    if causal:
        n_queries, n_keys = scores.shape[-2:]
        allowed = allowed & torch.ones(n_queries, n_keys, dtype=torch.bool).tril(n_keys - n_queries)
    weights = scores.masked_fill(~allowed, torch.finfo(wide).min).softmax(-1).masked_fill(~allowed, 0.0)
    return weights @ v.to(wide), weights
