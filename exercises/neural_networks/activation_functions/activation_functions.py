"""Nine activations, their derivatives by formula, and the share of dead units."""

from __future__ import annotations

import torch
from torch import Tensor


def forward(name: str, x: Tensor) -> Tensor:
    """Apply an activation to every entry.

    Parameters
    ----------
    name : str
        One of sigmoid, tanh, relu, leaky_relu, elu, gelu, gelu_tanh, silu and softplus.
    x : Tensor of shape (...)
        Pre-activations, floating.

    Returns
    -------
    Tensor of shape (...)
        Activations, in the dtype of x.

    Raises
    ------
    ValueError
        If the name is unknown.

    Examples
    --------
    >>> forward("leaky_relu", torch.tensor([-2.0, 0.0, 3.0]))
    tensor([-0.0200,  0.0000,  3.0000])
    """
    raise NotImplementedError


def derivative(name: str, x: Tensor) -> Tensor:
    """Differentiate an activation at every entry.

    Parameters
    ----------
    name : str
        One of the names that `forward` knows.
    x : Tensor of shape (...)
        Pre-activations, floating.

    Returns
    -------
    Tensor of shape (...)
        Derivative of the activation at x, in the dtype of x. At a kink it is the one from the left.

    Raises
    ------
    ValueError
        If the name is unknown.

    Examples
    --------
    >>> derivative("leaky_relu", torch.tensor([-2.0, 0.0, 3.0]))
    tensor([0.0100, 0.0100, 1.0000])
    """
    raise NotImplementedError


def dead_relu_fraction(pre: Tensor) -> float:
    """Share of the units that no example switches on.

    Parameters
    ----------
    pre : Tensor of shape (N, H)
        Pre-activations of N examples in H units.

    Returns
    -------
    float
        Share of the units whose pre-activation is never greater than 0.

    Raises
    ------
    ValueError
        If `pre` is not a matrix, or N or H is 0.

    Examples
    --------
    >>> dead_relu_fraction(torch.tensor([[1.0, 0.0], [-1.0, -2.0]]))
    0.5
    """
    raise NotImplementedError
