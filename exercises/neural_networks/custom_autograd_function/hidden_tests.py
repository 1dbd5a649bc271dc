"""Hidden tests of custom_autograd_function."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_gradients,
    assert_raises,
    gradients,
)


def draw(seed, *shape, dtype=torch.float64):
    """A tensor of normal numbers."""
    return torch.as_tensor(2 * np.random.default_rng(seed).normal(size=shape)).to(dtype)


def scalar(value, dtype=torch.float64):
    """A tensor of shape ()."""
    return torch.tensor(value, dtype=dtype)


def slopes(x, beta):
    """Value of Swish and its first derivatives, element by element."""
    s = torch.sigmoid(beta * x)
    return x * s, s + beta * x * s * (1 - s), x * x * s * (1 - s)


X = torch.tensor([-2.5, -2.0, -1.5, -0.2, 0.0, 0.7, 1.5, 2.0, 2.2], dtype=torch.float64)


@pytest.mark.parametrize("beta", [1.0, 0.3, -2.0, 0.0])
def test_swish_forward(candidate, beta):
    """The value is x * sigmoid(beta * x), for positive and negative slopes."""
    x = draw(1, 2, 3)
    assert_close(candidate.Swish.apply(x, scalar(beta)), slopes(x, beta)[0])


@pytest.mark.parametrize("beta", [1.0, 0.3, -2.0])
def test_swish_gradient_of_x(candidate, beta):
    """The gradient by x is s + beta x s (1 - s)."""
    x = draw(2, 7)
    (dx,) = gradients(candidate.Swish.apply, x, scalar(beta))
    assert_close(dx, slopes(x, beta)[1])


@pytest.mark.parametrize("beta", [1.0, 0.3, -2.0])
def test_swish_gradient_of_beta(candidate, beta):
    """The gradient by beta is summed over the elements, and has shape ()."""
    x = draw(3, 2, 4)
    _, dbeta = gradients(candidate.Swish.apply, x, scalar(beta), wrt=(0, 1))
    assert_close(dbeta, slopes(x, beta)[2].sum())


def test_swish_uses_the_chain_rule(candidate):
    """Both gradients are weighted by the gradient of the result, element by element."""
    x, dy = draw(4, 3, 3), draw(5, 3, 3)
    dx, dbeta = gradients(candidate.Swish.apply, x, scalar(0.8), wrt=(0, 1), cotangent=dy)
    assert_close(dx, dy * slopes(x, 0.8)[1])
    assert_close(dbeta, (dy * slopes(x, 0.8)[2]).sum())


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 5), beta=st.integers(-20, 20))
def test_swish_against_differences(candidate, seed, n, beta):
    """On random inputs both gradients agree with finite differences."""
    assert_gradients(candidate.Swish.apply, draw(seed, n, 2), scalar(beta / 10), wrt=(0, 1))


def test_rounding_forward(candidate):
    """Values are clamped to the range and rounded to integers."""
    assert_close(candidate.RoundSTE.apply(X, -2.0, 2.0), [-2.0, -2.0, -2.0, 0.0, 0.0, 1.0, 2.0, 2.0, 2.0])
    assert_close(candidate.RoundSTE.apply(torch.tensor([0.2, 9.0, 3.6, 2.9]), 1.0, 4.0), [1.0, 4.0, 4.0, 3.0])


def test_clamping_comes_first(candidate):
    """With a range whose ends are no integers, the ends are rounded as well."""
    assert_close(candidate.RoundSTE.apply(torch.tensor([5.0, -5.0, 1.2]), -1.6, 2.4), [2.0, -2.0, 1.0])


def test_straight_through_gradient(candidate):
    """The gradient passes unchanged inside the range and not at all outside."""
    dy = torch.arange(1.0, 10.0, dtype=torch.float64)
    (dx,) = gradients(candidate.RoundSTE.apply, X, -2.0, 2.0, cotangent=dy)
    assert_close(dx, [0.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 0.0])


def test_range_that_is_not_symmetric(candidate):
    """Each end of the range has its own border, and x on the border still has a gradient."""
    (dx,) = gradients(candidate.RoundSTE.apply, torch.tensor([-1.5, -1.0, -0.5, 3.0, 3.4, 3.45]), -1.0, 3.4)
    assert_close(dx, [0.0, 1.0, 1.0, 1.0, 1.0, 0.0])


def test_differences_by_hand(candidate):
    """For x ** 3 a central difference is 3 x ** 2 + eps ** 2, also for a large step."""
    x = torch.tensor([1.0, -2.0], dtype=torch.float64)
    assert_close(candidate.finite_differences(lambda t: float((t**3).sum()), x, 0.5), [3.25, 12.25])
    assert_close(candidate.finite_differences(lambda t: float((t**3).sum()), x, eps=1.0), [4.0, 13.0])
    assert_close(candidate.finite_differences(lambda t: float((t**3).sum()), x), [3.0, 12.0])
    assert_close(candidate.finite_differences(lambda t: float(t[0] * t[1]), x, 0.5), [-2.0, 1.0])


def test_differences_of_a_matrix(candidate):
    """Every element is moved by itself, and the result has the shape of x."""
    w, x = draw(6, 2, 3), draw(7, 2, 3)
    got = candidate.finite_differences(lambda t: float((w * t).sum() + t[0, 0] * t[1, 2]), x)
    expected = w.clone()
    expected[0, 0] += x[1, 2]
    expected[1, 2] += x[0, 0]
    assert_close(got, expected, rtol=1e-6, atol=1e-7)


@pytest.mark.fine
@pytest.mark.parametrize("beta", [0.7, -1.2])
def test_second_derivatives(candidate, beta):
    """Swish can be differentiated twice, by x, by beta, and by both."""
    x = 1.3
    pair = (torch.tensor([x], dtype=torch.float64), scalar(beta))
    hessian = candidate.torch.autograd.functional.hessian(candidate.Swish.apply, pair)
    s = 1 / (1 + np.exp(-beta * x))
    first, second = s * (1 - s), s * (1 - s) * (1 - 2 * s)
    mixed = 2 * x * first + beta * x * x * second
    expected = [[2 * beta * first + beta * beta * x * second, mixed], [mixed, x**3 * second]]
    assert_close([[float(v) for v in row] for row in hessian], expected)


@pytest.mark.fine
def test_one_gradient_at_a_time(candidate):
    """Either argument may need its gradient alone."""
    x, beta = draw(8, 4), scalar(0.9)
    assert_close(gradients(candidate.Swish.apply, x, beta, wrt=(0,))[0], slopes(x, 0.9)[1])
    assert_close(gradients(candidate.Swish.apply, x, beta, wrt=(1,))[0], slopes(x, 0.9)[2].sum())


@pytest.mark.fine
def test_halves_round_to_even(candidate):
    """0.5 becomes 0, and 1.5 and 2.5 become 2."""
    x = torch.tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])
    assert_close(candidate.RoundSTE.apply(x, -8.0, 8.0), [-2.0, -2.0, 0.0, 0.0, 2.0, 2.0])


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_dtypes_and_shapes(candidate, dtype):
    """Results and gradients keep the dtype of x; shapes () and (0,) are fine."""
    for shape in ((), (0,), (2, 1, 3)):
        x = draw(9, *shape, dtype=dtype)
        for function, rest in ((candidate.Swish, (scalar(0.5, dtype),)), (candidate.RoundSTE, (-1.0, 1.0))):
            for got in (function.apply(x, *rest), gradients(function.apply, x, *rest)[0]):
                assert_dtype(got, dtype)
                assert_equal(tuple(got.shape), shape)


@pytest.mark.fine
def test_calls_of_the_function(candidate):
    """Two calls an element, each with one element moved; what the function does to its argument has no effect."""
    seen = []

    def f(t):
        seen.append(t.clone())
        value = float((t * t).sum())
        t.zero_()
        return value

    x = torch.tensor([[1.0, -2.0]], dtype=torch.float64)
    assert_close(candidate.finite_differences(f, x, 0.25), [[2.0, -4.0]])
    moved = sorted(tuple((t - x).flatten().tolist()) for t in seen)
    assert_close(moved, [(-0.25, 0.0), (0.0, -0.25), (0.0, 0.25), (0.25, 0.0)])
    assert_dtype(candidate.finite_differences(f, x), torch.float64)
    assert_equal(tuple(candidate.finite_differences(f, torch.zeros(0, 2, dtype=torch.float64)).shape), (0, 2))


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.int64])
def test_differences_need_double(candidate, dtype):
    """Anything but float64 raises ValueError."""
    with assert_raises(ValueError):
        candidate.finite_differences(lambda t: float(t.sum()), torch.ones(2, dtype=dtype))
