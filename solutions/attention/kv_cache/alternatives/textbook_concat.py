"""As libraries with a dynamic cache write it: lists that grow by torch.cat, and a mask from positions."""

import torch
from torch import Tensor, nn


class KVCache:
    """Keys and values of all tokens so far."""

    def __init__(self, batch: int, n_kv: int, max_len: int, head_dim: int, dtype: torch.dtype | None = None) -> None:
        self.max_len = max_len
        self.keys: Tensor | None = None
        self.values: Tensor | None = None

    def __len__(self) -> int:
        """Number of tokens held."""
        return 0 if self.keys is None else self.keys.shape[-2]

    def append(self, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Store new tokens."""
        if self.keys is None:
            self.keys, self.values = k, v
        else:
            self.keys = torch.cat([self.keys, k], dim=-2)
            self.values = torch.cat([self.values, v], dim=-2)
        return self.keys, self.values

    def reorder(self, beam_idx: Tensor) -> None:
        """Continue other rows."""
        self.keys, self.values = self.keys[beam_idx], self.values[beam_idx]

    def truncate(self, length: int) -> None:
        """Forget the last tokens."""
        self.keys, self.values = self.keys[..., :length, :], self.values[..., :length, :]


class CachedSelfAttention(nn.Module):
    """Causal attention that goes on from a cache."""

    def __init__(self, d: int, n_heads: int) -> None:
        super().__init__()
        self.h = n_heads
        self.qkv = nn.Linear(d, 3 * d)
        self.proj = nn.Linear(d, d)

    def forward(self, x: Tensor, cache: KVCache | None = None) -> Tensor:
        """Attend."""
        b, t, d = x.shape
        q, k, v = (y.reshape(b, t, self.h, -1).permute(0, 2, 1, 3) for y in self.qkv(x).chunk(3, dim=-1))
        past = 0 if cache is None else len(cache)
        if cache is not None:
            k, v = cache.append(k, v)
        positions = torch.arange(past, past + t)
        hidden = torch.arange(k.shape[2])[None, :] > positions[:, None]
        att = (q @ k.transpose(-1, -2)) * (d // self.h) ** -0.5
        att = att.masked_fill(hidden, torch.finfo(att.dtype).min).softmax(dim=-1)
        return self.proj((att @ v).permute(0, 2, 1, 3).reshape(b, t, d))
