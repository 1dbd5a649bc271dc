"""Scaled dot-product attention with boolean and causal masks."""

import torch
from torch import Tensor


def attention(
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

    Examples
    --------
    >>> q, k = torch.tensor([[1.0], [1.0]]), torch.tensor([[0.0], [0.0]])
    >>> out, weights = attention(q, k, torch.tensor([[2.0], [4.0]]), causal=True)
    >>> weights.tolist()
    [[1.0, 0.0], [0.5, 0.5]]
    >>> out.tolist()
    [[2.0], [3.0]]
    """
    raise NotImplementedError
