"""Self-attention that keeps the keys and values of earlier tokens."""

import torch
from torch import Tensor, nn


class KVCache:
    """Keys and values of the tokens so far, in memory that is allocated once.

    Parameters
    ----------
    batch : int
        Sequences B.
    n_kv : int
        Heads of keys and values Hkv.
    max_len : int
        Greatest number of tokens of a sequence.
    head_dim : int
        Width d of a head.
    dtype : dtype, default=None
        Of the stored numbers; None means float32.

    Examples
    --------
    >>> cache = KVCache(batch=1, n_kv=1, max_len=4, head_dim=1)
    >>> two = torch.tensor([[[[1.0], [2.0]]]])
    >>> keys, values = cache.append(two, 10 * two)
    >>> cache.truncate(1)
    >>> keys, values = cache.append(5 * two, 50 * two)
    >>> keys.flatten().tolist(), values.flatten().tolist()
    ([1.0, 5.0, 10.0], [10.0, 50.0, 100.0])
    >>> len(cache)
    3
    """

    def __init__(self, batch: int, n_kv: int, max_len: int, head_dim: int, dtype: torch.dtype | None = None) -> None:
        self._k = torch.empty(batch, n_kv, max_len, head_dim, dtype=dtype)
        self._v = torch.empty_like(self._k)
        self._length = 0

    def __len__(self) -> int:
        """Return the number of tokens held."""
        return self._length

    def append(self, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Store the keys and values of t more tokens.

        Parameters
        ----------
        k, v : Tensor of shape (B, Hkv, t, d)
            Keys and values of the new tokens.

        Returns
        -------
        keys, values : Tensor of shape (B, Hkv, T, d)
            Of all T tokens held now, the new ones last, in the dtype of the cache and without gradients.

        Raises
        ------
        ValueError
            If a shape does not fit or there is no room; the cache is then as before.
        """
        batch, n_kv, max_len, head_dim = self._k.shape
        if k.shape != v.shape or (*k.shape[:2], *k.shape[3:]) != (batch, n_kv, head_dim):
            raise ValueError(f"expected shapes ({batch}, {n_kv}, t, {head_dim}), got {k.shape} and {v.shape}")
        t = k.shape[2]
        total = self._length + t
        if total > max_len:
            raise ValueError(f"no room for {t} tokens: {self._length} of {max_len} places are taken")
        # Only the new tokens are copied. A graph in the buffer would keep every earlier step alive.
        self._k[:, :, self._length : total] = k.detach()
        self._v[:, :, self._length : total] = v.detach()
        self._length = total
        return self._k[:, :, :total], self._v[:, :, :total]

    def reorder(self, beam_idx: Tensor) -> None:
        """Let row i continue what was row beam_idx[i].

        Parameters
        ----------
        beam_idx : int64 Tensor of shape (B,)
            Rows to keep; some may occur twice, others never.
        """
        # Indexing reads all rows before any is replaced.
        self._k, self._v = self._k[beam_idx], self._v[beam_idx]

    def truncate(self, length: int) -> None:
        """Forget all tokens but the first ones.

        Parameters
        ----------
        length : int
            Tokens to keep, at most as many as are held.

        Raises
        ------
        ValueError
            If the length is negative or greater than the number of tokens held.
        """
        if not 0 <= length <= self._length:
            raise ValueError(f"cannot keep {length} of {self._length} tokens")
        self._length = length


class CachedSelfAttention(nn.Module):
    """Causal multi-head self-attention that can go on from a cache.

    Parameters
    ----------
    d : int
        Channels of a token.
    n_heads : int
        Number of heads h, a divisor of d.

    Attributes
    ----------
    qkv : Linear
        From d to 3 d channels: queries, then keys, then values.
    proj : Linear
        From d to d channels, for the merged heads.

    Examples
    --------
    >>> attention, cache = CachedSelfAttention(4, n_heads=2), KVCache(1, 2, 8, 2)
    >>> x = torch.ones(1, 3, 4)
    >>> attention(x[:, :2], cache).shape
    torch.Size([1, 2, 4])
    >>> torch.allclose(attention(x[:, 2:], cache), attention(x)[:, 2:])
    True
    """

    def __init__(self, d: int, n_heads: int) -> None:
        super().__init__()
        self._n_heads = n_heads
        self.qkv = nn.Linear(d, 3 * d)
        self.proj = nn.Linear(d, d)

    def forward(self, x: Tensor, cache: KVCache | None = None) -> Tensor:
        """Let each token attend to itself and to all tokens before it.

        Parameters
        ----------
        x : Tensor of shape (B, t, d)
            New tokens.
        cache : KVCache, default=None
            Holds the tokens before x, and holds x as well afterwards; None if x is the whole sequence.

        Returns
        -------
        Tensor of shape (B, t, d)
            Heads merged and projected.

        Raises
        ------
        ValueError
            If the cache has no room for t tokens; it is then as before.
        """
        # (B, t, 3d) -> (B, t, 3, h, d/h) -> three of (B, h, t, d/h)
        q, k, v = self.qkv(x).unflatten(-1, (3, self._n_heads, -1)).permute(2, 0, 3, 1, 4)
        if cache is not None:
            k, v = cache.append(k, v)
        t, total = q.shape[2], k.shape[2]
        # The first new token has total - t tokens before it, so the diagonal starts that far to the right.
        visible = torch.ones(t, total, dtype=torch.bool).tril(total - t)
        scores = q @ k.mT / q.shape[-1] ** 0.5
        weights = scores.masked_fill(~visible, -torch.inf).softmax(-1)
        return self.proj((weights @ v).transpose(1, 2).flatten(2))
