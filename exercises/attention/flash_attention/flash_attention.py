"""Exact attention tile by tile, without the matrix of all scores."""

import torch
from torch import Tensor


def flash_attention(
    q: Tensor, k: Tensor, v: Tensor, block_q: int = 64, block_k: int = 64, causal: bool = False
) -> tuple[Tensor, Tensor]:
    """Attend to blocks of keys one after another.

    Parameters
    ----------
    q : Tensor of shape (B, H, Tq, d)
        Queries.
    k, v : Tensor of shape (B, H, Tk, d)
        Keys and values.
    block_q, block_k : int, default=64
        Queries and keys of a tile; the last tiles may be smaller.
    causal : bool, default=False
        Whether query i sees the keys up to i + Tk - Tq only.

    Returns
    -------
    out : Tensor of shape (B, H, Tq, d)
        Weighted means of the values, in the dtype of the queries; 0 for a query that sees no key.
    lse : Tensor of shape (B, H, Tq)
        Logarithm of the sum of exponentiated scores, float32 or float64; -inf for a query that sees no key.

    Raises
    ------
    ValueError
        If a block size is less than 1.

    Examples
    --------
    >>> q, k = torch.zeros(1, 1, 2, 1), torch.zeros(1, 1, 2, 1)
    >>> v = torch.tensor([2.0, 4.0]).reshape(1, 1, 2, 1)
    >>> out, lse = flash_attention(q, k, v, block_k=1, causal=True)
    >>> out.flatten().tolist(), lse.exp().round().flatten().tolist()
    ([2.0, 3.0], [1.0, 2.0])
    """
    raise NotImplementedError


def merge_partials(out1: Tensor, lse1: Tensor, out2: Tensor, lse2: Tensor) -> tuple[Tensor, Tensor]:
    """Combine attention over two disjoint sets of keys into attention over both.

    Parameters
    ----------
    out1, out2 : Tensor of shape (B, H, T, d)
        Results for the same queries.
    lse1, lse2 : Tensor of shape (B, H, T)
        Logarithms of the sums of exponentiated scores; -inf where a set has no visible key.

    Returns
    -------
    out : Tensor of shape (B, H, T, d)
        Result for the union, in the dtype of out1.
    lse : Tensor of shape (B, H, T)
        Logarithm of the sum over the union.

    Examples
    --------
    >>> one = torch.ones(1, 1, 1, 1)
    >>> out, lse = merge_partials(one, torch.log(3 * one[0]), 5 * one, torch.log(one[0]))
    >>> round(out.item(), 4), round(lse.exp().item(), 4)
    (2.0, 4.0)
    """
    raise NotImplementedError
