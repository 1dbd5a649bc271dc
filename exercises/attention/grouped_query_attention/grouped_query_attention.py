"""Attention whose query heads share keys and values in groups."""

import torch
from torch import Tensor


def gqa(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    """Attend with several query heads to each head of keys and values.

    Parameters
    ----------
    q : Tensor of shape (B, Hq, Tq, d)
        Queries.
    k : Tensor of shape (B, Hkv, Tk, d)
        Keys; Hkv divides Hq.
    v : Tensor of shape (B, Hkv, Tk, d)
        Values.
    mask : bool Tensor broadcastable to (B, Hq, Tq, Tk), default=None
        True where the query may attend to the key; None allows every pair.

    Returns
    -------
    Tensor of shape (B, Hq, Tq, d)
        Weighted means of the values, and zeros where a query sees no key.

    Raises
    ------
    ValueError
        If Hkv does not divide Hq, or the mask is not boolean.

    Examples
    --------
    >>> v = torch.tensor([1.0, 7.0]).reshape(1, 2, 1, 1)
    >>> gqa(torch.zeros(1, 4, 1, 1), torch.zeros(1, 2, 1, 1), v).flatten().tolist()
    [1.0, 1.0, 7.0, 7.0]
    """
    raise NotImplementedError


def mha_to_gqa(w_kv: Tensor, n_heads: int, n_kv: int) -> Tensor:
    """Turn the key or value projection of multi-head attention into one for fewer heads.

    Parameters
    ----------
    w_kv : Tensor of shape (n_heads * dh, d)
        Weight of the projection; head h owns the rows from h * dh up to (h + 1) * dh.
    n_heads : int
        Number of heads so far.
    n_kv : int
        Number of heads wanted, a divisor of n_heads.

    Returns
    -------
    Tensor of shape (n_kv * dh, d)
        Mean weight of the heads of each group.

    Raises
    ------
    ValueError
        If n_kv is not a positive divisor of n_heads, or n_heads not one of the number of rows.

    Examples
    --------
    >>> mha_to_gqa(torch.tensor([[0.0], [2.0], [5.0], [7.0]]), n_heads=4, n_kv=2).tolist()
    [[1.0], [6.0]]
    """
    raise NotImplementedError


def kv_cache_bytes(layers: int, n_kv: int, head_dim: int, seq: int, batch: int, bytes_per: int) -> int:
    """Size of the cache of keys and values.

    Parameters
    ----------
    layers : int
        Number of layers.
    n_kv : int
        Number of key and value heads of a layer.
    head_dim : int
        Width of a head.
    seq : int
        Tokens of a sequence.
    batch : int
        Sequences.
    bytes_per : int
        Bytes of one number.

    Returns
    -------
    int
        Bytes of all keys and all values.

    Raises
    ------
    ValueError
        If one of the numbers is negative.

    Examples
    --------
    >>> kv_cache_bytes(layers=2, n_kv=1, head_dim=4, seq=10, batch=1, bytes_per=2)
    320
    """
    raise NotImplementedError
