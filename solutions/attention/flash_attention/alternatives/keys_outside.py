"""Merges one normalised result for each tile, heads in a Python loop, comparisons of positions for the mask."""

import math

import torch


def flash_attention(q, k, v, block_q=64, block_k=64, causal=False):
    """Attend to blocks of keys one after another."""
    if block_q <= 0 or block_k <= 0:
        raise ValueError("blocks")
    wide = torch.float64 if q.dtype == torch.float64 else torch.float32
    tq, tk = q.shape[2], k.shape[2]
    out = torch.zeros(q.shape, dtype=wide)
    lse = torch.full(q.shape[:3], -math.inf, dtype=wide)
    for b in range(q.shape[0]):
        for h in range(q.shape[1]):
            for i in range(0, tq, block_q):
                rows = torch.arange(i, min(i + block_q, tq))
                for j in range(0, tk, block_k):
                    columns = torch.arange(j, min(j + block_k, tk))
                    visible = columns <= rows[:, None] + tk - tq
                    if causal and not bool(visible.any()):
                        continue
                    keys, values = k[b, h, j : j + block_k].to(wide), v[b, h, j : j + block_k].to(wide)
                    s = q[b, h, i : i + block_q].to(wide) @ keys.T / math.sqrt(q.shape[-1])
                    if causal:
                        s = torch.where(visible, s, -math.inf)
                    part = torch.logsumexp(s, -1)
                    p = torch.where(torch.isinf(s), 0.0, torch.exp(s - part[:, None]))
                    old = out[b, h, i : i + block_q], lse[b, h, i : i + block_q]
                    new = merge_partials(*old, p @ values, part)
                    out[b, h, i : i + block_q], lse[b, h, i : i + block_q] = new
    return out.to(q.dtype), lse


def merge_partials(out1, lse1, out2, lse2):
    """Combine attention over two disjoint sets of keys into attention over both."""
    top = torch.maximum(lse1, lse2)
    top = torch.where(torch.isinf(top), torch.zeros_like(top), top)
    a, b = torch.exp(lse1 - top), torch.exp(lse2 - top)
    total = a + b
    safe = torch.where(total > 0, total, torch.ones_like(total))
    out = out1.to(lse1.dtype) * (a / safe)[..., None] + out2.to(lse1.dtype) * (b / safe)[..., None]
    return out.to(out1.dtype), top + torch.log(total)
