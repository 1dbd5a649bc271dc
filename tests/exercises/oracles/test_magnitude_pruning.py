"""The reference of magnitude_pruning against torch.nn.utils.prune."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn.utils import prune

from tests.support.references import References


@pytest.mark.parametrize("sparsity", [0.0, 0.25, 0.5, 0.75])
def test_masks_agree_with_torch(reference: References, sparsity: float) -> None:
    """Where the number of entries is whole, the masks are those of torch's global pruning; torch rounds, we cut."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(6, 4), nn.Conv2d(2, 4, 3))
    weights = {"0.weight": model[0].weight, "1.weight": model[1].weight}
    masks = reference("magnitude_pruning").global_magnitude_masks(weights, sparsity)
    kept = {name: w.detach().clone() * masks[name] for name, w in weights.items()}
    reference("magnitude_pruning").apply_masks(model, masks)
    torch.testing.assert_close({name: w.detach() for name, w in weights.items()}, kept)
    other = nn.Sequential(nn.Linear(6, 4), nn.Conv2d(2, 4, 3))
    torch.manual_seed(0)
    other[0].reset_parameters()
    other[1].reset_parameters()
    modules = [(other[0], "weight"), (other[1], "weight")]
    prune.global_unstructured(modules, pruning_method=prune.L1Unstructured, amount=sparsity)
    for i in range(2):
        assert torch.equal(other[i].weight_mask.bool(), masks[f"{i}.weight"])


@pytest.mark.parametrize("n", [0, 1, 3])
def test_channels_agree_with_torch(reference: References, n: int) -> None:
    """The kept channels are those that torch's structured pruning leaves."""
    torch.manual_seed(1)
    layer = nn.Conv2d(2, 5, 3)
    kept = reference("magnitude_pruning").prune_channels(layer.weight, n)
    prune.ln_structured(layer, "weight", amount=n, n=2, dim=0)
    assert kept.tolist() == layer.weight_mask.flatten(1).any(dim=1).nonzero().flatten().tolist()
