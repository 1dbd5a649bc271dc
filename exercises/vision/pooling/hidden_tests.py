"""Hidden tests of pooling."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_shape, put, speed


def image(*rows):
    """One image with one channel."""
    return np.array(rows, dtype=float)[None, None]


def places(shape, k, stride, padding):
    """For each window its place in the result, and the places in the image that it covers, row by row."""
    h, w = shape
    for i in range((h + 2 * padding - k) // stride + 1):
        for j in range((w + 2 * padding - k) // stride + 1):
            top, left = i * stride - padding, j * stride - padding
            yield (
                (i, j),
                [(r, c) for r in range(top, top + k) for c in range(left, left + k) if 0 <= r < h and 0 <= c < w],
            )


def slow_max(x, k, stride, padding, dy=None):
    """Maxima window by window, or the gradient for `dy`."""
    y, dx = {}, np.zeros(x.shape)
    for n, c in np.ndindex(x.shape[:2]):
        for (i, j), covered in places(x.shape[2:], k, stride, padding):
            best = max(covered, key=lambda p: x[n, c, *p])  # the first of equal ones
            y[n, c, i, j] = x[n, c, *best]
            if dy is not None:
                dx[n, c, *best] += dy[n, c, i, j]
    if dy is not None:
        return dx
    return np.array(list(y.values())).reshape(np.array(list(y)).max(axis=0) + 1)


def slow_avg(x, k, stride, padding, include):
    """Means window by window."""
    y = {}
    for n, c in np.ndindex(x.shape[:2]):
        for (i, j), covered in places(x.shape[2:], k, stride, padding):
            total = math.fsum(float(x[n, c, *p]) for p in covered)
            y[n, c, i, j] = total / (k * k if include else len(covered))
    return np.array(list(y.values())).reshape(np.array(list(y)).max(axis=0) + 1)


def slow_adaptive(x, out):
    """Means bin by bin, the ends of the bins in exact integers."""
    h, w = x.shape[2:]
    y = np.zeros((*x.shape[:2], *out))
    for i, j in np.ndindex(*out):
        rows = slice(i * h // out[0], ((i + 1) * h + out[0] - 1) // out[0])
        cols = slice(j * w // out[1], ((j + 1) * w + out[1] - 1) // out[1])
        y[:, :, i, j] = x[:, :, rows, cols].mean(axis=(2, 3))
    return y


SETTINGS = st.tuples(st.integers(1, 4), st.integers(1, 3)).flatmap(
    lambda ks: st.tuples(st.just(ks[0]), st.just(ks[1]), st.integers(0, ks[0] // 2))
)


def results(subject, x):
    """All four functions on a batch of images."""
    y, cache = subject.max_pool2d(x, 3, 2, 1)
    return [
        y,
        subject.max_pool2d_backward(np.ones_like(y), cache),
        subject.avg_pool2d(x, 3, 2, 1),
        subject.avg_pool2d(x, 3, 2, 1, count_include_pad=False),
        subject.adaptive_avg_pool2d(x, (2, 3)),
    ]


def expected(x):
    """The same by definition."""
    y = slow_max(x, 3, 2, 1)
    return [
        y,
        slow_max(x, 3, 2, 1, np.ones_like(y)),
        slow_avg(x, 3, 2, 1, True),
        slow_avg(x, 3, 2, 1, False),
        slow_adaptive(x, (2, 3)),
    ]


def distinct(rng, *shape):
    """Images of different negative numbers, in random order."""
    return -1.0 - rng.permutation(math.prod(shape)).reshape(shape)


def test_max_by_hand(candidate):
    """Windows that touch, windows that overlap, and rows and columns left over at the end."""
    x = image([1, 3, 2, 8], [4, 0, 5, 7], [9, 6, -1, -2])
    assert_close(candidate.max_pool2d(x, 2, 2)[0], image([4, 8]))
    assert_close(candidate.max_pool2d(x, 2, 1)[0], image([4, 5, 8], [9, 6, 7]))
    assert_close(candidate.max_pool2d(x, 3, 2)[0], image([9]))
    assert_close(candidate.max_pool2d(x, 1, 2)[0], image([1, 2], [9, -1]))


def test_padding_never_wins(candidate):
    """With padding, negative images keep negative maxima."""
    x = image([-5, -1], [-7, -3])
    assert_close(candidate.max_pool2d(x, 2, 1, padding=1)[0], image([-5, -1, -1], [-5, -1, -1], [-7, -3, -3]))
    assert_close(candidate.max_pool2d(image([-2]), 3, 1, 1)[0], image([-2]))


@given(h=st.integers(1, 6), w=st.integers(1, 6), settings=SETTINGS, seed=st.integers(0, 2**32 - 1))
def test_max_window_by_window(candidate, h, w, settings, seed):
    """Maxima and their gradients are what going from window to window gives."""
    k, stride, padding = settings
    rng = np.random.default_rng(seed)
    x = distinct(rng, 2, 2, max(h, k - 2 * padding), max(w, k - 2 * padding))
    expected = slow_max(x, k, stride, padding)
    y, cache = candidate.max_pool2d(x, k, stride, padding)
    assert_close(y, expected)
    dy = rng.normal(size=expected.shape)
    assert_close(candidate.max_pool2d_backward(dy, cache), slow_max(x, k, stride, padding, dy))


def test_gradients_of_overlapping_windows_add_up(candidate):
    """A place that is the maximum of several windows gets the sum of their gradients, all others nothing."""
    x = image([0, 1, 2], [3, 9, 4], [5, 6, 7])
    _, cache = candidate.max_pool2d(x, 2, 1)
    got = candidate.max_pool2d_backward(image([1, 10], [100, 1000]), cache)
    assert_close(got, image([0, 0, 0], [0, 1111, 0], [0, 0, 0]))
    _, cache = candidate.max_pool2d(x, 1, 2)
    got = candidate.max_pool2d_backward(image([1, 10], [100, 1000]), cache)
    assert_close(got, image([1, 0, 10], [0, 0, 0], [100, 0, 1000]))


def test_gradient_with_padding(candidate):
    """The gradient has the shape of the image, without the padding, and none of it is lost."""
    x = image([-1, -2, -3], [-6, -5, -4])
    y, cache = candidate.max_pool2d(x, 3, 2, padding=1)
    assert_close(y, image([-1, -2]))
    assert_close(candidate.max_pool2d_backward(image([4, 5]), cache), image([4, 5, 0], [0, 0, 0]))


def test_average_by_hand(candidate):
    """Each window gives the mean of its entries."""
    x = image([1, 3, 2, 8], [4, 0, 6, 4], [9, 6, -1, -2])
    assert_close(candidate.avg_pool2d(x, 2, 2), image([2, 5]))
    assert_close(candidate.avg_pool2d(x, 3, 1), image([30 / 9, 26 / 9]))


def test_average_with_padding(candidate):
    """By default the zeros of the padding count in the mean."""
    x = image([4, 8], [12, 16])
    assert_close(candidate.avg_pool2d(x, 2, 1, 1), image([1, 3, 2], [4, 10, 6], [3, 7, 4]))
    assert_close(candidate.avg_pool2d(x, 3, 1, padding=1), np.full((1, 1, 2, 2), 40 / 9))


@given(h=st.integers(1, 6), w=st.integers(1, 6), settings=SETTINGS, seed=st.integers(0, 2**32 - 1))
def test_average_window_by_window(candidate, h, w, settings, seed):
    """Means are what going from window to window gives."""
    k, stride, padding = settings
    x = np.random.default_rng(seed).normal(size=(2, 2, max(h, k - 2 * padding), max(w, k - 2 * padding)))
    assert_close(candidate.avg_pool2d(x, k, stride, padding), slow_avg(x, k, stride, padding, True))


@pytest.mark.fine
def test_gradient_goes_to_the_first_of_equals(candidate):
    """Of equal maxima the first in row-major order gets the gradient."""
    for x, expected in (
        (image([0, 2], [2, 1]), image([0, 1], [0, 0])),
        (image([2, 2], [2, 2]), image([1, 0], [0, 0])),
        (image([0, 1], [2, 2]), image([0, 0], [1, 0])),
    ):
        _, cache = candidate.max_pool2d(x, 2, 2)
        assert_close(candidate.max_pool2d_backward(image([1]), cache), expected)


@pytest.mark.fine
@given(h=st.integers(1, 6), w=st.integers(1, 6), settings=SETTINGS, seed=st.integers(0, 2**32 - 1))
def test_ties_window_by_window(candidate, h, w, settings, seed):
    """With many equal entries, each gradient still goes to the first maximum of its window."""
    k, stride, padding = settings
    rng = np.random.default_rng(seed)
    x = rng.integers(-4, 0, size=(2, 2, max(h, k - 2 * padding), max(w, k - 2 * padding))).astype(float)
    y, cache = candidate.max_pool2d(x, k, stride, padding)
    assert_close(y, slow_max(x, k, stride, padding))
    dy = rng.normal(size=y.shape)
    assert_close(candidate.max_pool2d_backward(dy, cache), slow_max(x, k, stride, padding, dy))


@pytest.mark.fine
def test_nan_is_the_maximum(candidate):
    """A window that holds NaN gives NaN, wherever it stands, and the others do not."""
    x = image([1, 2, 3, math.nan], [5, math.nan, 4, 3], [7, 8, 9, 6], [1, 2, 3, 4])
    assert_close(candidate.max_pool2d(x, 2, 2)[0], image([math.nan, math.nan], [8, 9]))
    assert_close(candidate.max_pool2d(image([math.nan, 1], [1, 1], [1, 2]), 2, 1)[0], image([math.nan], [2]))


@pytest.mark.fine
def test_padding_never_wins_over_huge_numbers(candidate):
    """Even maxima of -1e30 are greater than the padding."""
    x = image([-5, -1], [-7, -3])
    assert_close(candidate.max_pool2d(1e30 * x, 2, 2, padding=1)[0], 1e30 * image([-5, -1], [-7, -3]))


@pytest.mark.fine
def test_cache_can_be_used_again(candidate):
    """Several backward passes may use one cache."""
    _, cache = candidate.max_pool2d(image([-1, -2, -3], [-6, -5, -4]), 3, 2, padding=1)
    for _ in range(2):
        assert_close(candidate.max_pool2d_backward(image([4, 5]), cache), image([4, 5, 0], [0, 0, 0]))


@pytest.mark.fine
def test_average_of_the_entries_inside(candidate):
    """With count_include_pad=False, a sum is divided by the number of entries that lie in the image."""
    x = image([4, 8], [12, 16])
    got = candidate.avg_pool2d(x, 2, 1, 1, count_include_pad=False)
    assert_close(got, image([4, 6, 8], [8, 10, 12], [12, 14, 16]))


@pytest.mark.fine
@given(h=st.integers(1, 6), w=st.integers(1, 6), settings=SETTINGS, seed=st.integers(0, 2**32 - 1))
def test_average_of_the_entries_inside_window_by_window(candidate, h, w, settings, seed):
    """With count_include_pad=False, means are what going from window to window gives."""
    k, stride, padding = settings
    x = np.random.default_rng(seed).normal(size=(2, 2, max(h, k - 2 * padding), max(w, k - 2 * padding)))
    got = candidate.avg_pool2d(x, k, stride, padding, count_include_pad=False)
    assert_close(got, slow_avg(x, k, stride, padding, False))


@pytest.mark.fine
def test_adaptive_by_hand(candidate):
    """Bins overlap where sizes do not divide, and repeat entries where the result is greater than the image."""
    x = image([1, 2, 4, 8, 16])
    assert_close(candidate.adaptive_avg_pool2d(x, (1, 2)), image([7 / 3, 28 / 3]))
    assert_close(candidate.adaptive_avg_pool2d(x, (1, 3)), image([1.5, 14 / 3, 12]))
    assert_close(candidate.adaptive_avg_pool2d(x, (2, 5)), np.repeat(x, 2, axis=2))
    assert_close(candidate.adaptive_avg_pool2d(image([2], [6]), (3, 1)), image([2], [4], [6]))


@pytest.mark.fine
def test_global_average(candidate, rng):
    """A result of one entry is the mean of each channel."""
    x = rng.normal(size=(3, 2, 5, 7))
    assert_close(candidate.adaptive_avg_pool2d(x, (1, 1)), x.mean(axis=(2, 3), keepdims=True))


@pytest.mark.fine
@given(
    h=st.integers(1, 9),
    w=st.integers(1, 9),
    oh=st.integers(1, 10),
    ow=st.integers(1, 4),
    seed=st.integers(0, 2**32 - 1),
)
def test_adaptive_bin_by_bin(candidate, h, w, oh, ow, seed):
    """Means are what going from bin to bin gives."""
    x = np.random.default_rng(seed).normal(size=(2, 1, h, w))
    assert_close(candidate.adaptive_avg_pool2d(x, (oh, ow)), slow_adaptive(x, (oh, ow)))


@pytest.mark.fine
def test_dtypes(candidate, rng):
    """Results of float32 images are float32, those of float64 images float64."""
    for dtype in ("float32", "float64"):
        x = rng.normal(size=(1, 2, 5, 4)).astype(dtype)
        for got, wanted in zip(results(candidate, x), expected(x), strict=True):
            assert_close(got, wanted.astype(dtype), check_dtype=True)


@pytest.mark.fine
def test_strided_images(candidate, rng):
    """Transposed and strided images are pooled like any others."""
    x = rng.normal(size=(8, 6, 2, 3)).transpose(3, 2, 0, 1)[::2, :, ::-1]
    assert_close(results(candidate, x), expected(x))


@pytest.mark.fine
def test_large_neighbours(candidate, rng):
    """In a float32 image, means of small numbers are exact although 1e8 stands elsewhere."""
    x = rng.normal(size=(1, 1, 6, 6)).astype(np.float32)
    x[0, 0, 0, 0] = 1e8
    got = candidate.avg_pool2d(x, 2, 2)
    assert_close(got[..., 1:, 1:], slow_avg(x[..., 2:, 2:], 2, 2, 0, True).astype(np.float32))
    got = candidate.adaptive_avg_pool2d(x, (3, 3))
    assert_close(got[..., 1:, 1:], slow_avg(x[..., 2:, 2:], 2, 2, 0, True).astype(np.float32))


@pytest.mark.fine
@pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d"])
def test_bad_windows(candidate, name):
    """Sizes below 1, padding below 0 or above k / 2, and windows that do not fit raise ValueError."""
    x = np.ones((1, 1, 4, 6))
    for k, stride, padding in (
        (0, 1, 0),
        (-1, 1, 0),
        (2, 0, 0),
        (2, -1, 0),
        (3, 1, -1),
        (3, 1, 2),
        (1, 1, 1),
        (5, 1, 0),
    ):
        with assert_raises(ValueError):
            getattr(candidate, name)(x, k, stride, padding)
    with assert_raises(ValueError):
        getattr(candidate, name)(x.swapaxes(2, 3), 5, 1)
    # These are just in range.
    got = getattr(candidate, name)(x[:, :, :, :4], 4, 9, 2)
    assert_shape(got[0] if name == "max_pool2d" else got, (1, 1, 1, 1))


@pytest.mark.fine
def test_integers_are_refused(candidate):
    """Integer and boolean images raise ValueError."""
    for dtype in (np.int64, np.uint8, bool):
        x = np.ones((1, 1, 4, 4), dtype=dtype)
        for call in (
            lambda x=x: candidate.max_pool2d(x, 2, 2),
            lambda x=x: candidate.avg_pool2d(x, 2, 2),
            lambda x=x: candidate.adaptive_avg_pool2d(x, (2, 2)),
        ):
            with assert_raises(ValueError):
                call()


@pytest.mark.fine
def test_results_without_entries(candidate):
    """A result size below 1 raises ValueError."""
    x = np.ones((1, 1, 4, 4))
    for out in ((0, 1), (1, 0), (-1, 2), (2, -2)):
        with assert_raises(ValueError):
            candidate.adaptive_avg_pool2d(x, out)


@pytest.mark.scale
def test_many_windows(candidate, reference, rng):
    """A batch of images takes no loop over all of its windows."""

    def prepare(subject, rng):
        x = put(subject, rng.normal(size=(4, 16, 48, 48)))
        return lambda: subject.avg_pool2d(x, 3, 2)

    speed(candidate, reference, prepare, rng, limit=15)
