"""The reference of activation_functions against torch.nn.functional and autograd."""

import pytest
import torch
from torch.nn import functional as F

ORACLES = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "silu": F.silu,
    "softplus": lambda x: F.softplus(x, threshold=700),
}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("scale", [0.01, 1.0, 5.0, 100.0, 3000.0])
@pytest.mark.parametrize("name", ORACLES)
def test_values_and_derivatives_agree_with_torch(reference, name, scale, dtype):
    """Values agree with torch, derivatives with autograd, at 0 as well."""
    solution = reference("activation_functions")
    x = scale * torch.randn(400, generator=torch.Generator().manual_seed(5), dtype=dtype)
    x[:2] = 0.0
    if name == "softplus":
        x = x.clamp(max=600.0)  # where torch's threshold lets the exponential pass
    leaf = x.clone().requires_grad_()
    expected = ORACLES[name](leaf)
    (slopes,) = torch.autograd.grad(expected.sum(), leaf)
    tolerance = 5e-6 if dtype is torch.float32 else 1e-12
    if name == "softplus" and dtype is torch.float32:
        keep = x < 80.0
        x, expected, slopes = x[keep], expected[keep], slopes[keep]
    torch.testing.assert_close(solution.forward(name, x), expected.detach(), rtol=tolerance, atol=tolerance)
    torch.testing.assert_close(solution.derivative(name, x), slopes, rtol=tolerance, atol=tolerance)


def test_dead_units_of_a_biased_layer(reference):
    """A unit is dead exactly if ReLU gives zeros for it."""
    pre = torch.randn(20, 300, generator=torch.Generator().manual_seed(1)) - 2.0
    expected = (F.relu(pre).sum(0) == 0).double().mean().item()
    assert 0 < expected < 1
    assert reference("activation_functions").dead_relu_fraction(pre) == pytest.approx(expected, rel=1e-12)
