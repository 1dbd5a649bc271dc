"""Custom autograd functions, and finite differences to check them with."""

from __future__ import annotations

import itertools
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
        ctx.save_for_backward(x, beta)
        return x * torch.sigmoid(beta * x)

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
        x, beta = ctx.saved_tensors
        s = torch.sigmoid(beta * x)
        slope = s * (1 - s)
        return dy * (s + beta * x * slope), (dy * x * x * slope).sum()


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
        ctx.save_for_backward((x >= lo) & (x <= hi))
        return x.clamp(lo, hi).round()

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
        (inside,) = ctx.saved_tensors
        return dy * inside, None, None


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
    if x.dtype != torch.float64:
        raise ValueError(f"finite differences need float64, got {x.dtype}")
    slopes = []
    for index in itertools.product(*map(range, x.shape)):
        values = []
        for step in (eps, -eps):
            moved = x.clone()  # a new tensor each time, so f may keep or change it
            moved[index] += step
            values.append(float(f(moved)))
        slopes.append((values[0] - values[1]) / (2 * eps))
    return torch.tensor(slopes, dtype=torch.float64).reshape(x.shape)
