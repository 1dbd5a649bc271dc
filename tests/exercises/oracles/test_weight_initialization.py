"""The reference of weight_initialization against torch.nn.init, which draws the numbers itself."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.support.references import References

SHAPES = [(5, 7), (7, 5), (4, 3, 2), (6, 2, 3, 5)]


@pytest.mark.parametrize("shape", SHAPES)
def test_scales_agree_with_torch(reference: References, shape: tuple[int, ...]) -> None:
    """With the numbers that torch draws from the same seed, the weights are torch's."""
    module = reference("weight_initialization")
    assert module.fans(shape) == torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(shape))
    u, z = (
        draw(shape, dtype=torch.float64, generator=torch.manual_seed(1)).numpy() for draw in (torch.rand, torch.randn)
    )
    empty = torch.empty(shape, dtype=torch.float64)
    wanted = torch.nn.init.xavier_uniform_(empty, gain=1.7, generator=torch.manual_seed(1))
    np.testing.assert_allclose(module.xavier_uniform(u, 1.7), wanted.numpy(), atol=1e-12)
    for mode in ("fan_in", "fan_out"):
        wanted = torch.nn.init.kaiming_normal_(empty, a=0.3, mode=mode, generator=torch.manual_seed(1))
        np.testing.assert_allclose(module.kaiming_normal(z, mode, 0.3), wanted.numpy(), atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES[:2])
def test_orthogonal_agrees_with_torch(reference: References, shape: tuple[int, int]) -> None:
    """The orthogonal matrix is torch's; torch draws a wide matrix in transposed order."""
    drawn = torch.randn(shape, dtype=torch.float64, generator=torch.manual_seed(2))
    empty = torch.empty(shape, dtype=torch.float64)
    wanted = torch.nn.init.orthogonal_(empty, gain=0.7, generator=torch.manual_seed(2))
    np.testing.assert_allclose(
        reference("weight_initialization").orthogonal(drawn.numpy(), 0.7), wanted.numpy(), atol=1e-12
    )
