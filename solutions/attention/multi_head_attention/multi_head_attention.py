"""Multi-head attention as a module, for self-attention and cross-attention."""

import torch
from torch import Tensor, nn


def split_heads(x: Tensor, n_heads: int) -> Tensor:
    """Deal the channels of every token out to the heads.

    Parameters
    ----------
    x : Tensor of shape (B, T, d)
        Tokens.
    n_heads : int
        Number of heads h, a divisor of d.

    Returns
    -------
    Tensor of shape (B, h, T, d / h)
        Head i holds the channels from i * d / h up to (i + 1) * d / h.

    Raises
    ------
    ValueError
        If the number of heads is not a positive divisor of d.

    Examples
    --------
    >>> split_heads(torch.tensor([[[1, 2, 3, 4], [5, 6, 7, 8]]]), 2).tolist()
    [[[[1, 2], [5, 6]], [[3, 4], [7, 8]]]]
    """
    # Channels are contiguous, so they split first; only then may heads and tokens change places.
    return x.unflatten(-1, (n_heads, _head_width(x.shape[-1], n_heads))).transpose(1, 2)


class MultiHeadAttention(nn.Module):
    """Attention in several subspaces at once, with learned projections.

    Parameters
    ----------
    d_model : int
        Channels d of a token, on the way in and on the way out.
    n_heads : int
        Number of heads h, a divisor of d_model.
    bias : bool, default=True
        Whether the four projections have a bias.

    Attributes
    ----------
    q_proj, k_proj, v_proj, o_proj : Linear
        Projections of shape (d, d) for queries, keys, values and the output.

    Raises
    ------
    ValueError
        If the number of heads is not a positive divisor of d_model.

    Examples
    --------
    >>> attention = MultiHeadAttention(8, n_heads=2)
    >>> attention(torch.zeros(3, 5, 8), context=torch.zeros(3, 7, 8)).shape
    torch.Size([3, 5, 8])
    """

    def __init__(self, d_model: int, n_heads: int, bias: bool = True) -> None:
        super().__init__()
        self._n_heads = n_heads
        self._scale = _head_width(d_model, n_heads) ** -0.5
        self.q_proj = nn.Linear(d_model, d_model, bias=bias)
        self.k_proj = nn.Linear(d_model, d_model, bias=bias)
        self.v_proj = nn.Linear(d_model, d_model, bias=bias)
        self.o_proj = nn.Linear(d_model, d_model, bias=bias)

    def forward(self, x: Tensor, context: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Let every token of x attend to the tokens of the context.

        Parameters
        ----------
        x : Tensor of shape (B, Tq, d)
            Tokens that ask.
        context : Tensor of shape (B, Tk, d), default=None
            Tokens that are looked at; None stands for x itself.
        mask : bool Tensor of shape (Tq, Tk), (B, Tq, Tk) or (B, h, Tq, Tk), default=None
            True where the token may attend. Any of these axes may have size one.

        Returns
        -------
        Tensor of shape (B, Tq, d)
            Heads merged again and projected.

        Raises
        ------
        ValueError
            If the mask is not boolean.
        """
        if context is None:
            context = x
        q = split_heads(self.q_proj(x), self._n_heads)
        k = split_heads(self.k_proj(context), self._n_heads)
        v = split_heads(self.v_proj(context), self._n_heads)
        heads = _attend(q * self._scale, k, v, mask)
        # (B, h, Tq, d/h) -> (B, Tq, h, d/h) -> (B, Tq, d): the way back mirrors split_heads.
        return self.o_proj(heads.transpose(1, 2).flatten(2))


def _head_width(d_model: int, n_heads: int) -> int:
    """Channels of one head."""
    if n_heads < 1 or d_model % n_heads:
        raise ValueError(f"the number of heads must be a positive divisor of {d_model}, got {n_heads}")
    return d_model // n_heads


def _attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    """Attend head by head, the scale being in q already; (B, h, Tq, d/h) in and out."""
    scores = q @ k.mT
    if mask is None:
        return scores.softmax(-1) @ v
    if mask.dtype != torch.bool:
        raise ValueError(f"mask must be boolean, got {mask.dtype}")
    if mask.ndim == 3:
        # Broadcasting aligns on the right and would take the batch for the heads.
        mask = mask.unsqueeze(1)
    # A finite floor and a second fill make a row without keys zero, forward and backward, where -inf would make NaN.
    floor = torch.finfo(scores.dtype).min
    return scores.masked_fill(~mask, floor).softmax(-1).masked_fill(~mask, 0.0) @ v
