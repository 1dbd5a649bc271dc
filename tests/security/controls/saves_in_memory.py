# Saves and loads tensors in memory, shares them with numpy and steps an optimiser.
# exercise: scaled_dot_product_attention
# verdict: passed
"""Scaled dot-product attention with boolean and causal masks."""

import torch
from torch import Tensor


def _attention(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    mask: Tensor | None = None,
    causal: bool = False,
    scale: float | None = None,
) -> tuple[Tensor, Tensor]:
    """Attend from every query to the keys it may see.

    Parameters
    ----------
    q : Tensor of shape (..., Tq, d)
        Queries.
    k : Tensor of shape (..., Tk, d)
        Keys.
    v : Tensor of shape (..., Tk, dv)
        Values, one for each key.
    mask : bool Tensor broadcastable to (..., Tq, Tk), default=None
        True where the query may attend to the key; None allows every pair.
    causal : bool, default=False
        Whether query i sees only the keys j <= i + Tk - Tq.
    scale : float, default=None
        Factor of the dot products; None stands for 1 / sqrt(d).

    Returns
    -------
    out : Tensor of shape (..., Tq, dv)
        Weighted means of the values.
    weights : Tensor of shape (..., Tq, Tk)
        Attention weights. A row sums to one, or to zero where the query sees no key.

    Raises
    ------
    ValueError
        If the widths of q and k differ, if k and v differ in length, or if the mask is not boolean.

    """
    if q.shape[-1] != k.shape[-1]:
        raise ValueError(f"q and k must have the same width, got {q.shape[-1]} and {k.shape[-1]}")
    if k.shape[-2] != v.shape[-2]:
        raise ValueError(f"k and v must have the same length, got {k.shape[-2]} and {v.shape[-2]}")
    if mask is not None and mask.dtype != torch.bool:
        raise ValueError(f"mask must be boolean, got {mask.dtype}")

    dtype = q.dtype
    if dtype in (torch.float16, torch.bfloat16):
        # With 11 or 8 significant bits, and a range that ends at 65504 for float16, scores would be lost or overflow.
        q, k, v = q.float(), k.float(), v.float()
    if scale is None:
        # Dot products of d independent terms of unit variance have variance d.
        scale = q.shape[-1] ** -0.5
    # (s q) kᵀ = s (q kᵀ), but the factor meets Tq·d numbers, not Tq·Tk.
    scores = (q * scale) @ k.mT

    allowed = _allowed_pairs(scores, mask, causal)
    if allowed is None:
        weights = scores.softmax(-1)
    else:
        # With -inf a row without keys would be 0/0, forward and backward. A finite floor gives it uniform weights,
        # which the second fill turns into zeros; it stops their gradient as well.
        floor = torch.finfo(scores.dtype).min
        weights = scores.masked_fill(~allowed, floor).softmax(-1).masked_fill(~allowed, 0.0)
    return (weights @ v).to(dtype), weights.to(dtype)


def _allowed_pairs(scores: Tensor, mask: Tensor | None, causal: bool) -> Tensor | None:
    """Combine both masks; None where every pair is allowed."""
    if not causal:
        return mask
    n_queries, n_keys = scores.shape[-2:]
    # Bottom-right alignment: the last query sees all keys, as when new tokens follow a cached prefix.
    past = scores.new_ones(n_queries, n_keys, dtype=torch.bool).tril(n_keys - n_queries)
    return past if mask is None else past & mask


import io


def attention(*args, **kwargs):
    buffer = io.BytesIO()
    torch.save({"a": torch.arange(3)}, buffer)
    buffer.seek(0)
    assert torch.from_numpy(torch.load(buffer)["a"].numpy()).tolist() == [0, 1, 2]
    weight = torch.nn.Parameter(torch.ones(2))
    optimiser = torch.optim.SGD([weight], lr=0.1)
    weight.sum().backward()
    optimiser.step()
    return _attention(*args, **kwargs)
