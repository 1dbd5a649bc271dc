"""Hidden tests of layer_norm."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import (
    assert_close,
    assert_raises,
    assert_that,
    put,
    speed,
)

KINDS = ("layer", "rms")
each = pytest.mark.parametrize("kind", KINDS)
EPS = {"layer": 1e-5, "rms": 1e-6}


def slow_row(kind, row, gamma, beta, eps):
    """Result of one row, and its Jacobian before the scale, in Python floats."""
    d = len(row)
    mean = math.fsum(row) / d if kind == "layer" else 0.0
    z = [v - mean for v in row]
    r = math.sqrt(math.fsum(v * v for v in z) / d + eps)
    y = [g * v / r + b for g, v, b in zip(gamma, z, beta, strict=True)]
    centre = 1.0 / d if kind == "layer" else 0.0
    jacobian = [[((i == j) - centre) / r - z[i] * z[j] / (d * r**3) for j in range(d)] for i in range(d)]
    return y, jacobian, [v / r for v in z]


def slow(kind, x, gamma, beta, dy, eps=None):
    """Result and gradients, from the Jacobian of every row."""
    eps = EPS[kind] if eps is None else eps
    d = x.shape[-1]
    y, dx = np.zeros(x.shape), np.zeros(x.shape)
    dgamma, dbeta = np.zeros(d), np.zeros(d)
    for at in np.ndindex(x.shape[:-1]):
        out, jacobian, normed = slow_row(kind, x[at].tolist(), gamma.tolist(), beta.tolist(), eps)
        y[at] = out
        dx[at] = (dy[at] * gamma) @ np.array(jacobian)
        dgamma += dy[at] * normed
        dbeta += dy[at]
    return (y, dx, dgamma, dbeta) if kind == "layer" else (y, dx, dgamma)


def forward(candidate, kind, x, gamma, beta, **options):
    """Result and cache of the candidate."""
    if kind == "layer":
        got = candidate.layer_norm(x, gamma, beta, **options)
    else:
        got = candidate.rms_norm(x, gamma, **options)
    assert_that(isinstance(got, (tuple, list)) and len(got) == 2, "is not a pair, result and cache")
    return got


def run(candidate, kind, x, gamma, beta, dy, **options):
    """Result and gradients of the candidate."""
    y, cache = forward(candidate, kind, x, gamma, beta, **options)
    f = candidate.layer_norm_backward if kind == "layer" else candidate.rms_norm_backward
    grads = f(dy, cache)
    assert_that(isinstance(grads, (tuple, list)) and len(grads) == (3 if kind == "layer" else 2), "has another length")
    return (y, *grads)


def draw(seed, *shape, dtype=np.float64):
    """Input, scale, shift (zero for RMS in the tests) and upstream gradient."""
    rng = np.random.default_rng(seed)
    x, dy = 2.0 * rng.normal(size=shape) + 1.0, rng.normal(size=shape)
    gamma, beta = rng.normal(size=shape[-1]), rng.normal(size=shape[-1])
    return tuple(a.astype(dtype) for a in (x, gamma, beta, dy))


def expected_of(kind, x, gamma, beta, dy, **options):
    """Result and gradients of the slow specification; RMS has no shift."""
    return slow(kind, x, gamma, beta if kind == "layer" else np.zeros_like(beta), dy, **options)


def test_layer_norm_by_hand(candidate):
    """The row 1, 3, 5, 7 has mean 4 and biased variance 5; scale and shift come afterwards."""
    x, gamma, beta = np.array([1.0, 3.0, 5.0, 7.0]), np.array([1.0, 2.0, 3.0, -1.0]), np.array([0.0, 1.0, -1.0, 5.0])
    y, _ = forward(candidate, "layer", x, gamma, beta, eps=4.0)
    assert_close(y, np.array([-1.0, 1.0 - 2.0 / 3.0, 0.0, 4.0]))


def test_rms_norm_by_hand(candidate):
    """The row 1, 7, -5, 5 has mean square 25; the mean is not subtracted."""
    x, gamma = np.array([1.0, 7.0, -5.0, 5.0]), np.array([1.0, 2.0, 3.0, -1.0])
    y, _ = forward(candidate, "rms", x, gamma, np.zeros(4), eps=11.0)
    assert_close(y, np.array([1.0, 14.0, -15.0, -5.0]) / 6.0)


def test_gradients_by_hand(candidate):
    """Gradients of small rows agree with those worked out by hand."""
    # The row -1, 1 has variance 1; with eps 3 the root is 2. The upstream gradient times gamma is (2, 6).
    x, gamma, beta, dy = np.array([[-1.0, 1.0]]), np.array([2.0, 3.0]), np.zeros(2), np.array([[1.0, 2.0]])
    got = run(candidate, "layer", x, gamma, beta, dy, eps=3.0)
    # dx = (g - mean g - z mean(g z)) / 2 with z = (-1/2, 1/2), mean g = 4, mean(g z) = 1.
    assert_close(got, (np.array([[-1.0, 1.5]]), np.array([[-0.75, 0.75]]), np.array([-0.5, 1.0]), np.array([1.0, 2.0])))
    # The row 1, 7 has mean square 25; with eps 11 the root is 6. z = (1/6, 7/6), mean(g z) = (2 + 42) / 12.
    got = run(candidate, "rms", np.array([[1.0, 7.0]]), gamma, beta, dy, eps=11.0)
    dx = np.array([[2.0 - 44.0 / 72.0, 6.0 - 7.0 * 44.0 / 72.0]]) / 6.0
    assert_close(got, (np.array([[2.0, 21.0]]) / 6.0, dx, np.array([1.0, 14.0]) / 6.0))


@each
@given(n=st.integers(1, 4), d=st.integers(2, 5), seed=st.integers(0, 2**32 - 1))
def test_agrees_with_a_slow_specification(candidate, kind, n, d, seed):
    """Results and gradients are what the Jacobian of every row gives."""
    x, gamma, beta, dy = draw(seed, n, d)
    got = run(candidate, kind, x, gamma, beta, dy, eps=0.1)
    assert_close(got, expected_of(kind, x, gamma, beta, dy, eps=0.1))


@each
def test_gradients_agree_with_differences(candidate, kind, rng):
    """A small step of all inputs along some direction changes the loss as the gradients say."""
    x, gamma, beta, dy = draw(rng, 3, 5)
    beta = beta if kind == "layer" else np.zeros(5)
    _, *grads = run(candidate, kind, x, gamma, beta, dy)
    steps = [rng.normal(size=a.shape) for a in (x, gamma, beta)]
    h = 1e-5

    def loss(t):
        moved = (a + t * step for a, step in zip((x, gamma, beta), steps, strict=True))
        return float((forward(candidate, kind, *moved)[0] * dy).sum())

    right, left = loss(h), loss(-h)
    slope = sum(float((g * t).sum()) for g, t in zip(grads, steps, strict=False))
    assert_close((right - left) / (2 * h), slope, rtol=1e-6, atol=1e-7)


@each
def test_leading_axes(candidate, kind):
    """Rows and batches of sequences: the parameters' gradients sum over all leading axes."""
    for shape in ((1, 4), (3, 4), (2, 3, 4)):
        x, gamma, beta, dy = draw(2, *shape)
        assert_close(run(candidate, kind, x, gamma, beta, dy), expected_of(kind, x, gamma, beta, dy))


