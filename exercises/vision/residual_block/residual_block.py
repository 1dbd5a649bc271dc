"""A basic residual block, and batch norm folded into a convolution."""

from __future__ import annotations

import torch
from torch import nn


class BasicBlock(nn.Module):
    """Two convolutions with batch norm, and a shortcut around them.

    Parameters
    ----------
    c_in : int
        Channels of the input.
    c_out : int
        Channels of the output.
    stride : int
        Stride of the first convolution and of the shortcut.

    Examples
    --------
    >>> block = BasicBlock(8, 16, stride=2)
    >>> block(torch.zeros(1, 8, 7, 7)).shape
    torch.Size([1, 16, 4, 4])
    """

    def __init__(self, c_in: int, c_out: int, stride: int = 1) -> None:
        raise NotImplementedError

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Compute the block.

        Parameters
        ----------
        x : Tensor of shape (n, c_in, h, w)
            Input.

        Returns
        -------
        Tensor of shape (n, c_out, h', w')
            Output; h' and w' are h and w divided by the stride, rounded up.
        """
        raise NotImplementedError


def fold_conv_bn(
    w: torch.Tensor,
    b: torch.Tensor | None,
    gamma: torch.Tensor,
    beta: torch.Tensor,
    mean: torch.Tensor,
    var: torch.Tensor,
    eps: float = 1e-5,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Fold a batch norm into the convolution before it.

    Parameters
    ----------
    w : Tensor of shape (o, c, kh, kw)
        Kernels.
    b : Tensor of shape (o,) or None
        Biases.
    gamma, beta : Tensor of shape (o,)
        Weight and bias of the norm.
    mean, var : Tensor of shape (o,)
        Running statistics of the norm.
    eps : float
        What is added to the variance.

    Returns
    -------
    w2 : Tensor of shape (o, c, kh, kw)
        Kernels of the folded convolution.
    b2 : Tensor of shape (o,)
        Its biases.

    Examples
    --------
    >>> w, one = torch.ones(1, 1, 1, 1), torch.ones(1)
    >>> w2, b2 = fold_conv_bn(w, 2 * one, 3 * one, 0.5 * one, one, 4 * one, eps=0.0)
    >>> w2.item(), b2.item()
    (1.5, 2.0)
    """
    raise NotImplementedError
