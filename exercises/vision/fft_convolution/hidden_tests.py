"""Hidden tests of fft_convolution."""

import itertools
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
    put,
    speed,
)

SIDES, SEEDS = st.integers(1, 5), st.integers(0, 2**32 - 1)


def draw(seed, *shape):
    """Random numbers."""
    return np.random.default_rng(seed).normal(size=shape)


def direct(x, w, before, after):
    """The definition, with zeros around the image: (rows, columns) before and after it."""
    x = np.pad(x, ((0, 0), (0, 0), *zip(before, after, strict=True)))
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))
    return np.einsum("ncuvij,ocij->nouv", windows, w)


def full(x, w):
    """All windows that touch the image."""
    return direct(x, w, *[[k - 1 for k in w.shape[2:]]] * 2)


def same(x, w):
    """As many windows as pixels."""
    return direct(x, w, [(k - 1) // 2 for k in w.shape[2:]], [k // 2 for k in w.shape[2:]])


def line(*values):
    """An image or a kernel of one row."""
    return np.array([[[list(map(float, values))]]])


def test_valid_by_hand(candidate):
    """The kernel isn't flipped, and only windows inside the image count; that is the default."""
    assert_close(candidate.fft_conv2d(line(1, 2, 3), line(1, 10)), line(21, 32))
    assert_close(candidate.fft_conv2d(line(1, 2, 3), line(1, 10, 100), "valid"), line(321))
    column = line(1, 2, 3).swapaxes(2, 3)
    assert_close(candidate.fft_conv2d(column, line(1, 10).swapaxes(2, 3)), line(21, 32).swapaxes(2, 3))


def test_full_by_hand(candidate):
    """Windows that reach over the border see zeros, not the other side."""
    assert_close(candidate.fft_conv2d(line(1, 2, 3), line(1, 10, 100), "full"), line(100, 210, 321, 32, 3))
    assert_close(candidate.fft_conv2d(line(1, 2, 3), line(1, 10), mode="full"), line(10, 21, 32, 3))


def test_same_by_hand(candidate):
    """As many responses as pixels; with an even kernel more zeros come at the end."""
    assert_close(candidate.fft_conv2d(line(1, 2, 3), line(1, 10, 100), "same"), line(210, 321, 32))
    assert_close(candidate.fft_conv2d(line(1, 2, 3), line(1, 10), "same"), line(21, 32, 3))
    assert_close(candidate.fft_conv2d(line(1, 2, 3, 4), line(1, 10, 100, 1000), "same"), line(3210, 4321, 432, 43))


def test_channels_are_summed(candidate):
    """Each kernel sees all channels of an image; images and kernels don't mix."""
    x = np.array([[1.0, 10.0], [2.0, 20.0]]).reshape(2, 2, 1, 1)
    w = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]).reshape(3, 2, 1, 1)
    assert_close(candidate.fft_conv2d(x, w), np.array([[21.0, 43, 65], [42, 86, 130]]).reshape(2, 3, 1, 1))


@given(n=st.integers(1, 2), c=SIDES, o=st.integers(1, 3), kh=SIDES, kw=SIDES, more=st.tuples(SIDES, SIDES), seed=SEEDS)
def test_valid_agrees_with_the_definition(candidate, n, c, o, kh, kw, more, seed):
    """Any image and any smaller kernel, square or not."""
    x, w = draw(seed, n, c, kh + more[0] - 1, kw + more[1] - 1), draw(seed + 1, o, c, kh, kw)
    assert_close(candidate.fft_conv2d(x, w, "valid"), direct(x, w, (0, 0), (0, 0)))


@given(c=st.integers(1, 2), kh=SIDES, kw=SIDES, more=st.tuples(SIDES, SIDES), seed=SEEDS)
def test_full_and_same_agree_with_the_definition(candidate, c, kh, kw, more, seed):
    """The same with zeros around the image."""
    x, w = draw(seed, 2, c, kh + more[0] - 1, kw + more[1] - 1), draw(seed + 1, 2, c, kh, kw)
    assert_close(candidate.fft_conv2d(x, w, "full"), full(x, w))
    assert_close(candidate.fft_conv2d(x, w, "same"), same(x, w))


