"""The reference of depthwise_separable_conv against torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from tests.support.references import References


@pytest.mark.parametrize("seed", range(20))
def test_agrees_with_torch(reference: References, seed: int) -> None:
    """Convolutions agree with torch, and the cost with the size of torch's weights."""
    solution, rng = reference("depthwise_separable_conv"), np.random.default_rng(seed)
    groups, a, b, k, stride, o = rng.integers(1, 5, size=6).tolist()
    padding = int(rng.integers(0, 3))
    x, w = rng.normal(size=(2, groups * a, 9, 8)), rng.normal(size=(groups * b, a, k, k))
    expected = F.conv2d(torch.tensor(x), torch.tensor(w), groups=groups, stride=stride, padding=padding)
    np.testing.assert_allclose(solution.grouped_conv2d(x, w, groups, stride, padding), expected, atol=1e-12)
    c = groups * a
    dw, pw = rng.normal(size=(c * b, 1, k, k)), rng.normal(size=(o, c * b))
    middle = F.conv2d(torch.tensor(x), torch.tensor(dw), groups=c, stride=stride, padding=padding)
    expected = F.conv2d(middle, torch.tensor(pw)[:, :, None, None])
    np.testing.assert_allclose(solution.depthwise_separable(x, dw, pw, stride, padding), expected, atol=1e-12)
    layers = [torch.nn.Conv2d(c, c, k, groups=c, bias=False), torch.nn.Conv2d(c, o, 1, bias=False)]
    weights = sum(layer.weight.numel() for layer in layers)
    assert solution.conv_cost(c, o, k, 7, 6, True) == (weights, weights * 42)
