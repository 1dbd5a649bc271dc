"""The reference of lora against dense layers, torch.nn.utils.parametrize and an optimiser."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from tests.support.references import References


class LowRank(nn.Module):
    """Parametrisation of a weight by an update of low rank."""

    def __init__(self, a: Tensor, b: Tensor, scale: float) -> None:
        super().__init__()
        self.a, self.b, self.scale = nn.Parameter(a.clone()), nn.Parameter(b.clone()), scale

    def forward(self, weight: Tensor) -> Tensor:
        """Add the update to the weight."""
        return weight + self.scale * self.b @ self.a


@pytest.mark.parametrize("seed", range(10))
def test_training_agrees_with_a_parametrised_layer(reference: References, seed: int) -> None:
    """Ten steps of Adam lead to the same weights as a parametrisation of torch's own layer."""
    torch.manual_seed(seed)
    theirs = nn.Linear(7, 5, bias=seed % 2 == 0, dtype=torch.float64)
    ours = reference("lora").LoRALinear(copy.deepcopy(theirs), r=3, alpha=1.0 + seed)
    theirs.requires_grad_(False)
    parametrize.register_parametrization(theirs, "weight", LowRank(ours.A.detach(), ours.B.detach(), (1.0 + seed) / 3))
    x, y = torch.randn(20, 7, dtype=torch.float64), torch.randn(20, 5, dtype=torch.float64)
    for model in (ours, theirs):
        optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=0.05)
        for _ in range(10):
            optimizer.zero_grad()
            ((model(x) - y) ** 2).mean().backward()
            optimizer.step()
    torch.testing.assert_close(ours(x), theirs(x), rtol=1e-9, atol=1e-11)
    ours.merge()
    torch.testing.assert_close(ours.base.weight, theirs.weight, rtol=1e-9, atol=1e-11)


def test_injection_into_a_transformer(reference: References) -> None:
    """A transformer layer gives the same before and after injection, and after a merge of trained updates."""
    solution = reference("lora")
    torch.manual_seed(0)
    model = nn.TransformerEncoderLayer(16, 2, dim_feedforward=32, dropout=0.0, batch_first=True, dtype=torch.float64)
    x = torch.randn(2, 5, 16, dtype=torch.float64)
    before = model(x)
    assert solution.inject_lora(model, ["linear1", "linear2"], r=2, alpha=4.0) == 2
    torch.testing.assert_close(model(x), before)
    for name, p in model.named_parameters():
        assert p.requires_grad == (name in solution.lora_state_dict(model))
        if p.requires_grad:
            nn.init.normal_(p)
    trained = model(x)
    assert (trained - before).abs().max() > 0.1
    for name in ("linear1", "linear2"):
        model.get_submodule(name).merge()
    torch.testing.assert_close(model(x), trained)


def test_gradients_agree_with_finite_differences(reference: References) -> None:
    """torch.autograd.gradcheck accepts the layer."""
    torch.manual_seed(1)
    layer = reference("lora").LoRALinear(nn.Linear(4, 3, dtype=torch.float64), r=2, alpha=3.0)
    nn.init.normal_(layer.B)
    x = torch.randn(2, 4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x, a, b: torch.func.functional_call(layer, {"A": a, "B": b}, x),
                                    (x, layer.A, layer.B))  # fmt: skip


def test_start_agrees_with_linear(reference: References) -> None:
    """A has the distribution that nn.Linear gives its weight."""
    torch.manual_seed(2)
    ours = reference("lora").LoRALinear(nn.Linear(300, 4), r=200, alpha=1.0).A
    theirs = nn.Linear(300, 200).weight
    assert ours.std().item() == pytest.approx(theirs.std().item(), rel=0.02)
    assert ours.abs().max().item() == pytest.approx(theirs.abs().max().item(), rel=0.01)