def test_larger_images(candidate):
    """Images of odd and even sizes with long kernels."""
    x, w = draw(0, 1, 2, 37, 50), draw(1, 2, 2, 12, 21)
    assert_close(candidate.fft_conv2d(x, w), direct(x, w, (0, 0), (0, 0)))
    assert_close(candidate.fft_conv2d(x, w, "same"), same(x, w))


def test_cheaper_by_fft(candidate):
    """The answer follows from the counts, for images and kernels of any shape."""
    for (h, w), kh, kw in itertools.product([(32, 32), (100, 20), (7, 300)], range(1, 26, 3), range(1, 10, 2)):
        n = (h + kh - 1) * (w + kw - 1)
        expected = 2 * h * w * kh * kw > 15 * n * math.log2(n)
        got = candidate.cheaper_by_fft(h, w, kh, kw)
        assert_that(bool(got) == expected, f"is wrong for a kernel of {kh} × {kw}", got)


@pytest.mark.fine
def test_dtypes(candidate):
    """float32 gives float32, float64 gives float64, and inputs stay as they are."""
    x, w = draw(0, 1, 2, 5, 6), draw(1, 3, 2, 2, 3)
    for mode in ("valid", "same", "full"):
        assert_dtype(candidate.fft_conv2d(x.astype(np.float32), w.astype(np.float32), mode), np.float32)
        assert_dtype(candidate.fft_conv2d(x, w, mode), np.float64)


@pytest.mark.fine
def test_precision(candidate):
    """Rounding errors stay below 1e-11 of the largest response."""
    x, w = 1e6 * draw(2, 1, 3, 60, 61), draw(3, 2, 3, 31, 30)
    expected = direct(x, w, (0, 0), (0, 0))
    assert_close(candidate.fft_conv2d(x, w), expected, rtol=0.0, atol=1e-11 * float(np.abs(expected).max()))


@pytest.mark.fine
def test_kernels_larger_than_the_image(candidate):
    """In full and same the kernel may be larger than the image, in one axis or both."""
    for shape in ((5, 7), (2, 7), (5, 2)):
        x, w = draw(4, 1, 1, 3, 4), draw(5, 1, 1, *shape)
        assert_close(candidate.fft_conv2d(x, w, "full"), full(x, w))
        assert_close(candidate.fft_conv2d(x, w, "same"), same(x, w))


@pytest.mark.fine
def test_no_images(candidate):
    """An empty batch has empty responses."""
    assert_shape(candidate.fft_conv2d(np.zeros((0, 2, 5, 5)), draw(0, 3, 2, 2, 3)), (0, 3, 4, 3))


@pytest.mark.fine
def test_what_does_not_fit(candidate):
    """Unknown modes, other channels, and kernels without a valid window raise ValueError."""
    x = np.ones((1, 2, 4, 5))
    calls = [(np.ones((1, 2, 2, 2)), "circular"), (np.ones((1, 2, 2, 2)), ""), (np.ones((1, 3, 2, 2)), "full")]
    calls += [(np.ones((1, 1, 2, 2)), "same"), (np.ones((1, 2, 5, 2)), "valid"), (np.ones((1, 2, 2, 6)), "valid")]
    for w, mode in calls:
        with assert_raises(ValueError):
            candidate.fft_conv2d(x, w, mode)
    assert_equal(candidate.fft_conv2d(x, np.ones((1, 2, 4, 5))).shape, (1, 1, 1, 1))


@pytest.mark.scale
def test_large_kernels_are_quick(candidate, reference, rng):
    """A kernel of 40 × 40 costs about as much as a small one."""

    def prepare(subject, rng):
        x, w = put(subject, rng.normal(size=(1, 3, 120, 120))), put(subject, rng.normal(size=(2, 3, 40, 40)))
        return lambda: subject.fft_conv2d(x, w)

    speed(candidate, reference, prepare, rng, limit=8)
