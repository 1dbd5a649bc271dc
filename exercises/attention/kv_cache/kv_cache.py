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
        raise NotImplementedError

    def __len__(self) -> int:
        """Return the number of tokens held."""
        raise NotImplementedError

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
        raise NotImplementedError

    def reorder(self, beam_idx: Tensor) -> None:
        """Let row i continue what was row beam_idx[i].

        Parameters
        ----------
        beam_idx : int64 Tensor of shape (B,)
            Rows to keep; some may occur twice, others never.
        """
        raise NotImplementedError

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
        raise NotImplementedError


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
        raise NotImplementedError

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
        raise NotImplementedError