def test_rows_without_spread(candidate):
    """Equal entries give beta, zeros give 0, and the gradients there are finite and right."""
    x, (_, gamma, beta, dy) = np.full((2, 4), 7.0), draw(3, 2, 4)
    got = run(candidate, "layer", x, gamma, beta, dy)
    assert_close(got[0], np.stack([beta, beta]))
    assert_close(got, expected_of("layer", x, gamma, beta, dy))
    got = run(candidate, "rms", np.zeros((2, 4)), gamma, beta, dy)
    assert_close(got[0], np.zeros((2, 4)))
    assert_close(got[1], dy * gamma * 1e3)


@each
def test_rows_do_not_mix(candidate, kind):
    """Each row is normalised by itself: its result and gradient do not depend on the others."""
    x, gamma, beta, dy = draw(6, 4, 3)
    y, dx, *_ = run(candidate, kind, x, gamma, beta, dy)
    for i in range(4):
        one, grad, *_ = run(candidate, kind, x[i], gamma, beta, dy[i])
        assert_close((y[i], dx[i]), (one, grad))


def test_invariances(candidate, rng):
    """LayerNorm ignores shifts and scales of a row, RMSNorm scales; LayerNorm's gradient sums to 0 over a row."""
    x, gamma, beta, dy = draw(rng, 3, 6)
    y, _ = forward(candidate, "layer", x, gamma, beta, eps=1e-12)
    for other in (x + 5.0, 3.0 * x, 0.1 * x - 2.0):
        assert_close(forward(candidate, "layer", other, gamma, beta, eps=1e-12)[0], y)
    y, _ = forward(candidate, "rms", x, gamma, beta, eps=1e-12)
    assert_close(forward(candidate, "rms", 7.0 * x, gamma, beta, eps=1e-12)[0], y)
    assert_close(forward(candidate, "rms", -x, gamma, beta, eps=1e-12)[0], -y)
    _, dx, *_ = run(candidate, "layer", x, gamma, beta, dy)
    assert_close(dx.sum(axis=-1), np.zeros(3))


