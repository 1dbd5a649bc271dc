"""Hidden tests of int8_quantization."""

import math
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from grader.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_raises,
    assert_shape,
    assert_that,
    assert_type,
    speed,
)


def nearest(x):
    """Round one number, halves to even."""
    low = math.floor(x)
    if x - low == 0.5:
        return low + low % 2
    return low if x - low < 0.5 else low + 1


def spec_weight(w):
    """Quantise one entry after the other."""
    scales, rows = [], []
    for row in w.astype(np.float64).tolist():
        top = max(abs(entry) for entry in row)
        scales.append(top / 127 if top else 1.0)
        rows.append([nearest(entry / scales[-1]) for entry in row])
    return np.array(rows, dtype=np.int8), np.array(scales)


def spec_linear(xq, scale, zp, wq, wscale, bias=None):
    """Sum Python integers."""
    rows = []
    for x in xq.tolist():
        totals = [sum((a - zp) * b for a, b in zip(x, w, strict=True)) for w in wq.tolist()]
        rows.append([total * scale * s for total, s in zip(totals, wscale.tolist(), strict=True)])
    y = np.array(rows)
    return (y if bias is None else y + bias).astype(np.float32)


def near(got, expected):
    """Compare in single precision."""
    assert_close(got, expected, rtol=1e-4, atol=1e-4)


def test_weight_by_hand(candidate):
    """Each row has its own scale, and its greatest magnitude becomes 127 or -127."""
    wq, scale = candidate.quantize_weight(np.array([[1.0, -3.0, 4.0], [-12.7, 0.1, 0.26], [0.5, 0.5, -0.5]]))
    assert_close(wq, np.array([[32, -95, 127], [-127, 1, 3], [127, 127, -127]]))
    near(scale, np.array([4.0, 12.7, 0.5]) / 127)


@given(m=st.integers(1, 4), n=st.integers(1, 5), power=st.integers(-3, 3), seed=st.integers(0, 2**32 - 1))
def test_weights_come_back(candidate, m, n, power, seed):
    """Integers times scales are off by half a step at most, and scales are those of the definition."""
    w = np.random.default_rng(seed).normal(size=(m, n)) * 10.0**power
    wq, scale = candidate.quantize_weight(w)
    _, steps = spec_weight(w)
    assert_close(scale, steps, rtol=1e-4, atol=0.0)
    assert_shape(wq, w.shape)
    back = np.asarray(wq, dtype=float) * np.asarray(scale, dtype=float).reshape(-1, 1)
    assert_that(bool((np.abs(back - w) <= 0.51 * steps[:, None]).all()), "is off by more than half a step", wq)
    assert_that(bool((np.abs(np.asarray(wq, dtype=float)) <= 127).all()), "holds more than 127", wq)


def test_range_by_hand(candidate):
    """A range around 0 is divided into 255 steps, and 0 gets the integer nearest to its place."""
    for bounds, expected in (
        ((-55.0, 200.0), (1.0, 55)),
        ((-2.0, 3.1), (0.02, 100)),
        ((-1.0, 50.0), (0.2, 5)),
        ((-0.3, 254.7), (1.0, 0)),
        ((-0.7, 254.3), (1.0, 1)),
    ):
        scale, zp = candidate.affine_params(*bounds)
        near(scale, expected[0])
        assert_close(zp, expected[1])


def test_range_contains_zero(candidate):
    """A range that lies on one side of 0 is widened to it."""
    for bounds, expected in (
        ((3.0, 5.1), (0.02, 0)),
        ((-5.1, -3.0), (0.02, 255)),
        ((0.0, 2.55), (0.01, 0)),
        ((-2.55, 0.0), (0.01, 255)),
    ):
        scale, zp = candidate.affine_params(*bounds)
        near(scale, expected[0])
        assert_close(zp, expected[1])


def test_activation_by_hand(candidate):
    """Activations are rounded to the nearest step, and 0 becomes the zero point."""
    x = np.array([[0.0, 1.0, -1.0], [0.26, 0.24, -0.26]])
    assert_close(candidate.quantize_activation(x, 0.5, 7), np.array([[7, 9, 5], [8, 7, 6]]))


