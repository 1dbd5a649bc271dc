"""The reference of freeze_finetune against what torch's optimizers and modules really change."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.support.references import References


@pytest.mark.parametrize("make", [torch.optim.AdamW, torch.optim.SGD])
def test_training_moves_the_head_only(reference: References, make: type[torch.optim.Optimizer]) -> None:
    """After three steps with weight decay, parameters and statistics of the backbone are what they were."""
    module = reference("freeze_finetune")
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Linear(6, 3))
    module.replace_head(model, "2", 2)
    assert module.freeze_backbone(model, "2") == sum(p.numel() for p in model[2].parameters())
    groups = module.param_groups(model, ["0", "1", "2"], 0.1, 0.5, 0.3)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    optimizer = make(groups)
    for _ in range(3):
        module.train_mode(model)
        optimizer.zero_grad()
        model(torch.randn(8, 4)).square().mean().backward()
        optimizer.step()
    changed = {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {"2.weight", "2.bias"}


def test_groups_hold_every_parameter_once(reference: References) -> None:
    """The groups of a transformer layer hold exactly its trainable parameters."""
    layer = nn.TransformerEncoderLayer(8, 2)
    groups = reference("freeze_finetune").param_groups(layer, ["self_attn", "linear1", "linear2"], 1e-3, 0.5, 0.1)
    held = [id(p) for group in groups for p in group["params"]]
    assert sorted(held) == sorted(id(p) for p in layer.parameters())
    rates = {id(p): group["lr"] for group in groups for p in group["params"]}
    assert rates[id(layer.self_attn.out_proj.weight)] == pytest.approx(2.5e-4)
    assert rates[id(layer.norm1.weight)] == pytest.approx(1e-3)
