"""As LoRA libraries write it: Kaiming start, a merged flag, weight.data in place, setattr on parents; no checks."""

import math

import torch
from torch import Tensor, nn


class LoRALinear(nn.Module):
    """Frozen linear layer with a trainable update of low rank."""

    def __init__(self, base: nn.Linear, r: int, alpha: float, dropout: float = 0.0) -> None:
        super().__init__()
        self.base = base
        self.base.weight.requires_grad = False
        if self.base.bias is not None:
            self.base.bias.requires_grad = False
        self.lora_dropout = nn.Dropout(p=dropout)
        self.A = nn.Parameter(torch.zeros(r, base.in_features))
        self.B = nn.Parameter(torch.zeros(base.out_features, r))
        self.scaling = alpha / r
        self.merged = False
        nn.init.kaiming_uniform_(self.A, a=math.sqrt(5))
        nn.init.zeros_(self.B)

    def merge(self) -> None:
        """Add the update to the weight."""
        self.base.weight.data += (self.B @ self.A) * self.scaling
        self.merged = True

    def unmerge(self) -> None:
        """Take the update out of the weight."""
        self.base.weight.data -= (self.B @ self.A) * self.scaling
        self.merged = False

    def forward(self, x: Tensor) -> Tensor:
        """Apply the layer."""
        result = self.base(x)
        if not self.merged:
            result = result + (self.lora_dropout(x) @ self.A.transpose(0, 1) @ self.B.transpose(0, 1)) * self.scaling
        return result


def inject_lora(model: nn.Module, targets: list[str], r: int, alpha: float) -> int:
    """Wrap linear layers of a model in place, and freeze the rest."""
    for param in model.parameters():
        param.requires_grad = False
    count = 0
    for path, module in list(model.named_modules()):
        parent_name, _, name = path.rpartition(".")
        if isinstance(module, nn.Linear) and name in targets:
            setattr(model.get_submodule(parent_name), name, LoRALinear(module, r, alpha))
            count += 1
    return count


def lora_state_dict(model: nn.Module) -> dict[str, Tensor]:
    """Collect the updates of a model."""
    return {k: v for k, v in model.state_dict().items() if k.endswith((".A", ".B"))}
