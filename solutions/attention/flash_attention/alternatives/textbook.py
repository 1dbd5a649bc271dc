"""As the paper's algorithm is taught: a loop over tiles, m, l and acc, minus infinity for what is hidden; no checks."""

import math

import torch
from torch import Tensor


def flash_attention(
    q: Tensor, k: Tensor, v: Tensor, block_q: int = 64, block_k: int = 64, causal: bool = False
) -> tuple[Tensor, Tensor]:
    """Attend to blocks of keys one after another."""
    b, h, t_q, d = q.shape
    t_k = k.shape[2]
    scale = 1.0 / math.sqrt(d)
    out = torch.zeros_like(q)
    lse = torch.zeros(b, h, t_q, dtype=q.dtype)
    for i in range(0, t_q, block_q):
        q_i = q[:, :, i : i + block_q] * scale
        rows = q_i.shape[2]
        m = torch.full((b, h, rows), float("-inf"), dtype=q.dtype)
        l = torch.zeros(b, h, rows, dtype=q.dtype)  # noqa: E741
        acc = torch.zeros(b, h, rows, d, dtype=q.dtype)
        for j in range(0, t_k, block_k):
            k_j, v_j = k[:, :, j : j + block_k], v[:, :, j : j + block_k]
            s = q_i @ k_j.transpose(-1, -2)
            if causal:
                q_pos = torch.arange(i, i + rows)[:, None] + t_k - t_q
                k_pos = torch.arange(j, j + k_j.shape[2])[None, :]
                s = s.masked_fill(k_pos > q_pos, float("-inf"))
            m_new = torch.maximum(m, s.max(dim=-1).values)
            p = torch.exp(s - m_new[..., None])
            alpha = torch.exp(m - m_new)
            l = alpha * l + p.sum(dim=-1)  # noqa: E741
            acc = acc * alpha[..., None] + p @ v_j
            m = m_new
        out[:, :, i : i + rows] = acc / l[..., None]
        lse[:, :, i : i + rows] = m + torch.log(l)
    return out, lse


def merge_partials(out1: Tensor, lse1: Tensor, out2: Tensor, lse2: Tensor) -> tuple[Tensor, Tensor]:
    """Combine attention over two disjoint sets of keys into attention over both."""
    out = out1 - torch.sigmoid(lse2 - lse1).unsqueeze(-1) * (out1 - out2)
    lse = lse1 - torch.nn.functional.logsigmoid(lse1 - lse2)
    return out, lse
