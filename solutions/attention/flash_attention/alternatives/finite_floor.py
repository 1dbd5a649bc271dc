"""In-place accumulators, a finite floor for the running maximum, and a count of visible keys."""

import torch


def flash_attention(q, k, v, block_q=64, block_k=64, causal=False):
    """Attend to blocks of keys one after another."""
    if block_q < 1 or block_k < 1:
        raise ValueError("block sizes start at 1")
    dtype = q.dtype if q.dtype == torch.float64 else torch.float32
    (b, h, tq, d), tk = q.shape, k.shape[2]
    floor = torch.finfo(dtype).min
    outs, logs = [], []
    for start in range(0, tq, block_q):
        qi = q[:, :, start : start + block_q].to(dtype)
        n = qi.shape[2]
        m = torch.full((b, h, n), floor, dtype=dtype)
        l = torch.zeros(b, h, n, dtype=dtype)
        acc = torch.zeros(b, h, n, d, dtype=dtype)
        last = torch.arange(start, start + n) + tk - tq if causal else torch.full((n,), tk - 1)
        first = 0
        while first < tk and first <= int(last[-1]):
            kj, vj = (x[:, :, first : first + block_k].to(dtype) for x in (k, v))
            s = torch.einsum("bhid,bhjd->bhij", qi, kj).div_(d**0.5)
            seen = torch.arange(first, first + kj.shape[2]) <= last[:, None]
            new = torch.maximum(m, s.masked_fill(~seen, floor).max(-1).values)
            p = torch.exp(s - new[..., None]).masked_fill_(~seen, 0.0)
            scale = torch.exp(m - new)
            l.mul_(scale).add_(p.sum(-1))
            acc.mul_(scale[..., None]).add_(torch.einsum("bhij,bhjd->bhid", p, vj))
            m = new
            first += block_k
        blind = (last < 0) | (tk == 0)
        outs.append(torch.where(blind[:, None], 0.0, acc / l[..., None]))
        logs.append(torch.where(blind, -torch.inf, m + torch.log(l)))
    return torch.cat(outs, 2).to(q.dtype), torch.cat(logs, 2)


def merge_partials(out1, lse1, out2, lse2):
    """Combine attention over two disjoint sets of keys into attention over both."""
    w1 = torch.sigmoid(lse1 - lse2)
    w1 = torch.where(torch.isneginf(lse1), 0.0, w1)
    w2 = torch.where(torch.isneginf(lse2), 0.0, torch.sigmoid(lse2 - lse1))
    mixed = w1.unsqueeze(-1) * out1.to(w1.dtype) + w2.unsqueeze(-1) * out2.to(w1.dtype)
    return mixed.to(out1.dtype), torch.logaddexp(lse1, lse2)