def test_activation_out_of_range(candidate):
    """What is out of range gets 0 or 255 instead of wrapping around."""
    x = np.array([-7.0, -8.0, -300.0, 248.0, 249.0, 600.0])
    assert_close(candidate.quantize_activation(x, 1.0, 7), np.array([0, 0, 0, 255, 255, 255]))


@given(low=st.integers(-1000, 1000), width=st.integers(1, 1000), seed=st.integers(0, 2**32 - 1))
def test_round_trip_of_activations(candidate, low, width, seed):
    """Activations in their range come back within one step, and 0 comes back exactly."""
    scale, zp = candidate.affine_params(low / 7, (low + width) / 7)
    x = np.random.default_rng(seed).uniform(low / 7, (low + width) / 7, size=6)
    back = (candidate.quantize_activation(x, scale, zp).astype(float) - zp) * scale
    assert_that(bool((np.abs(back - x) <= 1.01 * scale).all()), "is off by more than a step", back)
    assert_close(candidate.quantize_activation(np.zeros(1), scale, zp), [zp])


def test_linear_by_hand(candidate):
    """The zero point is taken off every activation before the product, and the bias comes last."""
    xq, wq = np.array([[3, 5], [0, 255]], dtype=np.uint8), np.array([[2, -1], [127, 127], [-128, 0]], dtype=np.int8)
    wscale = np.array([1.0, 2.0, 0.5])
    # Activations without the zero point: (-1, 1) and (-4, 251).
    expected = np.array([[-3.0, 0.0, 64.0], [-259.0, 247 * 254.0, 256.0]])
    near(candidate.int8_linear(xq, 1.0, 4, wq, wscale), expected)
    near(candidate.int8_linear(xq, 0.5, 4, wq, wscale), expected / 2)
    bias = np.array([10.0, 20.0, 30.0])
    near(candidate.int8_linear(xq, 0.5, 4, wq, wscale, bias), expected / 2 + bias)


@given(
    b=st.integers(1, 3),
    n=st.integers(1, 6),
    m=st.integers(1, 3),
    zp=st.integers(0, 255),
    seed=st.integers(0, 2**32 - 1),
)
def test_linear_matches_definition(candidate, b, n, m, zp, seed):
    """The result follows the definition for all sizes, zero points and integers, with and without a bias."""
    rng = np.random.default_rng(seed)
    xq = rng.integers(0, 256, size=(b, n)).astype(np.uint8)
    wq = rng.integers(-128, 128, size=(m, n)).astype(np.int8)
    wscale, bias = rng.uniform(0.1, 2.0, size=m), rng.normal(scale=100.0, size=m)
    expected = spec_linear(xq, 0.3, zp, wq, wscale)
    assert_close(candidate.int8_linear(xq, 0.3, zp, wq, wscale), expected, rtol=1e-4, atol=1e-2)
    got = candidate.int8_linear(xq, 0.3, zp, wq, wscale, bias=bias)
    assert_close(got, spec_linear(xq, 0.3, zp, wq, wscale, bias), rtol=1e-4, atol=1e-2)


def test_sums_do_not_wrap_around(candidate):
    """Sums of hundreds of products of the greatest magnitude are far beyond 16 bits."""
    xq, wq = np.full((1, 300), 255, dtype=np.uint8), np.full((2, 300), 127, dtype=np.int8)
    wq[1] = -128
    expected = np.array([[255.0 * 127 * 300, -255.0 * 128 * 300]])
    assert_close(candidate.int8_linear(xq, 1.0, 0, wq, np.ones(2)), expected, rtol=1e-4, atol=0.0)
    assert_close(candidate.int8_linear(xq, 1.0, 255, wq, np.ones(2)), np.zeros((1, 2)), rtol=0.0, atol=1e-2)


def test_whole_layer_is_close(candidate, rng):
    """Quantised and put together, a layer comes close to the layer in floats."""
    x, w, bias = rng.uniform(-1.0, 3.0, size=(5, 64)), rng.normal(size=(4, 64)), rng.normal(size=4)
    wq, wscale = candidate.quantize_weight(w)
    scale, zp = candidate.affine_params(x.min(), x.max())
    got = candidate.int8_linear(candidate.quantize_activation(x, scale, zp), scale, zp, wq, wscale, bias)
    assert_close(got, x @ w.T + bias, rtol=0.0, atol=0.6)


