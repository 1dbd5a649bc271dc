"""Global magnitude pruning, masks, pruned channels, and a schedule for the sparsity."""

from __future__ import annotations

import torch
from torch import nn


def global_magnitude_masks(weights: dict[str, torch.Tensor], sparsity: float) -> dict[str, torch.Tensor]:
    """Mask the smallest entries of all tensors together.

    Parameters
    ----------
    weights : dict of str to Tensor
        Tensors of any shapes.
    sparsity : float
        Share of the entries to prune, in [0, 1).

    Returns
    -------
    dict of str to Tensor of bool
        Masks of the same shapes; true means keep.

    Raises
    ------
    ValueError
        If `sparsity` is out of range.

    Examples
    --------
    >>> global_magnitude_masks({"w": torch.tensor([1.0, -3.0, 0.5])}, 0.4)
    {'w': tensor([ True,  True, False])}
    """
    raise NotImplementedError


def apply_masks(model: nn.Module, masks: dict[str, torch.Tensor]) -> None:
    """Set pruned weights to 0.

    Parameters
    ----------
    model : Module
        Model to change.
    masks : dict of str to Tensor of bool
        Masks by the names of parameters; true means keep.

    Raises
    ------
    ValueError
        If there is no parameter of a name.

    Examples
    --------
    >>> layer = nn.Linear(2, 1)
    >>> apply_masks(layer, {"weight": torch.zeros(1, 2, dtype=torch.bool)})
    >>> layer.weight.abs().sum().item()
    0.0
    """
    raise NotImplementedError


def prune_channels(w: torch.Tensor, n: int) -> torch.Tensor:
    """Choose the output channels that stay.

    Parameters
    ----------
    w : Tensor of shape (out, in, ...)
        Kernel or matrix.
    n : int
        Number of channels to drop, less than `out`.

    Returns
    -------
    Tensor of int64 and shape (out - n,)
        Indices of the others, ascending.

    Raises
    ------
    ValueError
        If `n` is out of range.

    Examples
    --------
    >>> prune_channels(torch.tensor([[1.0, 1.0], [0.0, 1.2], [3.0, 0.0]]), 1)
    tensor([0, 2])
    """
    raise NotImplementedError


def cubic_sparsity(step: int, start: int, end: int, final: float, initial: float = 0.0) -> float:
    """Return the sparsity of a step.

    Parameters
    ----------
    step : int
        Current step.
    start, end : int
        First and last step of the increase.
    final : float
        Sparsity at the end.
    initial : float, default=0.0
        Sparsity at the start.

    Returns
    -------
    float
        Sparsity.

    Raises
    ------
    ValueError
        If `end` is not after `start`.

    Examples
    --------
    >>> cubic_sparsity(10, 10, 20, 0.5), cubic_sparsity(20, 10, 20, 0.5)
    (0.0, 0.5)
    """
    raise NotImplementedError
