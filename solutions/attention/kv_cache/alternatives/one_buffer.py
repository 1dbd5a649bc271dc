"""One buffer for keys and values, filled with narrow and copy_, and an additive mask from comparing positions."""

import math

import torch
from torch import Tensor, nn


class KVCache:
    """Keys and values of the tokens so far."""

    def __init__(self, batch, n_kv, max_len, head_dim, dtype=None):
        self.data = torch.zeros((2, batch, n_kv, max_len, head_dim), dtype=dtype or torch.get_default_dtype())
        self.used = 0

    def __len__(self):
        return self.used

    @torch.no_grad()
    def append(self, k: Tensor, v: Tensor):
        """Store the keys and values of t more tokens."""
        _, b, h, room, d = self.data.shape
        t = k.size(2) if k.dim() > 2 else 0
        for x in (k, v):
            if tuple(x.shape) != (b, h, t, d):
                raise ValueError("wrong shape")
        if t > room - self.used:
            raise ValueError("full")
        free = self.data.narrow(3, self.used, t)
        free[0].copy_(k)
        free[1].copy_(v)
        self.used += t
        keys, values = self.data.narrow(3, 0, self.used)
        return keys, values

    def reorder(self, beam_idx: Tensor) -> None:
        """Let row i continue what was row beam_idx[i]."""
        part = self.data[:, :, :, : self.used]
        part.copy_(part.index_select(1, beam_idx))

    def truncate(self, length: int) -> None:
        """Forget all tokens but the first ones."""
        if length < 0 or length > self.used:
            raise ValueError("no such length")
        self.used = length


class CachedSelfAttention(nn.Module):
    """Causal multi-head self-attention that can go on from a cache."""

    def __init__(self, d: int, n_heads: int):
        super().__init__()
        self.h = n_heads
        self.qkv = nn.Linear(d, 3 * d)
        self.proj = nn.Linear(d, d)

    def forward(self, x: Tensor, cache: KVCache | None = None) -> Tensor:
        """Let each token attend to itself and to all tokens before it."""
        b, t, d = x.shape
        q, k, v = (part.view(b, t, self.h, d // self.h).transpose(1, 2) for part in self.qkv(x).chunk(3, dim=-1))
        start = 0
        if cache is not None:
            start = len(cache)
            k, v = cache.append(k, v)
        now, then = torch.arange(start, start + t), torch.arange(start + t)
        bias = torch.zeros(t, start + t, dtype=x.dtype).masked_fill(then > now[:, None], -math.inf)
        weights = torch.softmax(torch.einsum("bhid,bhjd->bhij", q, k) / math.sqrt(d // self.h) + bias, dim=-1)
        return self.proj(torch.einsum("bhij,bhjd->bihd", weights, v).reshape(b, t, d))