@pytest.mark.fine
def test_weight_rounds_halves_to_even(candidate):
    """Quotients are rounded, not cut off, and halves go to the even integer."""
    w = np.array([[127.0, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.75, -0.75, 1.25, 126.5, -126.5]])
    wq, scale = candidate.quantize_weight(w)
    assert_equal(wq, np.array([[127, 0, 2, 2, 0, -2, -2, 1, -1, 1, 126, -126]], dtype=np.int8))
    assert_close(scale, np.ones(1))


@pytest.mark.fine
def test_weight_of_zeros(candidate):
    """A row of zeros has scale 1 and integers 0."""
    wq, scale = candidate.quantize_weight(np.array([[0.0, 0.0], [0.0, -3.0], [-0.0, 0.0]]))
    assert_equal(wq, np.array([[0, 0], [0, -127], [0, 0]], dtype=np.int8))
    assert_close(scale, np.array([1.0, 3 / 127, 1.0]))


@pytest.mark.fine
def test_weight_of_negative_numbers(candidate):
    """The greatest magnitude counts, also where it is negative, and -128 does not occur."""
    wq, scale = candidate.quantize_weight(np.array([[-8.0, 2.0], [-1.0, -0.5]]))
    assert_equal(wq, np.array([[-127, 32], [-127, -64]], dtype=np.int8))
    assert_close(scale, np.array([8.0, 1.0]) / 127)


