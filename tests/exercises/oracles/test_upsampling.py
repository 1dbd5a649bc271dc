"""The reference of upsampling against torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from tests.support.references import References


@pytest.mark.parametrize("seed", range(20))
def test_agrees_with_torch(reference: References, seed: int) -> None:
    """All three functions agree with torch for random shapes and settings."""
    solution, rng = reference("upsampling"), np.random.default_rng(seed)
    n, c, o, h, w = rng.integers(1, 6, size=5).tolist()
    kh, kw, stride = rng.integers(1, 6, size=3).tolist()
    padding = int(rng.integers(0, min((h - 1) * stride + kh, (w - 1) * stride + kw) // 2 + 1))
    padding -= 2 * padding >= min((h - 1) * stride + kh, (w - 1) * stride + kw)
    x, k, b = rng.normal(size=(n, c, h, w)), rng.normal(size=(c, o, kh, kw)), rng.normal(size=o)
    expected = F.conv_transpose2d(*map(torch.tensor, (x, k, b)), stride=stride, padding=padding)
    np.testing.assert_allclose(solution.conv_transpose2d(x, k, b, stride, padding), expected, atol=1e-12)
    out = tuple(rng.integers(1, 12, size=2).tolist())
    for align in (False, True):
        expected = F.interpolate(torch.tensor(x), out, mode="bilinear", align_corners=align)
        np.testing.assert_allclose(solution.resize_bilinear(x, out, align), expected, atol=1e-12)
    x = rng.normal(size=(n, c * stride**2, h, w))
    np.testing.assert_array_equal(solution.pixel_shuffle(x, stride), F.pixel_shuffle(torch.tensor(x), stride))
