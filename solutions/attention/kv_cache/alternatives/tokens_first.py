"""Buffers with the tokens in front, and a loop over heads and new tokens that slices instead of masking."""

import torch
from torch import nn


class KVCache:
    """Keys and values of the tokens so far."""

    def __init__(self, batch, n_kv, max_len, head_dim, dtype=None):
        self.keys = torch.zeros(max_len, batch, n_kv, head_dim, dtype=dtype)
        self.values = torch.zeros(max_len, batch, n_kv, head_dim, dtype=dtype)
        self.n = 0

    def __len__(self):
        return self.n

    def append(self, k, v):
        """Store the keys and values of t more tokens."""
        room, b, h, d = self.keys.shape
        if k.ndim != 4 or k.shape != v.shape or (k.shape[0], k.shape[1], k.shape[3]) != (b, h, d):
            raise ValueError("shape")
        t = k.shape[2]
        if self.n + t > room:
            raise ValueError("full")
        for i in range(t):
            self.keys[self.n + i] = k.data[:, :, i]
            self.values[self.n + i] = v.data[:, :, i]
        self.n += t
        return self.keys[: self.n].permute(1, 2, 0, 3), self.values[: self.n].permute(1, 2, 0, 3)

    def reorder(self, beam_idx):
        """Let row i continue what was row beam_idx[i]."""
        self.keys = self.keys.index_select(1, beam_idx)
        self.values = self.values.index_select(1, beam_idx)

    def truncate(self, length):
        """Forget all tokens but the first ones."""
        if length not in range(self.n + 1):
            raise ValueError("length")
        self.n = length


class CachedSelfAttention(nn.Module):
    """Causal multi-head self-attention that can go on from a cache."""

    def __init__(self, d, n_heads):
        super().__init__()
        self.heads = n_heads
        self.proj = nn.Linear(d, d)
        self.qkv = nn.Linear(d, 3 * d)

    def forward(self, x, cache=None):
        """Let each token attend to itself and to all tokens before it."""
        q, k, v = self.qkv(x).split(x.shape[-1], dim=-1)
        k, v = (torch.stack(y.chunk(self.heads, dim=-1), dim=1) for y in (k, v))
        if cache is not None:
            k, v = cache.append(k, v)
        before = k.shape[2] - x.shape[1]
        rows = []
        for i in range(x.shape[1]):
            seen = slice(0, before + i + 1)
            heads = []
            for h, qh in enumerate(q[:, i].chunk(self.heads, dim=-1)):
                scores = (k[:, h, seen] @ qh[:, :, None])[..., 0] * qh.shape[-1] ** -0.5
                heads.append((scores.softmax(-1)[:, None] @ v[:, h, seen])[:, 0])
            rows.append(torch.cat(heads, -1))
        return self.proj(torch.stack(rows, 1))
