"""lora_state_dict forgets the path of the layers."""

from __future__ import annotations

import math

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
        if r < 1 or not 0.0 <= dropout < 1.0:
            raise ValueError(f"needs r >= 1 and dropout in [0, 1), got {r} and {dropout}")
        super().__init__()
        self.base = base.requires_grad_(False)
        # With B = 0 the update starts at 0. A must not be 0 as well: then neither would ever get a gradient.
        self.A = nn.Parameter(base.weight.new_empty(r, base.in_features))
        self.B = nn.Parameter(base.weight.new_zeros(base.out_features, r))
        # a = sqrt(5) makes Kaiming's bound sqrt(6 / ((1 + a^2) n)) the 1 / sqrt(n) of nn.Linear.
        nn.init.kaiming_uniform_(self.A, a=math.sqrt(5))
        self._dropout = nn.Dropout(dropout)
        self._scale = alpha / r
        self._merged = False
        self.train(base.training)

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
        if self._merged:
            return self.base(x)
        # From the left: (x A') B' takes r (n + m) products a row, and A' B' is never formed.
        return self.base(x) + self._scale * (self._dropout(x) @ self.A.T @ self.B.T)

    def merge(self) -> None:
        """Add the update to the weight of the base layer, unless it is in there already."""
        if not self._merged:
            self._add_to_base(self._scale)
            self._merged = True

    def unmerge(self) -> None:
        """Take the update out of the weight of the base layer again, if it is in there."""
        if self._merged:
            self._add_to_base(-self._scale)
            self._merged = False

    def _add_to_base(self, scale: float) -> None:
        # Without no_grad the frozen weight would become a result of A and B.
        with torch.no_grad():
            self.base.weight += scale * (self.B @ self.A)


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
    if r < 1:
        raise ValueError(f"r must be at least 1, got {r}")
    found = [
        (parent, name, child)
        for parent in model.modules()
        if not isinstance(parent, LoRALinear)  # its base is a linear layer with a name, too
        for name, child in parent.named_children()
        if name in targets and isinstance(child, nn.Linear)
    ]
    for parent, name, child in found:
        parent.add_module(name, LoRALinear(child, r, alpha))
    model.requires_grad_(False)
    for module in model.modules():
        if isinstance(module, LoRALinear):
            module.A.requires_grad_()
            module.B.requires_grad_()
    return len(found)


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
    wrapped = {name for name, module in model.named_modules() if isinstance(module, LoRALinear)}
    # The weight of a base layer belongs to "path.base", which is no wrapped layer.
    return {
        key.rpartition(".")[2]: value for key, value in model.state_dict().items() if key.rpartition(".")[0] in wrapped
    }