@pytest.mark.fine
@each
def test_default_eps_inside_the_root(candidate, kind):
    """By default 1e-5 for LayerNorm and 1e-6 for RMSNorm is added inside the root, which shows on tiny rows."""
    x, gamma, beta, dy = draw(1, 3, 4)
    for scale in (1e-3, 1e-2, 1e-6):
        assert_close(run(candidate, kind, scale * x, gamma, beta, dy), expected_of(kind, scale * x, gamma, beta, dy))
    got = run(candidate, kind, x, gamma, beta, dy, eps=0.5)
    assert_close(got, expected_of(kind, x, gamma, beta, dy, eps=0.5))


@pytest.mark.fine
@each
def test_other_numbers_of_axes(candidate, kind):
    """A single row and a stack of many axes are normalised along the last axis."""
    for shape in ((4,), (2, 1, 3, 2, 4)):
        x, gamma, beta, dy = draw(2, *shape)
        assert_close(run(candidate, kind, x, gamma, beta, dy), expected_of(kind, x, gamma, beta, dy))


@pytest.mark.fine
@each
def test_no_rows(candidate, kind):
    """Without rows the results are empty and the parameters' gradients 0."""
    for shape in ((0, 3), (2, 0, 3)):
        got = run(candidate, kind, np.zeros(shape), np.ones(3), np.ones(3), np.zeros(shape))
        assert_close(got[0], np.zeros(shape))
        assert_close(got[1], np.zeros(shape))
        for grad in got[2:]:
            assert_close(grad, np.zeros(3))


@pytest.mark.fine
@each
def test_rows_of_one_entry(candidate, kind):
    """A row of one entry becomes beta for LayerNorm, and gamma times about its sign for RMSNorm."""
    x, gamma, beta = np.array([[5.0], [-3.0]]), np.array([2.0]), np.array([0.5])
    y, dx, *_ = run(candidate, kind, x, gamma, beta, np.array([[1.0], [4.0]]))
    expected = np.array([[0.5], [0.5]]) if kind == "layer" else np.array([[2.0], [-2.0]])
    assert_close(y, expected, rtol=1e-6, atol=1e-9)
    assert_close(dx, np.zeros((2, 1)), rtol=0, atol=1e-5)


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_mean(candidate, dtype):
    """Rows of whole numbers near 4096, or near 10^8 in float64, are normalised as well as rows near 0."""
    row = np.array([[-3.0, 0.0, 1.0, 2.0]], dtype=dtype)
    gamma, beta = np.array([1.0, 2.0, -1.0, 0.5], dtype=dtype), np.array([0.0, 1.0, 0.0, 0.0], dtype=dtype)
    dy = np.array([[1.0, -1.0, 0.5, 2.0]], dtype=dtype)
    expected = tuple(a.astype(dtype) for a in slow("layer", row, gamma, beta, dy))
    for offset in (4096.0, -4096.0, *((1e8,) if dtype is np.float64 else ())):
        assert_close(run(candidate, "layer", row + dtype(offset), gamma, beta, dy), expected)


@pytest.mark.fine
@each
def test_float16_is_computed_in_float32(candidate, kind):
    """float16 rows whose sums and squares overflow float16 come out right, in float16."""
    x = np.array([[300.0, -300.0, 300.0, 100.0], [6e4, 5e4, 6e4, 5e4], [1e-3, 2e-3, -1e-3, 0.0]], dtype=np.float16)
    gamma, beta = np.array([1.0, 0.5, 2.0, 1.0], dtype=np.float16), np.array([0.0, 1.0, 0.0, -1.0], dtype=np.float16)
    dy = np.array([[1.0, 2.0, -1.0, 0.5]] * 3, dtype=np.float16)
    got = run(candidate, kind, x, gamma, beta, dy)
    wide = tuple(a.astype(np.float64) for a in (x, gamma, beta, dy))
    assert_close(got, tuple(a.astype(np.float16) for a in expected_of(kind, *wide)), check_dtype=True)


