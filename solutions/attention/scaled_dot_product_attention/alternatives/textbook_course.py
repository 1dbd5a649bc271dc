"""As lectures write it: hidden scores become -1e9 before the softmax."""

import math

import torch
import torch.nn.functional as F
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
    d_k = q.size(-1)
    scores = torch.matmul(q, k.transpose(-2, -1)) * (scale or 1 / math.sqrt(d_k))
    if causal:
        t_q, t_k = scores.shape[-2:]
        past = torch.tril(torch.ones(t_q, t_k), diagonal=t_k - t_q)
        scores = scores.masked_fill(past == 0, -1e9)
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -1e9)
    weights = F.softmax(scores, dim=-1)
    return torch.matmul(weights, v), weights
