"""The reference of custom_autograd_function against torch: gradcheck, silu, and fake quantisation."""

from __future__ import annotations

import pytest
import torch

from tests.support.references import References


@pytest.mark.parametrize("beta", [1.0, 0.3, -1.7])
def test_swish_passes_gradcheck(reference: References, beta: float) -> None:
    """First and second derivatives pass torch's own checks, and beta = 1 is silu."""
    torch.manual_seed(0)
    x = torch.randn(4, 3, dtype=torch.float64, requires_grad=True)
    slope = torch.tensor(beta, dtype=torch.float64, requires_grad=True)
    swish = reference("custom_autograd_function").Swish.apply
    assert torch.autograd.gradcheck(swish, (x, slope))
    assert torch.autograd.gradgradcheck(swish, (x, slope))
    if beta == 1.0:
        torch.testing.assert_close(swish(x, slope), torch.nn.functional.silu(x))


def test_rounding_agrees_with_fake_quantisation(reference: References) -> None:
    """With scale 1, values and gradients are those of torch's fake quantisation away from the ends of the range."""
    x = torch.linspace(-6.2, 6.3, 60, requires_grad=True)
    y = reference("custom_autograd_function").RoundSTE.apply(x, -4.0, 3.0)
    (got,) = torch.autograd.grad(y.sum(), x)
    wanted = torch.fake_quantize_per_tensor_affine(x, 1.0, 0, -4, 3)
    (slope,) = torch.autograd.grad(wanted.sum(), x)
    far = ((x - 3).abs() > 0.51) & ((x + 4).abs() > 0.51)
    torch.testing.assert_close(y, wanted)
    torch.testing.assert_close(got[far], slope[far])


def test_differences_agree_with_autograd(reference: References) -> None:
    """Central differences are close to autograd's gradient of a smooth function."""
    x = torch.randn(3, 2, dtype=torch.float64, requires_grad=True)

    def f(t: torch.Tensor) -> torch.Tensor:
        return (t.sin() @ t.exp().T).logsumexp(dim=(0, 1))

    (exact,) = torch.autograd.grad(f(x), x)
    got = reference("custom_autograd_function").finite_differences(lambda t: f(t).item(), x, 1e-5)
    torch.testing.assert_close(got, exact, rtol=1e-7, atol=1e-8)
