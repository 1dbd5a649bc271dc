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
    raise NotImplementedError


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
        raise NotImplementedError

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
        raise NotImplementedError
