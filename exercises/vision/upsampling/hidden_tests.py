"""Hidden tests of upsampling."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_raises, assert_shape, put, speed

SIDES, SEEDS = st.integers(1, 4), st.integers(0, 2**32 - 1)


def line(*values):
    """A map of one row."""
    return np.array([[[list(map(float, values))]]])


def draw(seed, *shape):
    """Random numbers."""
    return np.random.default_rng(seed).normal(size=shape)


def stamped(x, w, stride, padding):
    """The definition, pixel by pixel."""
    n, c, h, wd = x.shape
    _, o, kh, kw = w.shape
    y = np.zeros((n, o, (h - 1) * stride + kh, (wd - 1) * stride + kw))
    for a, b, u, v in np.ndindex(n, c, h, wd):
        y[a, :, u * stride : u * stride + kh, v * stride : v * stride + kw] += x[a, b, u, v] * w[b]
    return y[:, :, padding : y.shape[2] - padding, padding : y.shape[3] - padding]


def mixed(x, out, align=False):
    """Bilinear resizing, pixel by pixel."""
    y = np.zeros((*x.shape[:2], *out))
    for i, j in np.ndindex(*out):
        ends = []
        for place, old, new in ((i, x.shape[2], out[0]), (j, x.shape[3], out[1])):
            source = place * (old - 1) / max(new - 1, 1) if align else max((place + 0.5) * old / new - 0.5, 0)
            low = math.floor(source)
            ends.append([(low, 1 - source + low), (min(low + 1, old - 1), source - low)])
        y[:, :, i, j] = sum(p * q * x[:, :, r, s] for r, p in ends[0] for s, q in ends[1])
    return y


def test_stamps_by_hand(candidate):
    """Neighbours stamp the kernel a stride apart, unflipped, and overlaps add up."""
    w = line(1, 10, 100)
    assert_close(candidate.conv_transpose2d(line(1, 2), w), line(1, 12, 120, 200))
    assert_close(candidate.conv_transpose2d(line(1, 2), w, stride=2), line(1, 10, 102, 20, 200))
    assert_close(candidate.conv_transpose2d(line(1, 2), w, stride=4), line(1, 10, 100, 0, 2, 20, 200))


def test_padding_cuts_off(candidate):
    """Padding removes rows and columns of the result."""
    x, w = draw(0, 1, 1, 3, 4), draw(1, 1, 1, 3, 3)
    whole = stamped(x, w, 2, 0)
    assert_close(candidate.conv_transpose2d(x, w, stride=2, padding=1), whole[:, :, 1:-1, 1:-1])
    for p in (2, 3):
        assert_close(candidate.conv_transpose2d(x, w, None, 2, p), whole[:, :, p:-p, p:-p])


def test_kernels_are_input_by_output(candidate):
    """The first axis of the kernels is the input channel; biases are added once a pixel."""
    w = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).reshape(2, 3, 1, 1)
    x = np.array([1.0, 10.0]).reshape(1, 2, 1, 1)
    y = candidate.conv_transpose2d(x, w, np.array([0.5, 0.0, -1.0]))
    assert_close(np.asarray(y).ravel(), np.array([41.5, 52.0, 62.0]))


@given(n=SIDES, c=SIDES, o=SIDES, h=SIDES, w=SIDES, k=SIDES, stride=st.integers(1, 3), seed=SEEDS)
def test_stamps_agree_with_the_definition(candidate, n, c, o, h, w, k, stride, seed):
    """Random maps and kernels of any shape follow the definition."""
    x, kernel = draw(seed, n, c, h, w), draw(seed + 1, c, o, k, 2)
    assert_close(candidate.conv_transpose2d(x, kernel, None, stride, 0), stamped(x, kernel, stride, 0))


def test_enlarged_by_hand(candidate):
    """Twice as wide: shares of a quarter, and the edges are repeated."""
    assert_close(candidate.resize_bilinear(line(0, 4), (1, 4)), line(0, 1, 3, 4))
    assert_close(candidate.resize_bilinear(line(0, 6, 3), (1, 6)), line(0, 1.5, 4.5, 5.25, 3.75, 3))
    assert_close(candidate.resize_bilinear(line(0, 4).swapaxes(2, 3), (4, 1)), line(0, 1, 3, 4).swapaxes(2, 3))


def test_shrunk_by_hand(candidate):
    """The same formula shrinks, without a filter."""
    assert_close(candidate.resize_bilinear(line(0, 1, 2, 3), (1, 2)), line(0.5, 2.5))
    assert_close(candidate.resize_bilinear(line(5, 7, 9), (1, 1)), line(7))


@given(h=SIDES, w=SIDES, up=st.tuples(st.integers(1, 7), st.integers(1, 7)), seed=SEEDS)
def test_resize_agrees_with_a_loop(candidate, h, w, up, seed):
    """Any size from any size, as a loop over pixels has it."""
    x = draw(seed, 2, 2, h, w)
    assert_close(candidate.resize_bilinear(x, up), mixed(x, up))


def test_shuffle_by_hand(candidate):
    """Four channels become the four pixels of a block, row by row, for each channel of the result."""
    x = np.arange(8.0).reshape(1, 8, 1, 1)
    assert_close(candidate.pixel_shuffle(x, 2), np.array([[[[0.0, 1], [2, 3]], [[4, 5], [6, 7]]]]))
    x = np.arange(8.0).reshape(1, 4, 1, 2)
    assert_close(candidate.pixel_shuffle(x, 2), np.array([[[[0.0, 2, 1, 3], [4, 6, 5, 7]]]]))


@given(n=SIDES, c=SIDES, r=st.integers(1, 3), h=SIDES, w=SIDES, seed=SEEDS)
def test_shuffle_agrees_with_the_definition(candidate, n, c, r, h, w, seed):
    """Channel c r² + i r + j of the input is every r-th pixel of channel c from (i, j)."""
    x = draw(seed, n, c * r * r, h, w)
    y = np.asarray(candidate.pixel_shuffle(x, r))
    assert_shape(y, (n, c, h * r, w * r))
    for i in range(r):
        for j in range(r):
            assert_close(y[:, :, i::r, j::r], x[:, i * r + j :: r * r])


@pytest.mark.fine
def test_aligned_corners(candidate):
    """With align_corners the corner pixels keep their values, and a single row is the first one."""
    assert_close(candidate.resize_bilinear(line(0, 3), (1, 4), align_corners=True), line(0, 1, 2, 3))
    x = draw(3, 1, 2, 3, 5)
    for out in ((7, 2), (1, 1), (4, 9)):
        assert_close(candidate.resize_bilinear(x, out, True), mixed(x, out, align=True))


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes(candidate, dtype):
    """float32 and float64 are kept; pixels of any dtype can be shuffled."""
    x, w, b = draw(0, 1, 4, 2, 2).astype(dtype), draw(1, 4, 2, 2, 2).astype(dtype), np.zeros(2, dtype=dtype)
    assert_dtype(candidate.conv_transpose2d(x, w, b, stride=2), dtype)
    assert_dtype(candidate.resize_bilinear(x, (3, 3)), dtype)
    assert_dtype(candidate.pixel_shuffle((x * 9).astype(np.uint8), 2), np.uint8)


@pytest.mark.fine
def test_empty_batch(candidate):
    """No maps stay no maps."""
    x, w = np.zeros((0, 4, 2, 2)), np.zeros((4, 3, 2, 2))
    assert_shape(candidate.conv_transpose2d(x, w, stride=2), (0, 3, 4, 4))
    assert_shape(candidate.resize_bilinear(x, (3, 5)), (0, 4, 3, 5))
    assert_shape(candidate.pixel_shuffle(x, 2), (0, 1, 4, 4))


@pytest.mark.fine
def test_stamps_that_do_not_fit(candidate):
    """Shapes and settings that don't fit raise ValueError."""
    good = {"x": np.ones((1, 2, 3, 3)), "w": np.ones((2, 4, 3, 3)), "b": np.ones(4), "stride": 1, "padding": 0}
    changes = [
        {"x": np.ones((2, 3, 3))},
        {"x": np.ones((1, 1, 3, 3))},
        {"x": np.ones((1, 2, 1, 1)), "stride": -1},
        {"x": np.ones((1, 4, 3, 3))},
        {"w": np.ones((2, 4, 3))},
        {"b": np.ones(1)},
    ]
    changes += [{"b": np.ones((1, 4))}, {"stride": 0}, {"padding": -1}, {"w": np.ones((2, 4, 1, 9)), "padding": 2}]
    changes += [{"w": np.ones((2, 4, 9, 2)), "padding": 2}]
    for change in changes:
        with assert_raises(ValueError):
            candidate.conv_transpose2d(**good | change)


@pytest.mark.fine
def test_sizes_that_do_not_fit(candidate):
    """Sizes without a pixel, and channels that can't be divided, raise ValueError."""
    x = np.ones((1, 8, 2, 2))
    for out in ((0, 2), (2, 0), (-1, 2)):
        with assert_raises(ValueError):
            candidate.resize_bilinear(x, out)
    for r in (0, -2, 3, 4):
        with assert_raises(ValueError):
            candidate.pixel_shuffle(x, r)
    for call in (lambda: candidate.resize_bilinear(x[0], (2, 2)), lambda: candidate.pixel_shuffle(x[0], 2)):
        with assert_raises(ValueError):
            call()


@pytest.mark.scale
def test_no_loop_over_pixels(candidate, reference, rng):
    """Maps of 96 × 96 are enlarged without a Python loop over pixels."""

    def prepare(subject, rng):
        x, w = put(subject, rng.normal(size=(1, 4, 96, 96))), put(subject, rng.normal(size=(4, 4, 2, 2)))
        return lambda: [subject.conv_transpose2d(x, w, None, 2, 1), subject.resize_bilinear(x, (120, 120))]

    speed(candidate, reference, prepare, rng, limit=12)
