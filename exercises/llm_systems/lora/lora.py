"""LoRA: a low-rank update beside a frozen linear layer, its injection into a model, and its merging."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class LoRALinear(nn.Module):
    """Frozen linear layer with a trainable update of low rank.

    Parameters
    ----------
    base : Linear
        Layer from n channels to m; kept, and frozen in place.
    r : int
        Rank of the update, at least 1.
    alpha : float
        Strength of the update, which is scaled by alpha / r.
    dropout : float, default=0.0
        Share of the inputs of the update that are dropped in training, in [0, 1).

    Attributes
    ----------
    base : Linear
        The frozen layer.
    A : Parameter of shape (r, n)
        Takes the input down to r channels; uniform at first.
    B : Parameter of shape (m, r)
        Takes these up to m channels; zero at first.

    Raises
    ------
    ValueError
        If `r` is less than 1, or `dropout` lies outside [0, 1); then `base` is as it was.

    Examples
    --------
    >>> base = nn.Linear(4, 3)
    >>> layer = LoRALinear(base, r=2, alpha=4.0)
    >>> [(name, tuple(p.shape)) for name, p in layer.named_parameters() if p.requires_grad]
    [('A', (2, 4)), ('B', (3, 2))]
    >>> torch.equal(layer(torch.ones(5, 4)), base(torch.ones(5, 4)))
    True
    """

    def __init__(self, base: nn.Linear, r: int, alpha: float, dropout: float = 0.0) -> None:
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Apply the layer with its update.

        Parameters
        ----------
        x : Tensor of shape (..., n)
            Inputs.

        Returns
        -------
        Tensor of shape (..., m)
            base(x) + alpha / r * x A' B', with dropout of x in the second term; base(x) alone while merged.
        """
        raise NotImplementedError

    def merge(self) -> None:
        """Add the update to the weight of the base layer, unless it is in there already."""
        raise NotImplementedError

    def unmerge(self) -> None:
        """Take the update out of the weight of the base layer again, if it is in there."""
        raise NotImplementedError


def inject_lora(model: nn.Module, targets: list[str], r: int, alpha: float) -> int:
    """Wrap linear layers of a model in place, and freeze the rest.

    Parameters
    ----------
    model : Module
        Model to change.
    targets : list of str
        Names of layers, without the path that leads to them.
    r : int
        Rank of each update, at least 1.
    alpha : float
        Strength of each update.

    Returns
    -------
    int
        Number of layers that were wrapped now.

    Raises
    ------
    ValueError
        If `r` is less than 1; then the model is as it was.

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2))
    >>> inject_lora(model, ["0", "1"], r=2, alpha=2.0)
    1
    >>> [name for name, p in model.named_parameters() if p.requires_grad]
    ['0.A', '0.B']
    """
    raise NotImplementedError


def lora_state_dict(model: nn.Module) -> dict[str, Tensor]:
    """Collect the updates of a model, which are all that has to be stored.

    Parameters
    ----------
    model : Module
        Model with wrapped layers, or a wrapped layer itself.

    Returns
    -------
    dict of str to Tensor
        A and B of every wrapped layer, under their names in the model's own state dict.

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(4, 4), LoRALinear(nn.Linear(4, 2), r=1, alpha=1.0))
    >>> sorted(lora_state_dict(model))
    ['1.A', '1.B']
    """
    raise NotImplementedError
