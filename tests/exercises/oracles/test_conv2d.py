"""The reference of conv2d against torch.nn.functional.conv2d with autograd."""

import numpy as np
import pytest
import torch


@pytest.mark.parametrize("dilation", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 3])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (2, 4)])
def test_responses_and_gradients_agree_with_torch(reference, kernel, stride, padding, dilation):
    """Responses and all gradients agree, with and without biases."""
    solution = reference("conv2d")
    rng = np.random.default_rng(5)
    x, w, b = (rng.normal(size=s) for s in ((2, 3, 10, 13), (4, 3, *kernel), (4,)))
    leaves = [torch.tensor(a, requires_grad=True) for a in (x, w, b)]
    for bias in (True, False):
        used = leaves if bias else leaves[:2]
        expected = torch.nn.functional.conv2d(*used, stride=stride, padding=padding, dilation=dilation)
        dy = rng.normal(size=tuple(expected.shape))
        grads = torch.autograd.grad(expected, used, torch.tensor(dy))
        y, cache = solution.conv2d(x, w, b if bias else None, stride, padding, dilation)
        got = solution.conv2d_backward(dy, cache)
        np.testing.assert_allclose(y, expected.detach().numpy(), rtol=1e-9, atol=1e-11)
        for mine, other in zip(got, grads):
            np.testing.assert_allclose(mine, other.numpy(), rtol=1e-9, atol=1e-11)
        assert (got[2] is None) is not bias
