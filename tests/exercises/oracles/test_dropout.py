"""The reference of dropout against torch.nn.functional.dropout, through the mask that torch drew."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.support.references import References


@pytest.mark.parametrize("p", [0.0, 0.2, 0.7, 1.0])
@pytest.mark.parametrize("training", [True, False])
def test_agrees_with_torch(reference: References, p: float, training: bool) -> None:
    """With random numbers that drop what torch dropped, output and gradient are torch's."""
    torch.manual_seed(0)
    x = torch.randn(6, 7, dtype=torch.float64, requires_grad=True)
    y = torch.nn.functional.dropout(x, p, training)
    weights = torch.randn(6, 7, dtype=torch.float64)
    (y * weights).sum().backward()
    u = np.where(y.detach().numpy() == 0, 0.0, 1 - 1e-9)
    got, mask = reference("dropout").dropout(x.detach().numpy(), p, u, training)
    np.testing.assert_allclose(got, y.detach().numpy())
    assert x.grad is not None
    np.testing.assert_allclose(reference("dropout").dropout_backward(weights.numpy(), mask), x.grad.numpy())


def test_share_of_dropped_units(reference: References) -> None:
    """Over a million uniform numbers a share p is dropped, and the mean stays."""
    u = np.random.default_rng(0).random((1000, 1000))
    y, mask = reference("dropout").dropout(np.ones((1000, 1000)), 0.3, u)
    assert (mask == 0).mean() == pytest.approx(0.3, abs=2e-3)
    assert y.mean() == pytest.approx(1.0, abs=3e-3)
