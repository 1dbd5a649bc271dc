"""The reference of layer_norm against torch.nn.functional and autograd."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F


def inputs(shape, seed):
    """Return input, scale, shift and upstream gradient."""
    rng = np.random.default_rng(seed)
    return (
        rng.normal(loc=3.0, scale=2.0, size=shape),
        rng.normal(size=shape[-1]),
        rng.normal(size=shape[-1]),
        rng.normal(size=shape),
    )


def compare(got, expected, rtol=1e-10):
    for mine, other in zip(got, expected, strict=True):
        other = other.detach().numpy()
        assert mine.dtype == other.dtype
        np.testing.assert_allclose(mine, other, rtol=rtol, atol=rtol)


@pytest.mark.parametrize("eps", [1e-5, 0.3])
@pytest.mark.parametrize("shape", [(5,), (7, 4), (2, 3, 8), (0, 3), (2, 2, 2, 6)])
def test_layer_norm_agrees_with_torch(reference, shape, eps):
    """Results and gradients of layer normalisation agree with torch."""
    solution = reference("layer_norm")
    x, gamma, beta, dy = inputs(shape, 1)
    leaves = [torch.tensor(a, requires_grad=True) for a in (x, gamma, beta)]
    expected = F.layer_norm(leaves[0], shape[-1:], leaves[1], leaves[2], eps)
    grads = torch.autograd.grad(expected, leaves, torch.tensor(dy))
    y, cache = solution.layer_norm(x, gamma, beta, eps)
    compare((y, *solution.layer_norm_backward(dy, cache)), (expected, *grads))


@pytest.mark.parametrize("eps", [1e-6, 0.3])
@pytest.mark.parametrize("shape", [(5,), (7, 4), (2, 3, 8), (2, 2, 2, 6)])
def test_rms_norm_agrees_with_torch(reference, shape, eps):
    """Results and gradients of RMS normalisation agree with torch."""
    solution = reference("layer_norm")
    x, gamma, _, dy = inputs(shape, 2)
    leaves = [torch.tensor(a, requires_grad=True) for a in (x, gamma)]
    expected = F.rms_norm(leaves[0], shape[-1:], leaves[1], eps)
    grads = torch.autograd.grad(expected, leaves, torch.tensor(dy))
    y, cache = solution.rms_norm(x, gamma, eps)
    compare((y, *solution.rms_norm_backward(dy, cache)), (expected, *grads))


def test_float16_agrees_with_torch(reference):
    """In float16 the results agree with torch's, which computes in float32 too."""
    x, gamma, beta, _ = (a.astype(np.float16) for a in inputs((6, 16), 3))
    x *= np.float16(300)
    y, _ = reference("layer_norm").layer_norm(x, gamma, beta)
    expected = F.layer_norm(torch.tensor(x), (16,), torch.tensor(gamma), torch.tensor(beta))
    compare((y,), (expected,), rtol=2e-3)
