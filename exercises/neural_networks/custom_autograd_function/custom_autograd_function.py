"""Custom autograd functions, and finite differences to check them with."""

from __future__ import annotations

from collections.abc import Callable

import torch


class Swish(torch.autograd.Function):
    """The activation x * sigmoid(beta * x), with gradients for both arguments.

    Examples
    --------
    >>> Swish.apply(torch.tensor([0.0, 2.0]), torch.tensor(1.0))
    tensor([0.0000, 1.7616])
    """

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, x: torch.Tensor, beta: torch.Tensor) -> torch.Tensor:
        """Apply the activation.

        Parameters
        ----------
        ctx : FunctionCtx
            Where to save what the backward pass needs.
        x : Tensor
            Inputs of any shape.
        beta : Tensor of shape ()
            Slope of the sigmoid.

        Returns
        -------
        Tensor of the shape of `x`
            Activations.
        """
        raise NotImplementedError

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, dy: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Apply the chain rule.

        Parameters
        ----------
        ctx : FunctionCtx
            What the forward pass saved.
        dy : Tensor of the shape of the result
            Gradient with respect to the result.

        Returns
        -------
        tuple of (Tensor, Tensor)
            Gradients with respect to `x` and `beta`.
        """
        raise NotImplementedError


class RoundSTE(torch.autograd.Function):
    """Round to integers in a range, with the straight-through gradient.

    Examples
    --------
    >>> RoundSTE.apply(torch.tensor([0.4, 1.6, 9.0]), -3.0, 3.0)
    tensor([0., 2., 3.])
    """

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, x: torch.Tensor, lo: float, hi: float) -> torch.Tensor:
        """Clamp, then round.

        Parameters
        ----------
        ctx : FunctionCtx
            Where to save what the backward pass needs.
        x : Tensor
            Inputs of any shape.
        lo, hi : float
            Range to clamp to.

        Returns
        -------
        Tensor of the shape of `x`
            Rounded values.
        """
        raise NotImplementedError

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, dy: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        """Pass the gradient inside the range.

        Parameters
        ----------
        ctx : FunctionCtx
            What the forward pass saved.
        dy : Tensor of the shape of the result
            Gradient with respect to the result.

        Returns
        -------
        tuple of (Tensor, None, None)
            Gradient with respect to `x`, and none for the range.
        """
        raise NotImplementedError


def finite_differences(f: Callable[[torch.Tensor], float], x: torch.Tensor, eps: float = 1e-6) -> torch.Tensor:
    """Approximate the gradient of a function by central differences.

    Parameters
    ----------
    f : callable
        Takes a tensor of the shape of `x` and returns a number.
    x : Tensor of float64
        Where to differentiate.
    eps : float, default=1e-6
        Step on either side.

    Returns
    -------
    Tensor of float64 and the shape of `x`
        Approximate gradient.

    Raises
    ------
    ValueError
        If `x` is not of float64.

    Examples
    --------
    >>> finite_differences(lambda t: float((t * t).sum()), torch.tensor([1.0, 2.0], dtype=torch.float64), 0.5)
    tensor([2., 4.], dtype=torch.float64)
    """
    raise NotImplementedError