@pytest.mark.fine
@given(
    m=st.integers(1, 4),
    n=st.integers(1, 5),
    power=st.integers(-25, 25),
    single=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_weight_matches_definition(candidate, m, n, power, single, seed):
    """Integers and scales are those of the definition for all sizes and magnitudes, in float32 and float64."""
    w = np.random.default_rng(seed).normal(size=(m, n)) * 10.0**power
    w = w.astype(np.float32 if single else np.float64)
    wq, scale = candidate.quantize_weight(w)
    expected, steps = spec_weight(w)
    assert_equal(wq, expected)
    assert_close(scale, steps, rtol=1e-12, atol=0.0)
    assert_dtype(scale, "float64")
    assert_that(
        bool((np.abs(wq * scale[:, None] - w) <= 0.5001 * scale[:, None]).all()), "is off by more than half a step", wq
    )


@pytest.mark.fine
def test_types_of_parameters(candidate):
    """Scale and zero point are a Python float and a Python int."""
    for bounds in ((-2.55, 2.55), (3.0, 5.1), (-1.0, 50.0)):
        scale, zp = candidate.affine_params(*bounds)
        assert_type(scale, float)
        assert_type(zp, int)


@pytest.mark.fine
def test_range_of_a_single_number(candidate):
    """Equal bounds are widened like any others."""
    for bound, expected in ((5.1, (0.02, 0)), (-5.1, (0.02, 255))):
        scale, zp = candidate.affine_params(bound, bound)
        assert_close(scale, expected[0])
        assert_equal(zp, expected[1])


@pytest.mark.fine
def test_range_of_zero(candidate):
    """A range of 0 only has scale 1 and zero point 0."""
    scale, zp = candidate.affine_params(0.0, 0.0)
    assert_type(scale, float)
    assert_equal((scale, zp), (1.0, 0))
    scale, zp = candidate.affine_params(0, 0)
    assert_type(scale, float)
    assert_equal((scale, zp), (1.0, 0))


@pytest.mark.fine
def test_zero_point_rounds_halves_to_even(candidate):
    """The zero point of a half goes to the even integer."""
    for low, expected in ((-0.5, 0), (-1.5, 2), (-2.5, 2), (-3.5, 4), (-126.5, 126)):
        assert_equal(candidate.affine_params(low, 255 + low), (1.0, expected))


@pytest.mark.fine
def test_bounds_of_other_types(candidate):
    """Integers and numpy numbers are bounds like any others, and the results stay Python numbers."""
    for low, high in ((-55, 200), (np.float32(-55), np.float64(200)), (np.int64(-55), np.int32(200))):
        scale, zp = candidate.affine_params(low, high)
        assert_type(scale, float)
        assert_type(zp, int)
        assert_equal((scale, zp), (1.0, 55))


@pytest.mark.fine
def test_ranges_of_all_magnitudes(candidate):
    """Very small and very large ranges work alike."""
    for size in (1e-29, 1e29):
        scale, zp = candidate.affine_params(-size, 4 * size)
        assert_close(scale / size, 5 / 255)
        assert_equal(zp, 51)


@pytest.mark.fine
@pytest.mark.parametrize(
    "bounds",
    [(math.nan, 1.0), (0.0, math.nan), (math.nan, math.nan), (1.0, 0.5), (-1.0, -2.0), (-math.inf, 1.0), (0.0, math.inf), (math.inf, math.inf)],
)  # fmt: skip
def test_bad_range(candidate, bounds):
    """Bounds that are NaN, infinite or in the wrong order raise ValueError."""
    with assert_raises(ValueError):
        candidate.affine_params(*bounds)


@pytest.mark.fine
def test_activation_rounds_before_the_zero_point(candidate):
    """Halves go to the even step, counted before an odd zero point is added."""
    x = np.array([0.5, 1.5, 2.5, -0.5, -1.5, -2.5])
    assert_equal(candidate.quantize_activation(x, 1.0, 7), np.array([7, 9, 9, 7, 5, 5], dtype=np.uint8))


@pytest.mark.fine
def test_activation_of_infinities(candidate):
    """Infinities and huge numbers get 0 or 255, in float32 too, and the result is uint8."""
    x = np.array([-7.0, -8.0, 248.0, 249.0, 1e30, -1e30, math.inf, -math.inf])
    expected = np.array([0, 0, 255, 255, 255, 0, 255, 0], dtype=np.uint8)
    assert_equal(candidate.quantize_activation(x, 1.0, 7), expected)
    assert_equal(candidate.quantize_activation(x.astype(np.float32), 1.0, 7), expected)


@pytest.mark.fine
def test_activation_of_any_shape(candidate):
    """Arrays of any number of axes keep their shape, empty ones and strided views included."""
    x = np.arange(24.0).reshape(2, 3, 4)
    expected = np.arange(24, dtype=np.uint8).reshape(2, 3, 4) + np.uint8(3)
    assert_equal(candidate.quantize_activation(x, 1.0, 3), expected)
    assert_equal(candidate.quantize_activation(x.T[::2, :, ::-1], 1.0, 3), expected.T[::2, :, ::-1])
    got = candidate.quantize_activation(np.zeros((0, 3), dtype=np.float32), 1.0, 3)
    assert_shape(got, (0, 3))
    assert_dtype(got, "uint8")
    assert_equal(int(candidate.quantize_activation(np.array(2.0), 1.0, 3)), 5)


@pytest.mark.fine
def test_activation_in_float64(candidate):
    """Quotients are computed in float64, also for float32."""
    x = np.array([0.15, 0.25, 0.35, 1.05, 2.45], dtype=np.float32)
    expected = np.array([nearest(float(a) / 0.1) + 5 for a in x], dtype=np.uint8)
    assert_equal(candidate.quantize_activation(x, 0.1, 5), expected)
    # Both quotients are halves to the last bit; products with 1 / 0.01 are not.
    assert_equal(candidate.quantize_activation(np.array([-0.545, 0.545]), 0.01, 100).tolist(), [46, 154])


@pytest.mark.fine
def test_activation_of_nan(candidate):
    """NaN raises ValueError."""
    for x in (np.array([1.0, math.nan]), np.array([[math.nan]], dtype=np.float32)):
        with assert_raises(ValueError):
            candidate.quantize_activation(x, 1.0, 0)


@pytest.mark.fine
def test_linear_gives_float32(candidate, rng):
    """The result is float32, to its last digits, with and without a bias."""
    xq, wq = np.array([[3, 5], [0, 255]], dtype=np.uint8), np.array([[2, -1], [127, 127]], dtype=np.int8)
    wscale, bias = rng.uniform(0.1, 2.0, size=2), rng.normal(scale=100.0, size=2)
    for args in ((wscale,), (wscale, bias)):
        got = candidate.int8_linear(xq, 0.3, 7, wq, *args)
        assert_dtype(got, "float32")
        assert_close(got, spec_linear(xq, 0.3, 7, wq, *args), rtol=1e-6, atol=1e-6)


@pytest.mark.fine
@pytest.mark.parametrize("zp", [0, 255])
def test_large_sums(candidate, zp):
    """The sum over 60000 products of the greatest magnitude is exact."""
    n = 60_000
    for x, w in ((255, 127), (255, -128), (0, 127), (0, -128)):
        xq, wq = np.full((1, n), x, dtype=np.uint8), np.full((1, n), w, dtype=np.int8)
        expected = np.array([[float((x - zp) * w * n)]])
        assert_close(candidate.int8_linear(xq, 1.0, zp, wq, np.ones(1)), expected, rtol=1e-6, atol=0.0)


@pytest.mark.fine
def test_sums_are_exact(candidate, rng):
    """Where large products cancel, what is left is exact to the last unit."""
    n = 30_000
    x = rng.integers(200, 256, size=(4, n))
    w = rng.integers(100, 128, size=(3, n))
    left = rng.integers(-5, 6, size=(3, 8))
    xq = np.concatenate([x, x, np.ones((4, 8), dtype=np.int64)], axis=1).astype(np.uint8)
    wq = np.concatenate([w, -w, left], axis=1).astype(np.int8)
    expected = np.tile(left.sum(axis=1), (4, 1)).astype(float)
    assert_close(candidate.int8_linear(xq, 1.0, 0, wq, np.ones(3)), expected, rtol=0.0, atol=1e-6)
    order = rng.permutation(xq.shape[1])
    assert_close(candidate.int8_linear(xq[:, order], 1.0, 0, wq[:, order], np.ones(3)), expected, rtol=0.0, atol=1e-6)


@pytest.mark.fine
def test_rescaling_in_float64(candidate):
    """A bias that cancels a large sum leaves a small difference intact."""
    xq, wq = np.full((1, 2000), 255, dtype=np.uint8), np.full((1, 2000), 127, dtype=np.int8)
    got = candidate.int8_linear(xq, 1.0, 0, wq, np.ones(1), np.array([0.25 - 255 * 127 * 2000]))
    assert_close(got, np.array([[0.25]]), rtol=0.0, atol=1e-6)
    wscale = np.array([0.1], dtype=np.float32)
    bias = np.array([0.25 - 255 * 127 * 2000 * 0.3 * float(wscale[0])])
    assert_close(candidate.int8_linear(xq, 0.3, 0, wq, wscale, bias), np.array([[0.25]]), rtol=0.0, atol=1e-6)


@pytest.mark.fine
def test_strided_operands(candidate, rng):
    """Transposed and strided operands, and scales and biases in float32, work like any others."""
    xq = rng.integers(0, 256, size=(6, 4)).astype(np.uint8).T[::2]
    wq = rng.integers(-127, 128, size=(6, 6)).astype(np.int8)[::2, ::-1]
    wscale, bias = np.array([0.5, 0.25, 2.0], dtype=np.float32), np.array([1.0, -2.0, 3.0], dtype=np.float32)
    got = candidate.int8_linear(xq, 0.125, 100, wq, wscale, bias)
    assert_close(got, spec_linear(xq, 0.125, 100, wq, wscale, bias), rtol=1e-6, atol=1e-6)


@pytest.mark.scale
def test_speed(candidate, reference, rng):
    """The product is one of matrices, not a loop over the entries of the result."""

    def prepare(subject, rng):
        xq = rng.integers(0, 256, size=(64, 512)).astype(np.uint8)
        wq = rng.integers(-127, 128, size=(256, 512)).astype(np.int8)
        wscale = rng.uniform(0.1, 1.0, size=256)
        return lambda: subject.int8_linear(xq, 0.1, 100, wq, wscale)

    speed(candidate, reference, prepare, rng, limit=100)
