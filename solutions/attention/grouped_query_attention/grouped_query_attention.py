"""Attention whose query heads share keys and values in groups."""

import math

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
    batch, n_heads, tq, d = q.shape
    n_kv, tk = k.shape[1:3]
    # Heads of a group are neighbours, so their queries line up as more rows of one product with the shared keys.
    # A group axis that broadcasts would do as well, but matmul copies whatever it broadcasts.
    rows = (batch, n_kv, _group(n_heads, n_kv) * tq)
    scores = (q * d**-0.5).reshape(*rows, d) @ k.mT
    weights = _softmax(scores.view(batch, n_heads, tq, tk), mask)
    return (weights.reshape(*rows, tk) @ v).view(q.shape)


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
    width = _group(len(w_kv), n_heads)
    return w_kv.unflatten(0, (n_kv, _group(n_heads, n_kv), width)).mean(1).flatten(0, 1)


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
    factors = (layers, n_kv, head_dim, seq, batch, bytes_per)
    if min(factors) < 0:
        raise ValueError(f"sizes must not be negative, got {factors}")
    return 2 * math.prod(factors)  # keys and values


def _group(whole: int, parts: int) -> int:
    """Size of each of several equal parts."""
    if parts < 1 or whole % parts:
        raise ValueError(f"cannot share {whole} out evenly to {parts}")
    return whole // parts


def _softmax(scores: Tensor, mask: Tensor | None) -> Tensor:
    """Weights over the keys that the mask allows; zeros where it allows none."""
    if mask is None:
        return scores.softmax(-1)
    if mask.dtype != torch.bool:
        raise ValueError(f"mask must be boolean, got {mask.dtype}")
    # A finite floor and a second fill make a row without keys zero, forward and backward, where -inf would make NaN.
    floor = torch.finfo(scores.dtype).min
    return scores.masked_fill(~mask, floor).softmax(-1).masked_fill(~mask, 0.0)
