"""Global magnitude pruning, masks, pruned channels, and a schedule for the sparsity."""

from __future__ import annotations

import math

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
    if not 0 <= sparsity < 1:
        raise ValueError(f"sparsity must lie in [0, 1), got {sparsity}")
    if not weights:
        return {}
    sizes = torch.cat([w.abs().flatten() for w in weights.values()])
    keep = torch.ones(len(sizes), dtype=torch.bool)
    # Positions, not a threshold: a threshold takes too many where magnitudes are equal.
    keep[sizes.argsort(stable=True)[: math.floor(sparsity * len(sizes))]] = False
    pieces = keep.split([w.numel() for w in weights.values()])
    return {name: piece.reshape(w.shape) for (name, w), piece in zip(weights.items(), pieces)}


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
    parameters = dict(model.named_parameters())
    if not masks.keys() <= parameters.keys():
        raise ValueError(f"no parameters of the names {sorted(masks.keys() - parameters.keys())}")
    with torch.no_grad():
        for name, mask in masks.items():
            parameters[name].masked_fill_(~mask, 0)  # a product would keep NaN


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
    if not 0 <= n < len(w):
        raise ValueError(f"n must lie in [0, {len(w)}), got {n}")
    norms = w.flatten(1).norm(dim=1)
    return norms.argsort(stable=True)[n:].sort().values


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
    if end <= start:
        raise ValueError(f"end must be after start, got {start} and {end}")
    left = 1 - min(max((step - start) / (end - start), 0.0), 1.0)
    return final + (initial - final) * left**3
