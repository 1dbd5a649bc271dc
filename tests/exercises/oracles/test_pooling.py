"""The reference of pooling against torch."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F


@pytest.mark.parametrize("seed", range(30))
def test_pooling_agrees_with_torch(reference, seed):
    """Values of all layers and the gradient of max pooling are torch's, ties among them."""
    solution = reference("pooling")
    rng = np.random.default_rng(seed)
    k, stride = (int(v) for v in rng.integers(1, 5, size=2))
    padding = int(rng.integers(0, k // 2 + 1))
    x = rng.integers(-9, 0, size=(2, 3, *rng.integers(4, 12, size=2))).astype(float)
    tensor = torch.tensor(x, requires_grad=True)

    y, cache = solution.max_pool2d(x, k, stride, padding)
    expected = F.max_pool2d(tensor, k, stride, padding)
    np.testing.assert_array_equal(y, expected.detach().numpy())
    dy = rng.normal(size=y.shape)
    expected.backward(torch.tensor(dy))
    np.testing.assert_allclose(solution.max_pool2d_backward(dy, cache), tensor.grad.numpy(), rtol=1e-12, atol=1e-12)

    for include in (True, False):
        expected = F.avg_pool2d(tensor.detach(), k, stride, padding, count_include_pad=include)
        np.testing.assert_allclose(solution.avg_pool2d(x, k, stride, padding, include), expected.numpy(), rtol=1e-12)

    out = tuple(int(v) for v in rng.integers(1, 14, size=2))
    expected = F.adaptive_avg_pool2d(tensor.detach(), out)
    np.testing.assert_allclose(solution.adaptive_avg_pool2d(x, out), expected.numpy(), rtol=1e-12)


def test_nan_agrees_with_torch(reference):
    """Max pooling hands NaN on as torch does."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1, 2, 9, 9))
    x[rng.random(x.shape) < 0.1] = np.nan
    np.testing.assert_array_equal(
        reference("pooling").max_pool2d(x, 3, 2, 1)[0], F.max_pool2d(torch.tensor(x), 3, 2, 1).numpy()
    )
