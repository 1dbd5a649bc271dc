"""Skips every tile that the mask touches."""

import torch
from torch import Tensor


def flash_attention(
    q: Tensor, k: Tensor, v: Tensor, block_q: int = 64, block_k: int = 64, causal: bool = False
) -> tuple[Tensor, Tensor]:
    """Attend to blocks of keys one after another.

    Parameters
    ----------
    q : Tensor of shape (B, H, Tq, d)
        Queries.
    k, v : Tensor of shape (B, H, Tk, d)
        Keys and values.
    block_q, block_k : int, default=64
        Queries and keys of a tile; the last tiles may be smaller.
    causal : bool, default=False
        Whether query i sees the keys up to i + Tk - Tq only.

    Returns
    -------
    out : Tensor of shape (B, H, Tq, d)
        Weighted means of the values, in the dtype of the queries; 0 for a query that sees no key.
    lse : Tensor of shape (B, H, Tq)
        Logarithm of the sum of exponentiated scores, float32 or float64; -inf for a query that sees no key.

    Raises
    ------
    ValueError
        If a block size is less than 1.

    Examples
    --------
    >>> q, k = torch.zeros(1, 1, 2, 1), torch.zeros(1, 1, 2, 1)
    >>> v = torch.tensor([2.0, 4.0]).reshape(1, 1, 2, 1)
    >>> out, lse = flash_attention(q, k, v, block_k=1, causal=True)
    >>> out.flatten().tolist(), lse.exp().round().flatten().tolist()
    ([2.0, 3.0], [1.0, 2.0])
    """
    if min(block_q, block_k) < 1:
        raise ValueError(f"block sizes must be positive, got {block_q} and {block_k}")
    dtype = torch.promote_types(q.dtype, torch.float32)
    ahead = k.shape[2] - q.shape[2]
    out, lse = torch.empty_like(q), torch.empty(q.shape[:3], dtype=dtype)
    for i in range(0, q.shape[2], block_q):
        rows = q[:, :, i : i + block_q].to(dtype) * q.shape[-1] ** -0.5
        # The last of these queries sees the keys before `end`; tiles from there on are hidden altogether.
        end = i + rows.shape[2] + ahead if causal else k.shape[2]
        top = rows.new_full((*rows.shape[:3], 1), -torch.inf)
        total, mixed = torch.zeros_like(top), torch.zeros_like(rows)
        for j in range(0, end, block_k):
            scores = rows @ k[:, :, j : j + block_k].to(dtype).mT
            if causal and j + scores.shape[3] > i + rows.shape[2] + ahead:
                break
            if causal:
                hidden = torch.ones(scores.shape[2:], dtype=torch.bool).triu(i + ahead - j + 1)
                scores = scores.masked_fill(hidden, -torch.inf)
            raised = torch.maximum(top, scores.amax(-1, keepdim=True))
            # Where nothing was visible so far, exp(-inf - 0) = 0 takes the place of exp(-inf + inf) = NaN.
            level = raised.masked_fill(raised == -torch.inf, 0.0)
            weights, shrink = torch.exp(scores - level), torch.exp(top - level)
            # sum_j exp(s_j - m') = exp(m - m') sum_j exp(s_j - m), and so for the sum of the values.
            total = shrink * total + weights.sum(-1, keepdim=True)
            mixed = shrink * mixed + weights @ v[:, :, j : j + block_k].to(dtype)
            top = raised
        # The greatest score alone adds exp(0) = 1, so only a sum over no keys is below 1.
        out[:, :, i : i + block_q] = mixed / total.clamp(min=1.0)
        lse[:, :, i : i + block_q] = (top + total.log())[..., 0]
    return out, lse


def merge_partials(out1: Tensor, lse1: Tensor, out2: Tensor, lse2: Tensor) -> tuple[Tensor, Tensor]:
    """Combine attention over two disjoint sets of keys into attention over both.

    Parameters
    ----------
    out1, out2 : Tensor of shape (B, H, T, d)
        Results for the same queries.
    lse1, lse2 : Tensor of shape (B, H, T)
        Logarithms of the sums of exponentiated scores; -inf where a set has no visible key.

    Returns
    -------
    out : Tensor of shape (B, H, T, d)
        Result for the union, in the dtype of out1.
    lse : Tensor of shape (B, H, T)
        Logarithm of the sum over the union.

    Examples
    --------
    >>> one = torch.ones(1, 1, 1, 1)
    >>> out, lse = merge_partials(one, torch.log(3 * one[0]), 5 * one, torch.log(one[0]))
    >>> round(out.item(), 4), round(lse.exp().item(), 4)
    (2.0, 4.0)
    """
    level = torch.maximum(lse1, lse2)
    # Where neither part has keys, exp(-inf - 0) = 0 takes the place of exp(-inf + inf) = NaN.
    level = level.masked_fill(level == -torch.inf, 0.0)
    sum1, sum2 = torch.exp(lse1 - level), torch.exp(lse2 - level)
    total = sum1 + sum2
    share1, share2 = sum1 / total.clamp(min=1.0), sum2 / total.clamp(min=1.0)
    return (share1[..., None] * out1 + share2[..., None] * out2).to(out1.dtype), level + total.log()
