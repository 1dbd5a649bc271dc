"""Transfer learning: a new head, frozen layers, layer-wise learning rates and frozen batch norms."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


def freeze_backbone(model: nn.Module, head_prefix: str) -> int:
    """Train the head only.

    Parameters
    ----------
    model : Module
        Model to change.
    head_prefix : str
        Dotted name of the head.

    Returns
    -------
    int
        How many numbers are trained.

    Raises
    ------
    ValueError
        If no parameter belongs to the head.

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(5, 3), nn.Linear(3, 2))
    >>> freeze_backbone(model, "1")
    8
    """
    raise NotImplementedError


def replace_head(model: nn.Module, attr: str, n_classes: int) -> None:
    """Put a new linear layer in the place of the old one.

    Parameters
    ----------
    model : Module
        Model to change.
    attr : str
        Dotted name of a linear layer.
    n_classes : int
        Number of outputs of the new layer.

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(5, 3))
    >>> replace_head(model, "0", 2)
    >>> model
    Sequential(
      (0): Linear(in_features=5, out_features=2, bias=True)
    )
    """
    raise NotImplementedError


def param_groups(
    model: nn.Module, layer_prefixes: list[str], base_lr: float, decay: float, weight_decay: float
) -> list[dict[str, Any]]:
    """Give lower layers smaller learning rates, and biases no weight decay.

    Parameters
    ----------
    model : Module
        Model to train.
    layer_prefixes : list of str
        Dotted names of layers, from the input to the output.
    base_lr : float
        Learning rate of the last layer, and of all that is not listed.
    decay : float
        Factor from one layer to the one below it.
    weight_decay : float
        Weight decay of matrices and kernels.

    Returns
    -------
    list of dict
        Groups with the keys "params", "lr" and "weight_decay".

    Examples
    --------
    >>> model = nn.Sequential(nn.Linear(5, 3, bias=False), nn.Linear(3, 2, bias=False))
    >>> [group["lr"] for group in param_groups(model, ["0", "1"], 0.1, 0.5, 0.0)]
    [0.05, 0.1]
    """
    raise NotImplementedError


def train_mode(model: nn.Module) -> None:
    """Switch to training, but leave frozen batch norms in evaluation.

    Parameters
    ----------
    model : Module
        Model to change.

    Examples
    --------
    >>> model = nn.Sequential(nn.BatchNorm1d(2)).requires_grad_(False)
    >>> train_mode(model)
    >>> model.training, model[0].training
    (True, False)
    """
    raise NotImplementedError
