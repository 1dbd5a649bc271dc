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
    if not any(_belongs(name, head_prefix) for name, _ in model.named_parameters()):
        raise ValueError(f"no parameter belongs to {head_prefix!r}")
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(_belongs(name, head_prefix))
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


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
    old = model.get_submodule(attr)
    parent, _, name = attr.rpartition(".")
    new = nn.Linear(
        old.in_features, n_classes, bias=old.bias is not None, device=old.weight.device, dtype=old.weight.dtype
    )
    setattr(model.get_submodule(parent), name, new)


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
    rates = {prefix: base_lr * decay**j for j, prefix in enumerate(reversed(layer_prefixes))}
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():  # a shared parameter comes once
        if parameter.requires_grad:
            # Of two prefixes of one name the longer is the greater string.
            owner = max((prefix for prefix in rates if _belongs(name, prefix)), default="")
            settings = rates.get(owner, base_lr), weight_decay if parameter.ndim > 1 else 0.0
            groups.setdefault(settings, []).append(parameter)
    return [{"params": params, "lr": lr, "weight_decay": wd} for (lr, wd), params in groups.items()]


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
    model.train()
    for module in model.modules():
        norm = isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d))
        if norm and not any(p.requires_grad for p in module.parameters()):
            module.eval()


def _belongs(name: str, prefix: str) -> bool:
    """Compare whole parts of a dotted name: "fc" owns "fc.weight" but not "fc2.weight"."""
    return f"{name}.".startswith(f"{prefix}.")
