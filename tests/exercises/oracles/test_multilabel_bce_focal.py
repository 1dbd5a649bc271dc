"""The reference of multilabel_bce_focal against torch's loss and torch's autograd of the focal formula."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.support.references import References


def draw(seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return logits with a gradient, and labels."""
    torch.manual_seed(seed)
    return (torch.randn(5, 3, dtype=torch.float64) * 4).requires_grad_(), torch.randint(0, 2, (5, 3)).double()


@pytest.mark.parametrize("seed", range(4))
def test_bce_agrees_with_torch(reference: References, seed: int) -> None:
    """Loss and gradient are torch's, with and without pos_weight."""
    z, t = draw(seed)
    for w in (None, torch.tensor([0.5, 2.0, 7.0], dtype=torch.float64)):
        z.grad = None
        wanted = torch.nn.functional.binary_cross_entropy_with_logits(z, t, pos_weight=w)
        wanted.backward()
        loss, dz = reference("multilabel_bce_focal").bce_with_logits(
            z.detach().numpy(), t.numpy(), None if w is None else w.numpy()
        )
        assert loss == pytest.approx(wanted.item())
        assert z.grad is not None
        np.testing.assert_allclose(dz, z.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize("gamma", [0.0, 1.0, 2.0, 3.5])
@pytest.mark.parametrize("alpha", [-1.0, 0.25, 0.9])
def test_focal_agrees_with_autograd(reference: References, alpha: float, gamma: float) -> None:
    """Loss and gradient are those of the formula, differentiated by torch."""
    z, t = draw(7)
    ce = torch.nn.functional.binary_cross_entropy_with_logits(z, t, reduction="none")
    weight = torch.where(t == 1, alpha, 1 - alpha) if alpha >= 0 else torch.ones_like(t)
    wanted = (weight * (1 - torch.exp(-ce)) ** gamma * ce).mean()
    wanted.backward()
    loss, dz = reference("multilabel_bce_focal").focal_loss(z.detach().numpy(), t.numpy(), alpha, gamma)
    assert loss == pytest.approx(wanted.item())
    assert z.grad is not None
    np.testing.assert_allclose(dz, z.grad.numpy(), atol=1e-9)
