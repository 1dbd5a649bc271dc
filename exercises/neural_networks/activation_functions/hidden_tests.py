"""Hidden tests of activation_functions."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import (
    assert_close,
    assert_dtype,
    assert_raises,
    assert_shape,
    assert_that,
    assert_type,
    put,
    speed,
)

ROOT = math.sqrt(2.0)


def sigmoid(x):
    """Logistic function of a float, whatever its sign."""
    return 1.0 / (1.0 + math.exp(-x)) if x > -700.0 else 0.0


def softplus(x):
    """Logarithm of 1 + e^x for a float."""
    return x + math.log1p(math.exp(-x)) if x > 0 else math.log1p(math.exp(x))


# Each activation for one Python float.
SLOW = {
    "sigmoid": sigmoid,
    "tanh": math.tanh,
    "relu": lambda x: max(x, 0.0),
    "leaky_relu": lambda x: x if x > 0 else 0.01 * x,
    "elu": lambda x: x if x > 0 else math.expm1(x),
    "gelu": lambda x: 0.5 * x * math.erfc(-x / ROOT),
    "gelu_tanh": lambda x: 0.5 * x * (1.0 + math.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x**3))),
    "silu": lambda x: x * sigmoid(x),
    "softplus": softplus,
}
each = pytest.mark.parametrize("name", SLOW)
# Relative error of elu and softplus.
TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-9}
KINKED = ("relu", "leaky_relu", "elu")


def slope(name, x):
    """Derivative of an activation at a float that is no kink, from five values around it."""
    f, h = SLOW[name], 1e-3
    if name in KINKED:
        h = min(h, abs(x) / 4)
    return (f(x - 2 * h) - 8 * f(x - h) + 8 * f(x + h) - f(x + 2 * h)) / (12 * h)


def mapped(f, x):
    """Tensor of f for every entry."""
    return torch.tensor([f(v) for v in x.flatten().tolist()], dtype=x.dtype).reshape(x.shape)


AT = [-2.0, -0.5, 0.0, 1.0, 3.0]
VALUES = {
    "sigmoid": [0.119202922022, 0.377540668798, 0.5, 0.731058578630, 0.952574126822],
    "tanh": [-0.964027580076, -0.462117157260, 0.0, 0.761594155956, 0.995054753687],
    "relu": [0.0, 0.0, 0.0, 1.0, 3.0],
    "leaky_relu": [-0.02, -0.005, 0.0, 1.0, 3.0],
    "elu": [-0.864664716763, -0.393469340287, 0.0, 1.0, 3.0],
    "gelu": [-0.045500263896, -0.154268769363, 0.0, 0.841344746069, 2.995950305905],
    "gelu_tanh": [-0.045402305912, -0.154285990175, 0.0, 0.841191990608, 2.996362607918],
    "silu": [-0.238405844044, -0.188770334399, 0.0, 0.731058578630, 2.857722380467],
    "softplus": [0.126928011043, 0.474076984180, 0.693147180560, 1.313261687518, 3.048587351574],
}
SLOPES = {
    "sigmoid": [0.104993585404, 0.235003712202, 0.25, 0.196611933241, 0.045176659731],
    "tanh": [0.070650824853, 0.786447732966, 1.0, 0.419974341614, 0.009866037165],
    "relu": [0.0, 0.0, 0.0, 1.0, 1.0],
    "leaky_relu": [0.01, 0.01, 0.01, 1.0, 1.0],
    "elu": [0.135335283237, 0.606530659713, 1.0, 1.0, 1.0],
    "gelu": [-0.085231801078, 0.132504875344, 0.5, 1.083315470588, 1.011945647204],
    "gelu_tanh": [-0.086099256624, 0.132630096465, 0.5, 1.082964083846, 1.011584166631],
    "silu": [-0.090784248785, 0.260038812697, 0.5, 0.927670511871, 1.088104106015],
    "softplus": [0.119202922022, 0.377540668798, 0.5, 0.731058578630, 0.952574126822],
}


@each
def test_values_from_a_table(candidate, name):
    """At -2, -0.5, 0, 1 and 3 the activation has the values of a table."""
    assert_close(candidate.forward(name, torch.tensor(AT).double()), torch.tensor(VALUES[name], dtype=torch.float64))


@each
def test_derivatives_from_a_table(candidate, name):
    """At -2, -0.5, 0, 1 and 3 the derivative has the values of a table; at a kink that is 0 either side will do."""
    at, slopes = torch.tensor(AT).double(), torch.tensor(SLOPES[name], dtype=torch.float64)
    if name in ("relu", "leaky_relu"):
        at, slopes = at[at != 0], slopes[at != 0]
    assert_close(candidate.derivative(name, at), slopes)


def test_the_two_gelus_differ(candidate):
    """The exact GELU and its tanh approximation are told apart, and so are their derivatives."""
    x = torch.tensor([-2.5, -1.0, 2.0]).double()
    for f in (candidate.forward, candidate.derivative):
        gap = (f("gelu", x) - f("gelu_tanh", x)).abs()
        assert_that(bool((gap > 1e-5).all() and (gap < 1e-2).all()), "makes both GELUs the same, or very different")


@given(
    name=st.sampled_from(sorted(SLOW)),
    n=st.integers(1, 6),
    scale=st.sampled_from([0.1, 1.0, 5.0]),
    seed=st.integers(0, 2**32 - 1),
)
def test_derivative_agrees_with_differences(candidate, name, n, scale, seed):
    """Values agree with scalar arithmetic, and derivatives with differences of it."""
    x = torch.from_numpy(np.random.default_rng(seed).normal(scale=scale, size=n))
    x = torch.where(x.abs() < 1e-3, 0.5, x)  # differences across a kink mean nothing
    assert_close(candidate.forward(name, x), mapped(SLOW[name], x))
    assert_close(candidate.derivative(name, x), mapped(lambda v: slope(name, v), x))


def test_dead_units_by_hand(candidate):
    """Units that are negative or 0 for every example are dead; one positive entry keeps a unit alive."""
    pre = torch.tensor([[-1.0, 0.0, 3.0, -2.0, 1e-30], [-5.0, 0.0, -3.0, 0.5, -7.0], [-1.0, 0.0, -9.0, -2.0, -8.0]])
    assert_close(candidate.dead_relu_fraction(pre), 0.4)
    assert_close(candidate.dead_relu_fraction(pre.double()[:, :4]), 0.5)


def test_dead_units_at_the_ends(candidate):
    """All units, none of them, and a single unit of a single example."""
    for pre, expected in (
        (-torch.ones(3, 2), 1.0),
        (torch.ones(3, 2), 0.0),
        (torch.tensor([[0.0]]), 1.0),
        (torch.tensor([[2.0]]), 0.0),
        (torch.tensor([[-1.0, 2.0, -3.0]]).expand(4, 3), 2 / 3),
        (torch.tensor([[-1.0, 2.0, -3.0]]).T, 0.0),
    ):
        assert_close(candidate.dead_relu_fraction(pre), expected, rtol=1e-6, atol=1e-9)


@pytest.mark.fine
def test_derivatives_at_the_kink(candidate):
    """At 0 the derivative is the one from the left: 0 for relu, 0.01 for leaky_relu."""
    for zero in (torch.tensor([0.0, -0.0]), torch.tensor([0.0, -0.0]).double()):
        assert_close(candidate.derivative("relu", zero), torch.zeros_like(zero))
        assert_close(candidate.derivative("leaky_relu", zero), torch.full_like(zero, 0.01))
        assert_close(candidate.derivative("elu", zero), torch.ones_like(zero))


@pytest.mark.fine
@each
@pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
def test_large_entries(candidate, name, dtype):
    """Entries from 20 to 10000, of either sign, give finite values and derivatives that are right."""
    x = torch.tensor([-1e4, -1e3, -200.0, -90.0, -20.0, 20.0, 90.0, 200.0, 1e3, 1e4], dtype=dtype)
    assert_close(candidate.forward(name, x), mapped(SLOW[name], x))
    ends = {"sigmoid": (0.0, 0.0), "tanh": (0.0, 0.0), "leaky_relu": (0.01, 1.0)}.get(name, (0.0, 1.0))
    expected = torch.where(x > 0, torch.tensor(ends[1], dtype=dtype), torch.tensor(ends[0], dtype=dtype))
    got = candidate.derivative(name, x)
    assert_close(got[:4], expected[:4])
    assert_close(got[6:], expected[6:])
    wide = x[4:6].double().tolist()
    assert_close(got[4:6], torch.tensor([slope(name, v) for v in wide], dtype=dtype))


@pytest.mark.fine
@pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
def test_elu_near_zero(candidate, dtype):
    """ELU of a tiny negative number is that number, with all its digits."""
    x = torch.tensor([-1e-3, -9.9e-5, -1.2345e-5, -3e-8, -1e-20, 2e-7], dtype=dtype)
    assert_close(candidate.forward("elu", x), mapped(SLOW["elu"], x), rtol=TOLERANCE[dtype], atol=0)


@pytest.mark.fine
@pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
def test_softplus_far_left(candidate, dtype):
    """Softplus of a very negative number is tiny, not 0."""
    x = torch.tensor([-10.0, -20.0, -40.0, -65.0, 5.0, 25.0], dtype=dtype)
    assert_close(candidate.forward("softplus", x), mapped(SLOW["softplus"], x), rtol=2 * TOLERANCE[dtype], atol=0)


@pytest.mark.fine
@pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
def test_softplus_between(candidate, dtype):
    """Softplus of 10 to 25 is a little more than its argument, and the little still counts."""
    x = torch.linspace(10.0, 25.0, 61, dtype=dtype)
    assert_close(candidate.forward("softplus", x), mapped(SLOW["softplus"], x), rtol=2 * TOLERANCE[dtype], atol=0)


@pytest.mark.fine
@each
@pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
def test_dtypes_and_shapes(candidate, name, dtype):
    """float32 and float64 are kept, and so is the shape, of one number as of three axes or none at all."""
    for shape in ((), (1,), (2, 1, 3), (0,), (2, 0)):
        x = torch.linspace(-2.3, 1.9, math.prod(shape)).to(dtype).reshape(shape)
        assert_close(candidate.forward(name, x), mapped(SLOW[name], x), check_dtype=True)
        got = candidate.derivative(name, x)
        assert_shape(got, shape)
        assert_dtype(got, dtype)
        assert_close(
            got, torch.tensor([slope(name, v) for v in x.flatten().double().tolist()], dtype=dtype).reshape(shape)
        )


@pytest.mark.fine
@each
def test_strided_views(candidate, name):
    """Transposed and strided views are read correctly."""
    x = torch.linspace(-3.1, 3.3, 24, dtype=torch.float64).reshape(4, 6)
    for view in (x.T, x[::2, 1::3], x[:, :1].expand(4, 3)):
        assert_close(candidate.forward(name, view), mapped(SLOW[name], view))
        assert_close(candidate.derivative(name, view), mapped(lambda v: slope(name, v), view))


@pytest.mark.fine
def test_unknown_names(candidate):
    """Any other name raises ValueError, also one that differs in case or punctuation only."""
    for name in ("swish", "ReLU", "leaky-relu", "gelu_erf", " tanh", ""):
        for f in (candidate.forward, candidate.derivative):
            with assert_raises(ValueError):
                f(name, torch.zeros(2))


@pytest.mark.fine
def test_a_python_float(candidate):
    """The share is a Python float, not a tensor."""
    assert_type(candidate.dead_relu_fraction(torch.tensor([[-1.0, 2.0]])), float)


@pytest.mark.fine
def test_no_examples_or_units(candidate):
    """Without examples, without units, or with another number of axes, dead_relu_fraction raises ValueError."""
    for shape in ((0, 3), (3, 0), (0, 0), (3,), (), (2, 2, 2)):
        with assert_raises(ValueError):
            candidate.dead_relu_fraction(torch.ones(shape))


@pytest.mark.scale
def test_whole_tensors(candidate, reference, rng):
    """GELU of 200000 entries and its derivative take whole-tensor operations, not a loop over the entries."""

    def prepare(subject, rng):
        x = put(subject, torch.from_numpy(rng.normal(size=200_000)).float())
        return lambda: (subject.forward("gelu", x), subject.derivative("gelu", x))

    speed(candidate, reference, prepare, rng, limit=20)
    assert_close(candidate.forward("relu", torch.arange(-2.0, 3.0)), torch.tensor([0.0, 0.0, 0.0, 1.0, 2.0]))
