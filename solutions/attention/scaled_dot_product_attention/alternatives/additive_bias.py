"""Minus infinity as an additive bias, with the rows that see no key left open and multiplied by zero afterwards."""

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
    _validate(q, k, v, mask)
    half = q.dtype in (torch.float16, torch.bfloat16)
    queries, keys = (q.float(), k.float()) if half else (q, k)
    if scale is None:
        scale = 1 / q.shape[-1] ** 0.5
    scores = torch.matmul(queries, keys.transpose(-2, -1)).mul(scale)

    hidden = torch.zeros(q.shape[-2], k.shape[-2], dtype=torch.bool)
    if causal:
        hidden = torch.ones_like(hidden).triu(1 + k.shape[-2] - q.shape[-2])
    if mask is not None:
        hidden = hidden | ~mask
    lost = hidden.all(-1, keepdim=True)
    bias = torch.zeros(hidden.shape, dtype=scores.dtype).masked_fill(hidden & ~lost, float("-inf"))
    weights = torch.softmax(scores + bias, dim=-1) * (~lost).to(scores.dtype)

    # The weighted mean may stay in half precision: only scores and softmax need float32.
    weights = weights.to(q.dtype)
    return torch.matmul(weights, v), weights


def _validate(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> None:
    if q.shape[-1] != k.shape[-1]:
        raise ValueError("q and k differ in width")
    if k.shape[-2] != v.shape[-2]:
        raise ValueError("k and v differ in length")
    if mask is not None and mask.dtype != torch.bool:
        raise ValueError("the mask is not boolean")
