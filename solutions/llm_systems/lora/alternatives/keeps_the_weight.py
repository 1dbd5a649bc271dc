"""Puts the old weight aside on merging, walks through the model by recursion, and names parameters by hand."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn  # noqa: F401 - the tests need nn


class LoRALinear(nn.Module):
    """Two products with F.linear beside a frozen base."""

    def __init__(self, base, r, alpha, dropout=0.0):
        super().__init__()
        if r <= 0:
            raise ValueError("rank")
        if dropout < 0 or dropout >= 1:
            raise ValueError("dropout")
        m, n = base.weight.shape
        bound = n**-0.5
        kind = {"dtype": base.weight.dtype, "device": base.weight.device}
        self.A = nn.Parameter((torch.rand(r, n, **kind) * 2 - 1) * bound)
        self.B = nn.Parameter(torch.zeros(m, r, **kind))
        self.base = base
        for parameter in base.parameters():
            parameter.requires_grad = False
        self.factor, self.share, self.aside = alpha / r, dropout, None
        self.training = base.training

    def forward(self, x):
        """Add both paths."""
        y = self.base(x)
        if self.aside is None:
            z = F.dropout(x, self.share, self.training)
            y = y + F.linear(F.linear(z, self.A), self.B) * self.factor
        return y

    def merge(self):
        """Remember the old weight and write the new one over it."""
        if self.aside is None:
            self.aside = self.base.weight.detach().clone()
            self.base.weight.data += torch.mm(self.B.data * self.factor, self.A.data)

    def unmerge(self):
        """Write the old weight back."""
        if self.aside is not None:
            self.base.weight.data.copy_(self.aside)
            self.aside = None


def inject_lora(model, targets, r, alpha):
    """Recurse into every child that is not wrapped."""
    if r <= 0:
        raise ValueError("rank")
    count = _walk(model, set(targets), r, alpha)
    updates = {id(p) for layer in model.modules() if isinstance(layer, LoRALinear) for p in (layer.A, layer.B)}
    for parameter in model.parameters():
        parameter.requires_grad = id(parameter) in updates
    return count


def _walk(module, names, r, alpha):
    if isinstance(module, LoRALinear):
        return 0
    count = 0
    for name, child in list(module.named_children()):
        if type(child) is nn.Linear and name in names:
            setattr(module, name, LoRALinear(child, r, alpha))
            count += 1
        else:
            count += _walk(child, names, r, alpha)
    return count


def lora_state_dict(model):
    """Collect the two parameters of each layer."""
    found = {}
    for path, layer in model.named_modules():
        if isinstance(layer, LoRALinear):
            for part in ("A", "B"):
                found[f"{path}.{part}" if path else part] = getattr(layer, part).detach().clone()
    return found