@pytest.mark.fine
@each
def test_float16_sums_over_rows(candidate, kind):
    """Gradients of the parameters add up thousands of float16 rows in float32."""
    x = np.tile(np.array([1.0, -1.0], dtype=np.float16), (5000, 1))
    one = np.ones(2, dtype=np.float16)
    _, _, *grads = run(candidate, kind, x, one, 0 * one, np.ones_like(x))
    assert_close(grads[0], np.array([5000.0, -5000.0], dtype=np.float16))
    if kind == "layer":
        assert_close(grads[1], np.array([5000.0, 5000.0], dtype=np.float16))


@pytest.mark.fine
@each
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_are_kept(candidate, kind, dtype):
    """float32 and float64 stay what they are, in results and gradients."""
    x, gamma, beta, dy = draw(4, 3, 6, dtype=dtype)
    expected = expected_of(kind, *(a.astype(np.float64) for a in (x, gamma, beta, dy)))
    assert_close(run(candidate, kind, x, gamma, beta, dy), tuple(a.astype(dtype) for a in expected), check_dtype=True)


@pytest.mark.fine
@each
def test_strided_input(candidate, kind):
    """Transposed, strided and repeated inputs are read correctly."""
    x, gamma, beta, dy = draw(5, 6, 6)
    for a, g in ((x.T, dy.T), (x[::2, ::-1], dy[::-2]), (np.broadcast_to(x[0], (3, 6)), dy[:3])):
        got = run(candidate, kind, a, gamma[::-1], beta[::-1], g)
        assert_close(got, expected_of(kind, a, gamma[::-1], beta[::-1], g))


@pytest.mark.fine
def test_caches_are_independent(candidate):
    """Caches may be used later, in any order, and more than once."""
    first, second = draw(7, 2, 3), draw(8, 2, 3)
    _, a = forward(candidate, "layer", *first[:3])
    _, b = forward(candidate, "rms", *second[:3])
    _, c = forward(candidate, "layer", *second[:3])
    for _ in range(2):
        assert_close(candidate.layer_norm_backward(first[3], a), slow("layer", *first)[1:])
        assert_close(candidate.rms_norm_backward(second[3], b), expected_of("rms", *second)[1:])
        assert_close(candidate.layer_norm_backward(second[3], c), slow("layer", *second)[1:])


@pytest.mark.fine
@each
def test_bad_shapes(candidate, kind):
    """Rows without entries, parameters that are not (D,), and an upstream gradient of another shape raise ValueError."""
    one = np.ones(3)
    for x, gamma in (
        (np.array(1.0), np.ones(1)),
        (np.zeros((2, 0)), np.ones(0)),
        (np.ones((2, 3)), np.ones(2)),
        (np.ones((2, 3)), np.ones(1)),
        (np.ones((2, 3)), np.array(1.0)),
        (np.ones((2, 3)), np.ones((2, 3))),
        (np.ones((2, 3)), np.ones((1, 3))),
    ):
        with assert_raises(ValueError):
            forward(candidate, kind, x, gamma, gamma)
        if kind == "layer" and x.shape == (2, 3):
            for pair in ((one, gamma), (gamma, one)):
                with assert_raises(ValueError):
                    candidate.layer_norm(x, *pair)
    _, cache = forward(candidate, kind, np.ones((2, 3)), one, one)
    f = candidate.layer_norm_backward if kind == "layer" else candidate.rms_norm_backward
    for shape in ((3,), (1, 3), (2, 1), (3, 2), (1, 2, 3), (2, 4), ()):
        with assert_raises(ValueError):
            f(np.ones(shape), cache)


@pytest.mark.scale
def test_many_rows(candidate, reference, rng):
    """Four thousand rows take whole-array operations, forward and backward, not a loop over the rows."""

    def prepare(subject, rng):
        x, dy = (put(subject, rng.normal(size=(4_000, 8))) for _ in range(2))
        gamma, beta = rng.normal(size=8), rng.normal(size=8)

        def work():
            y, cache = subject.layer_norm(x, gamma, beta)
            return y, *subject.layer_norm_backward(dy, cache)

        return work

    speed(candidate, reference, prepare, rng, limit=10)
