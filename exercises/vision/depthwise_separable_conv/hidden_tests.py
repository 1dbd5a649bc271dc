"""Hidden tests of depthwise_separable_conv."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_raises, assert_shape, put, speed

SMALL, SEEDS = st.integers(1, 3), st.integers(0, 2**32 - 1)


def draw(seed, *shape):
    """Random numbers."""
    return np.random.default_rng(seed).normal(size=shape)


def slow(x, w, groups, stride=1, padding=0):
    """The definition, output by output."""
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    o, members, kh, kw = w.shape
    height, width = (x.shape[2] - kh) // stride + 1, (x.shape[3] - kw) // stride + 1
    y = np.zeros((len(x), o, height, width))
    for k, u, v in np.ndindex(o, height, width):
        first = k // (o // groups) * members
        window = x[:, first : first + members, u * stride : u * stride + kh, v * stride : v * stride + kw]
        y[:, k, u, v] = (window * w[k]).sum(axis=(1, 2, 3))
    return y


def channels(*values):
    """An image of one pixel."""
    return np.array(values, dtype=float).reshape(1, -1, 1, 1)


def test_groups_are_blocks_of_neighbours(candidate):
    """The first outputs see the first inputs, the last outputs the last."""
    w = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]).reshape(4, 2, 1, 1)
    y = candidate.grouped_conv2d(channels(1, 10, 100, 1000), w, 2)
    assert_close(y, channels(21, 43, 6500, 8700))


def test_one_group_is_a_dense_convolution(candidate):
    """With one group every output sees every input; the kernel isn't flipped."""
    x, w = draw(0, 2, 3, 5, 6), draw(1, 4, 3, 3, 2)
    assert_close(candidate.grouped_conv2d(x, w, 1), slow(x, w, 1))
    row = np.array([[[[1.0, 2.0, 3.0]]]])
    assert_close(candidate.grouped_conv2d(row, np.array([[[[1.0, 10.0]]]]), 1), np.array([[[[21.0, 32.0]]]]))


def test_depth_multiplier(candidate):
    """With two filters a channel, neighbours in the result come from the same channel."""
    w = channels(1, 2, 3, 4).reshape(4, 1, 1, 1)
    assert_close(candidate.grouped_conv2d(channels(1, 10), w, 2), channels(1, 2, 30, 40))


def test_stride_and_padding(candidate):
    """Windows start in the padding, a stride apart; what is left over at the end is not used."""
    row = np.array([[[[1.0, 2.0, 3.0, 4.0]]]])
    w = np.array([[[[1.0, 10.0, 100.0]]]])
    y = candidate.grouped_conv2d(np.repeat(row, 2, axis=2), np.pad(w, ((0, 0), (0, 0), (1, 1), (0, 0))), 1, 2, 1)
    assert_close(y, np.array([[[[210.0, 432.0]]]]))


@given(groups=SMALL, a=SMALL, b=SMALL, k=SMALL, stride=SMALL, padding=st.integers(0, 2), seed=SEEDS)
def test_groups_agree_with_the_definition(candidate, groups, a, b, k, stride, padding, seed):
    """Random images, kernels and settings follow the definition."""
    x, w = draw(seed, 2, groups * a, 5, 4), draw(seed + 1, groups * b, a, k, 2)
    expected = slow(x, w, groups, stride, padding)
    assert_close(candidate.grouped_conv2d(x, w, groups, stride, padding), expected)


def test_separable_by_hand(candidate):
    """Each channel is filtered first, then channels are mixed."""
    x = np.array([[[[1.0, 2.0]], [[3.0, 4.0]]]])
    dw = np.zeros((2, 1, 3, 3))
    dw[0, 0, 1], dw[1, 0, 1] = [1, 0, 0], [0, 0, 1]
    pw = np.array([[1.0, 10.0], [2.0, 0.0]])
    expected = np.array([[[[40.0, 1.0]], [[0.0, 2.0]]]])
    assert_close(candidate.depthwise_separable(x, dw, pw), expected)


