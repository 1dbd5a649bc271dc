"""As language models write it: buffers of zeros, a slice from start to end, a triangular mask of minus infinity."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class KVCache:
    """Keys and values of all tokens so far."""

    def __init__(self, batch: int, n_kv: int, max_len: int, head_dim: int, dtype: torch.dtype | None = None) -> None:
        self.cache_k = torch.zeros((batch, n_kv, max_len, head_dim), dtype=dtype)
        self.cache_v = torch.zeros((batch, n_kv, max_len, head_dim), dtype=dtype)
        self.pos = 0

    def __len__(self) -> int:
        """Number of tokens held."""
        return self.pos

    def append(self, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Store new tokens."""
        end = self.pos + k.size(2)
        with torch.no_grad():
            self.cache_k[:, :, self.pos : end] = k
            self.cache_v[:, :, self.pos : end] = v
        self.pos = end
        return self.cache_k[:, :, :end], self.cache_v[:, :, :end]

    def reorder(self, beam_idx: Tensor) -> None:
        """Continue other rows."""
        self.cache_k = self.cache_k.index_select(0, beam_idx)
        self.cache_v = self.cache_v.index_select(0, beam_idx)

    def truncate(self, length: int) -> None:
        """Forget the last tokens."""
        self.pos = length


class CachedSelfAttention(nn.Module):
    """Causal attention that goes on from a cache."""

    def __init__(self, d: int, n_heads: int) -> None:
        super().__init__()
        self.n_heads, self.head_dim = n_heads, d // n_heads
        self.qkv = nn.Linear(d, 3 * d)
        self.proj = nn.Linear(d, d)

    def forward(self, x: Tensor, cache: KVCache | None = None) -> Tensor:
        """Attend."""
        b, t, d = x.shape
        q, k, v = self.qkv(x).split(d, dim=2)
        q, k, v = (y.view(b, t, self.n_heads, self.head_dim).transpose(1, 2) for y in (q, k, v))
        start = 0
        if cache is not None:
            start = len(cache)
            k, v = cache.append(k, v)
        scores = q @ k.transpose(2, 3) / math.sqrt(self.head_dim)
        if t > 1:
            mask = torch.full((t, t), float("-inf"))
            mask = torch.hstack([torch.zeros((t, start)), torch.triu(mask, diagonal=1)])
            scores = scores + mask
        out = F.softmax(scores, dim=-1) @ v
        return self.proj(out.transpose(1, 2).contiguous().view(b, t, d))
