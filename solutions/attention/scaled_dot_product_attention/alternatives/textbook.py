"""As a library's documentation spells it out: an additive bias of minus infinity, no checks, no care for blind rows."""

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
    length, source = q.size(-2), k.size(-2)
    factor = 1 / math.sqrt(q.size(-1)) if scale is None else scale
    bias = torch.zeros(length, source, dtype=q.dtype)
    if causal:
        seen = torch.ones(length, source, dtype=torch.bool).tril(diagonal=source - length)
        bias = bias.masked_fill(seen.logical_not(), float("-inf"))
    if mask is not None:
        bias = torch.where(mask, bias, float("-inf"))
    weights = torch.softmax(q @ k.transpose(-2, -1) * factor + bias, dim=-1)
    return weights @ v, weights
