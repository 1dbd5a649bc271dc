"""Hidden tests of weight_initialization."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, put, speed


def normal(seed, shape):
    """Standard normal numbers."""
    return np.random.default_rng(seed).normal(size=shape)


def gram_schmidt(z):
    """Orthonormal columns, one at a time, each in the direction of what its own column adds."""
    columns = []
    for column in z.T:
        for _ in range(2):  # twice is enough
            for done in columns:
                column = column - done * (done @ column)
        columns.append(column / np.sqrt(column @ column))
    return np.stack(columns, axis=1)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((10, 20), (20, 10)), ((8, 3, 5, 5), (75, 200)), ((4, 2, 3), (6, 12)), ((6, 1, 2, 3, 4), (24, 144))],
)
def test_fans_by_hand(candidate, shape, expected):
    """Fan-in is in times kernel, fan-out is out times kernel."""
    assert_close(candidate.fans(shape), expected)


def test_xavier_by_hand(candidate):
    """0 becomes the lower bound, one half 0, and three quarters half of the upper bound."""
    u = np.array([[0.0, 0.5, 0.75], [0.25, 0.5, 0.0]])
    b = math.sqrt(6 / 5)
    assert_close(candidate.xavier_uniform(u), [[-b, 0.0, b / 2], [-b / 2, 0.0, -b]])


def test_xavier_gain(candidate):
    """The gain multiplies the bound."""
    u = np.zeros((2, 4))
    assert_close(candidate.xavier_uniform(u, gain=5 / 3), np.full((2, 4), -5 / 3))


def test_xavier_of_a_convolution(candidate):
    """The kernel counts on both sides."""
    assert_close(candidate.xavier_uniform(np.zeros((2, 4, 3, 3))), np.full((2, 4, 3, 3), -math.sqrt(6 / 54)))


def test_kaiming_by_hand(candidate):
    """The standard deviation is the root of 2 / fan_in, and the numbers keep their signs."""
    assert_close(candidate.kaiming_normal(np.array([[1.0, -2.0]] * 3)), [[1.0, -2.0]] * 3)
    assert_close(candidate.kaiming_normal(np.ones((3, 8))), np.full((3, 8), 0.5))


def test_kaiming_modes(candidate):
    """The mode picks the fan; kernels count."""
    z = np.ones((2, 8, 2, 2))
    assert_close(candidate.kaiming_normal(z, mode="fan_out"), np.full(z.shape, 0.5))
    assert_close(candidate.kaiming_normal(z, "fan_in"), np.full(z.shape, 0.25))


@pytest.mark.parametrize("a", [0.01, 0.2, 1.0, math.sqrt(5)])
def test_kaiming_slopes(candidate, a):
    """A slope a below zero divides the variance by 1 + a * a."""
    z = normal(1, (3, 5))
    assert_close(candidate.kaiming_normal(z, a=a), z * math.sqrt(2 / ((1 + a * a) * 5)))


@given(shape=st.lists(st.integers(1, 5), min_size=2, max_size=4), seed=st.integers(0, 2**32 - 1))
def test_random_shapes(candidate, shape, seed):
    """For any shape the scales follow the formulas."""
    out, into, area = shape[0], shape[1], math.prod(shape[2:])
    rng = np.random.default_rng(seed)
    u, z = rng.random(shape), rng.normal(size=shape)
    assert_close(candidate.xavier_uniform(u), (2 * u - 1) * math.sqrt(6 / (area * (out + into))))
    assert_close(candidate.kaiming_normal(z, "fan_out"), z * math.sqrt(2 / (out * area)))


@pytest.mark.parametrize("shape", [(4, 4), (6, 3), (3, 6), (1, 5), (5, 1), (1, 1)])
def test_shorter_side_is_orthonormal(candidate, shape):
    """Columns of a tall matrix are orthonormal, and rows of a wide one."""
    w = np.asarray(candidate.orthogonal(normal(2, shape)))
    assert_equal(w.shape, shape)
    assert_close(w @ w.T if shape[0] < shape[1] else w.T @ w, np.eye(min(shape)))


@pytest.mark.parametrize("shape", [(3, 3), (5, 2), (2, 5)])
def test_orthogonal_up_to_sign(candidate, shape):
    """The result orthonormalises the columns of z from left to right, or the rows of a wide z from top to bottom."""
    z = normal(3, shape)
    expected = gram_schmidt(z) if shape[0] >= shape[1] else gram_schmidt(z.T).T
    assert_close(np.abs(candidate.orthogonal(z)), np.abs(expected))


def test_orthogonal_gain(candidate):
    """The gain multiplies the orthonormal matrix."""
    z = normal(4, (4, 3))
    w = np.asarray(candidate.orthogonal(z, gain=1.5))
    assert_close(w.T @ w, 2.25 * np.eye(3))


@pytest.mark.fine
def test_signs_are_fixed(candidate):
    """The diagonal of R is positive, so the result is the one of Gram-Schmidt with its signs."""
    for seed in range(5):
        for shape in ((4, 4), (5, 3), (3, 5)):
            z = normal(10 + seed, shape)
            expected = gram_schmidt(z) if shape[0] >= shape[1] else gram_schmidt(z.T).T
            assert_close(candidate.orthogonal(z, 2.0), 2 * expected)
    assert_close(candidate.orthogonal(-np.eye(3)), -np.eye(3))


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes(candidate, dtype):
    """float32 numbers give float32 weights; the inputs are not modified."""
    u = np.random.default_rng(5).random((3, 4)).astype(dtype)
    for got in (candidate.xavier_uniform(u, 2.0), candidate.kaiming_normal(u, a=0.1), candidate.orthogonal(u, 2.0)):
        assert_dtype(got, dtype)


@pytest.mark.fine
@pytest.mark.parametrize("shape", [(), (5,)])
def test_weights_have_two_dimensions(candidate, shape):
    """A shape of fewer than two dimensions raises ValueError."""
    with assert_raises(ValueError):
        candidate.fans(shape)
    for name in ("xavier_uniform", "kaiming_normal", "orthogonal"):
        with assert_raises(ValueError):
            getattr(candidate, name)(np.ones(shape))


@pytest.mark.fine
def test_bad_arguments_are_refused(candidate):
    """Another mode, and a tensor for orthogonal, raise ValueError."""
    for mode in ("fan", "FAN_IN", ""):
        with assert_raises(ValueError):
            candidate.kaiming_normal(np.ones((2, 3)), mode=mode)
    with assert_raises(ValueError):
        candidate.orthogonal(np.ones((2, 3, 4)))


@pytest.mark.fine
def test_nearly_dependent_columns(candidate):
    """Columns that differ by little become orthonormal too, which subtracting projections alone does not reach."""
    z = np.vander(np.linspace(0.9, 1.0, 8), 6)
    for got in (candidate.orthogonal(z), candidate.orthogonal(z.T).T):
        assert_close(got.T @ got, np.eye(6))


@pytest.mark.scale
def test_large_matrices_are_quick(candidate, reference, rng):
    """A large matrix costs one QR decomposition, not a loop over its columns."""

    def prepare(subject, rng):
        z = put(subject, rng.normal(size=(160, 160)))
        return lambda: subject.orthogonal(z)

    speed(candidate, reference, prepare, rng, limit=6, check=lambda got, _: assert_close(got @ got.T, np.eye(160)))
