"""As workshops write it: a Gaussian A, the update by F.linear, a recursive replacement over named_children."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class LoRALinear(nn.Module):
    """Frozen linear layer with a trainable update of low rank."""

    def __init__(self, base: nn.Linear, r: int, alpha: float, dropout: float = 0.0) -> None:
        super().__init__()
        self.base = base
        for p in self.base.parameters():
            p.requires_grad_(False)
        self.r, self.alpha = r, alpha
        self.A = nn.Parameter(torch.randn(r, base.in_features) / r)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))
        self.drop = nn.Dropout(dropout) if dropout > 0 else nn.Identity()
        self.is_merged = False

    def delta(self) -> Tensor:
        """The update as a matrix."""
        return self.alpha / self.r * torch.matmul(self.B, self.A)

    @torch.no_grad()
    def merge(self) -> None:
        """Add the update to the weight."""
        if self.is_merged:
            return
        self.base.weight.add_(self.delta())
        self.is_merged = True

    @torch.no_grad()
    def unmerge(self) -> None:
        """Take the update out of the weight."""
        if not self.is_merged:
            return
        self.base.weight.sub_(self.delta())
        self.is_merged = False

    def forward(self, x: Tensor) -> Tensor:
        """Apply the layer."""
        if self.is_merged:
            return self.base(x)
        return self.base(x) + F.linear(self.drop(x), self.delta())


def replace(module: nn.Module, targets: list[str], r: int, alpha: float) -> int:
    """Replace the children that are targets, and look into the others."""
    n = 0
    for name, child in module.named_children():
        if isinstance(child, nn.Linear) and name in targets:
            setattr(module, name, LoRALinear(child, r, alpha))
            n += 1
        else:
            n += replace(child, targets, r, alpha)
    return n


def inject_lora(model: nn.Module, targets: list[str], r: int, alpha: float) -> int:
    """Wrap linear layers of a model in place, and freeze the rest."""
    n = replace(model, targets, r, alpha)
    for name, p in model.named_parameters():
        p.requires_grad = name.split(".")[-1] in ("A", "B")
    return n


def lora_state_dict(model: nn.Module) -> dict[str, Tensor]:
    """Collect the updates of a model."""
    return {name: p.data for name, p in model.named_parameters() if p.requires_grad}