@given(c=SMALL, m=SMALL, o=SMALL, stride=SMALL, padding=st.integers(0, 2), seed=SEEDS)
def test_separable_agrees_with_one_dense_kernel(candidate, c, m, o, stride, padding, seed):
    """Filters and mixture together are one dense convolution with kernels of low rank."""
    x, dw, pw = draw(seed, 2, c, 6, 5), draw(seed + 1, c * m, 1, 3, 3), draw(seed + 2, o, c * m)
    dense = np.einsum("ocm,cmij->ocij", pw.reshape(o, c, m), dw.reshape(c, m, 3, 3))
    got = candidate.depthwise_separable(x, dw, pw, stride, padding)
    assert_close(got, slow(x, dense, 1, stride, padding))


def test_cost(candidate):
    """Weights and multiply-adds, by formula, at the size of the output."""
    for c_in, c_out, k, h, w in ((1, 1, 1, 1, 1), (3, 8, 3, 5, 7), (32, 16, 5, 14, 14)):
        for separable in (False, True):
            weights = c_in * (k * k + c_out) if separable else c_in * c_out * k * k
            assert_close(candidate.conv_cost(c_in, c_out, k, h, w, separable), (weights, weights * h * w))


@pytest.mark.fine
def test_dtypes(candidate):
    """float32 and float64 are kept, and inputs stay as they are."""
    for dtype in (np.float32, np.float64):
        x, dw, pw = (draw(i, *shape).astype(dtype) for i, shape in enumerate([(1, 2, 4, 4), (2, 1, 3, 3), (3, 2)]))
        assert_dtype(candidate.grouped_conv2d(x, dw, 2, padding=1), dtype)
        assert_dtype(candidate.depthwise_separable(x, dw, pw), dtype)


@pytest.mark.fine
def test_empty_batch_and_views(candidate):
    """No images give no responses; strided views are like other arrays."""
    assert_shape(
        candidate.depthwise_separable(np.zeros((0, 2, 4, 4)), draw(0, 2, 1, 3, 3), draw(1, 5, 2)), (0, 5, 4, 4)
    )
    x, w = draw(2, 6, 5, 2, 4).transpose(2, 3, 1, 0)[:, :, ::-1], draw(3, 2, 2, 3, 8)[..., ::3]
    assert_close(candidate.grouped_conv2d(x, w, 2), slow(x, w, 2))


@pytest.mark.fine
def test_groups_that_do_not_fit(candidate):
    """Shapes and settings that don't fit raise ValueError."""
    shapes = [{"x": (4, 5, 5)}, {"w": (6, 2, 3)}, {"x": (1, 5, 5, 5)}, {"w": (5, 2, 3, 3)}, {"w": (6, 4, 3, 3)}]
    shapes += [{"groups": 0}, {"groups": -2}, {"stride": 0}, {"padding": -1}, {"w": (6, 2, 6, 3)}, {"w": (6, 2, 3, 6)}]
    shapes += [{"x": (0, 4, 5, 5), "groups": 0}]
    for change in shapes:
        settings = {"x": (1, 4, 5, 5), "w": (6, 2, 3, 3), "groups": 2, "stride": 1, "padding": 0} | change
        settings |= {name: np.ones(settings[name]) for name in "xw"}
        with assert_raises(ValueError):
            candidate.grouped_conv2d(**settings)


@pytest.mark.fine
def test_mixtures_that_do_not_fit(candidate):
    """A 1 × 1 convolution for another number of channels, or with other axes, raises ValueError."""
    for dw, pw in (
        ((4, 1, 3, 3), (5, 3)),
        ((4, 1, 3, 3), (5, 4, 1, 1)),
        ((4, 2, 3, 3), (5, 4)),
        ((3, 1, 3, 3), (5, 3)),
    ):
        with assert_raises(ValueError):
            candidate.depthwise_separable(np.ones((1, 2, 4, 4)), np.ones(dw), np.ones(pw))
    with assert_raises(ValueError):
        candidate.depthwise_separable(np.ones((1, 1, 4, 4)), np.ones((1, 1, 3, 3)), np.ones((5, 1, 1, 1)))


@pytest.mark.scale
def test_no_loop_over_channels(candidate, reference, rng):
    """A thousand channels cost no Python loop."""

    def prepare(subject, rng):
        x, dw, pw = (put(subject, rng.normal(size=n)) for n in ((2, 1000, 4, 4), (1000, 1, 3, 3), (32, 1000)))
        return lambda: subject.depthwise_separable(x, dw, pw)

    speed(candidate, reference, prepare, rng, limit=5)
