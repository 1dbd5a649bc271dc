"""The reference of fft_convolution against SciPy and torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import signal

from tests.support.references import References


@pytest.mark.parametrize("seed", range(15))
def test_agrees_with_scipy_and_torch(reference: References, seed: int) -> None:
    """Every mode agrees with `scipy.signal.correlate2d` channel by channel, valid and same with torch."""
    solution, rng = reference("fft_convolution"), np.random.default_rng(seed)
    n, c, o, kh, kw = rng.integers(1, 6, size=5).tolist()
    x, w = rng.normal(size=(n, c, kh + 3, kw + 8)), rng.normal(size=(o, c, kh, kw))
    for mode in ("valid", "full"):
        expected = [[sum(signal.correlate2d(a, b, mode) for a, b in zip(i, k, strict=True)) for k in w] for i in x]
        np.testing.assert_allclose(solution.fft_conv2d(x, w, mode), expected, atol=1e-12)
    (top, left), (bottom, right) = ((kh - 1) // 2, (kw - 1) // 2), (kh // 2, kw // 2)
    for mode, sides in (("valid", (0, 0, 0, 0)), ("same", (left, right, top, bottom))):
        expected = torch.nn.functional.conv2d(torch.nn.functional.pad(torch.tensor(x), sides), torch.tensor(w))
        np.testing.assert_allclose(solution.fft_conv2d(x, w, mode), expected, atol=1e-12)
