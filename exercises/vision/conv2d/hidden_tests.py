"""Hidden tests of conv2d."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_shape, assert_that, speed


def slow(x, w, b, dy=None, stride=1, padding=0, dilation=1):
    """Return responses and gradients, one product at a time; without biases there is no gradient of theirs."""
    (N, C, H, W), (O, _, kh, kw) = x.shape, w.shape
    rows, columns = (1 + (n + 2 * padding - dilation * (k - 1) - 1) // stride for n, k in ((H, kh), (W, kw)))
    y = np.zeros((N, O, rows, columns)) + (0.0 if b is None else b.reshape(1, O, 1, 1))
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for n, o, c, u, v, i, j in np.ndindex(N, O, C, rows, columns, kh, kw):
        r, q = stride * u + dilation * i - padding, stride * v + dilation * j - padding
        if 0 <= r < H and 0 <= q < W:
            y[n, o, u, v] += w[o, c, i, j] * x[n, c, r, q]
            if dy is not None:
                dx[n, c, r, q] += w[o, c, i, j] * dy[n, o, u, v]
                dw[o, c, i, j] += x[n, c, r, q] * dy[n, o, u, v]
    if dy is None:
        return y
    return (y, dx, dw) if b is None else (y, dx, dw, np.array([dy[:, o].sum() for o in range(O)]))


def draw(seed, shape, kernel, *, bias=True, dtype=np.float64, **options):
    """Images, kernels, biases, and a gradient of the responses."""
    rng = np.random.default_rng(seed)
    x, w = (rng.normal(size=s).astype(dtype) for s in (shape, kernel))
    b = rng.normal(size=kernel[0]).astype(dtype) if bias else None
    dy = rng.normal(size=slow(x[:1, :1], w[:, :1], None, **options).shape[1:])
    return x, w, b, np.stack([dy * (n + 1) for n in range(len(x))]).astype(dtype)


def run(candidate, x, w, b, dy, **options):
    """Responses and gradients, once they have the right shapes and dtypes; None is left out."""
    y, cache = candidate.conv2d(x, w, b, **options)
    assert_shape(y, dy.shape)
    assert_dtype(y, x.dtype)
    grads = candidate.conv2d_backward(dy, cache)
    assert_that(isinstance(grads, (tuple, list)) and len(grads) == 3, "is not three gradients")
    for got, like in zip(grads, (x, w, b), strict=True):
        if like is None:
            assert_equal(got, None)
        else:
            assert_shape(got, like.shape)
            assert_dtype(got, x.dtype)
    return tuple(a for a in (y, *grads) if a is not None)


def image(rows):
    """One image of one channel, or one kernel."""
    return np.array(rows, dtype=float)[None, None]


def results(candidate, x, w, b, dy, **options):
    """Responses and gradients, as (y, dx, dw, db)."""
    y, cache = candidate.conv2d(x, w, b, **options)
    return (y, *candidate.conv2d_backward(dy, cache))


def test_responses_by_hand(candidate):
    """A response is the sum of the products of window and kernel, which is not flipped, and of the bias."""
    x = image([[1, 2, 3, 0], [4, 5, 6, 1], [7, 8, 9, 2]])
    y, _ = candidate.conv2d(x, image([[1, 10], [100, 1000]]), np.array([0.0]))
    assert_close(y, image([[5421, 6532, 1603], [8754, 9865, 2916]]))
    y, _ = candidate.conv2d(x, image([[1, 0, -1]]), np.array([0.5]))
    assert_close(y, image([[-1.5, 2.5], [-1.5, 4.5], [-1.5, 6.5]]))


def test_stride_padding_and_dilation_by_hand(candidate):
    """The stride moves windows, the dilation spreads them, and zeros are put on all four sides."""
    x, w = image([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), image([[1, 10], [100, 1000]])
    for options, expected in (
        ({"stride": 2}, [[5421]]),
        ({"padding": 1, "stride": 3}, [[1000, 300], [70, 9]]),
        ({"padding": 1, "stride": 2}, [[1000, 3200], [7040, 9865]]),
        ({"dilation": 2}, [[9731]]),
        ({"dilation": 2, "padding": 1}, [[5000, 6400, 500], [8020, 9731, 802], [50, 64, 5]]),
    ):
        assert_close(candidate.conv2d(x, w, np.array([0.0]), **options)[0], image(expected))


def test_pointwise_kernel(candidate):
    """A kernel of one pixel mixes channels, pixel by pixel."""
    x, w, b, _ = draw(1, (2, 3, 2, 4), (2, 3, 1, 1))
    y, _ = candidate.conv2d(x, w, b)
    assert_close(y, np.einsum("nchw,oc->nohw", x, w[:, :, 0, 0]) + b[:, None, None])


def test_gradients_by_hand(candidate):
    """A pixel collects from all windows that cover it, a kernel entry from all positions, a bias from everything."""
    _, cache = candidate.conv2d(image([[1, 2, 4]]), image([[3, 5]]), np.array([0.0]))
    dx, dw, db = candidate.conv2d_backward(image([[1, 10]]), cache)
    assert_close(dx, image([[3, 35, 50]]))
    assert_close(dw, image([[21, 42]]))
    assert_close(db, np.array([11.0]))
    # Windows at 0 and 2 do not overlap, and none covers the last pixel.
    _, cache = candidate.conv2d(image([[1, 2, 4, 8, 16]]), image([[3, 5]]), np.array([0.0]), stride=2)
    dx, dw, db = candidate.conv2d_backward(image([[1, 10]]), cache)
    assert_close(dx, image([[3, 5, 30, 50, 0]]))
    assert_close(dw, image([[41, 82]]))
    assert_close(db, np.array([11.0]))


@given(
    sizes=st.tuples(*[st.integers(1, 2)] * 3),
    kernel=st.tuples(*[st.integers(1, 3)] * 2),
    extra=st.tuples(*[st.integers(0, 3)] * 2),
    stride=st.integers(1, 3),
    padding=st.integers(0, 2),
    dilation=st.integers(1, 2),
    seed=st.integers(0, 2**32 - 1),
)
@example(sizes=(2, 2, 3), kernel=(2, 2), extra=(1, 2), stride=1, padding=0, dilation=1, seed=0)
@example(sizes=(2, 2, 2), kernel=(3, 2), extra=(3, 2), stride=2, padding=1, dilation=2, seed=0)
def test_agrees_with_a_slow_specification(candidate, sizes, kernel, extra, stride, padding, dilation, seed):
    """Responses and gradients are those of the definition, for all settings."""
    N, C, O = sizes
    H, W = (max(1, dilation * (k - 1) + 1 - 2 * padding) + e for k, e in zip(kernel, extra, strict=True))
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    x, w, b, dy = draw(seed, (N, C, H, W), (O, C, *kernel), **options)
    assert_close(results(candidate, x, w, b, dy, **options), slow(x, w, b, dy, **options))


@pytest.mark.parametrize(("stride", "size"), [(2, 6), (3, 5), (3, 7), (4, 6)])
def test_uncovered_pixels(candidate, stride, size):
    """Rows and columns that no window covers have gradient 0, and the size of the result is rounded down."""
    x, w, b, dy = draw(stride, (1, 2, size, size + 1), (2, 2, 2, 2), stride=stride)
    got = results(candidate, x, w, b, dy, stride=stride)
    assert_close(got, slow(x, w, b, dy, stride=stride))
    covered = {stride * u + i for u in range(dy.shape[2]) for i in range(2)}
    for row in set(range(size)) - covered:
        assert_close(got[1][:, :, row], np.zeros((1, 2, size + 1)), atol=0)


def test_kernel_as_large_as_the_image(candidate):
    """A kernel that just fits gives one response, with dilation and padding as well."""
    for size, kernel, options in ((3, 3, {}), (5, 3, {"dilation": 2}), (1, 3, {"padding": 1}), (3, 3, {"stride": 5})):
        x, w, b, dy = draw(0, (2, 1, size, size), (1, 1, kernel, kernel), **options)
        assert_close(results(candidate, x, w, b, dy, **options), slow(x, w, b, dy, **options))


def test_images_do_not_mix(candidate):
    """Each image is treated by itself; the gradients of kernels and biases are sums over the images."""
    x, w, b, dy = draw(5, (3, 2, 4, 4), (2, 2, 3, 3))
    y, dx, dw, db = results(candidate, x, w, b, dy)
    parts = [results(candidate, x[n : n + 1], w, b, dy[n : n + 1]) for n in range(3)]
    assert_close((y, dx), tuple(np.concatenate([part[k] for part in parts]) for k in (0, 1)))
    assert_close((dw, db), tuple(sum(part[k] for part in parts) for k in (2, 3)))


def test_backward_is_the_adjoint(candidate, rng):
    """With biases of 0, the inner products of y with dy, x with dx and w with dw are equal."""
    options = {"stride": 2, "padding": 2, "dilation": 2}
    x, w, _, dy = draw(rng, (2, 3, 8, 7), (4, 3, 3, 2), **options)
    y, dx, dw, _ = results(candidate, x, w, np.zeros(4), dy, **options)
    assert_close(((x * dx).sum(), (w * dw).sum()), ((y * dy).sum(),) * 2)


def test_moved_images_give_moved_responses(candidate, rng):
    """Away from the border, moving an image by one stride moves the responses by one."""
    x, w, b = rng.normal(size=(1, 2, 9, 9)), rng.normal(size=(2, 2, 3, 3)), rng.normal(size=2)
    y, _ = candidate.conv2d(x, w, b, stride=2)
    moved, _ = candidate.conv2d(x[:, :, 2:, 2:], w, b, stride=2)
    assert_close(moved, y[:, :, 1:, 1:])


@pytest.mark.fine
@given(
    kernel=st.tuples(*[st.integers(1, 3)] * 2),
    stride=st.integers(1, 3),
    padding=st.integers(0, 2),
    seed=st.integers(0, 2**32 - 1),
)
def test_without_biases(candidate, kernel, stride, padding, seed):
    """Without biases nothing is added, and the gradient of the biases is None."""
    x, w, _, dy = draw(seed, (2, 2, 4, 3), (3, 2, *kernel), bias=False, stride=stride, padding=padding)
    y, dx, dw, db = results(candidate, x, w, None, dy, stride=stride, padding=padding)
    assert_close((y, dx, dw), slow(x, w, None, dy, stride=stride, padding=padding))
    assert_equal(db, None)


@pytest.mark.fine
def test_default_settings(candidate):
    """By default the stride is 1, the padding 0 and the dilation 1."""
    x, w, b, dy = draw(2, (2, 2, 4, 5), (3, 2, 2, 3))
    assert_close(run(candidate, x, w, b, dy), slow(x, w, b, dy))
    assert_close(candidate.conv2d(x, w, b)[0], candidate.conv2d(x, w, b, 1, 0, 1)[0])


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("bias", [True, False])
def test_dtypes(candidate, dtype, bias):
    """Responses and gradients keep float32 and float64."""
    options = {"stride": 2, "padding": 1}
    x, w, b, dy = draw(3, (2, 2, 5, 4), (3, 2, 3, 2), bias=bias, dtype=dtype, **options)
    expected = slow(*(None if a is None else a.astype(float) for a in (x, w, b, dy)), **options)
    for got, want in zip(run(candidate, x, w, b, dy, **options), expected, strict=True):
        assert_close(got, want.astype(dtype))


@pytest.mark.fine
def test_strided_input(candidate):
    """Channels-last views, reversed images and transposed kernels are read correctly."""
    x, w, b, dy = draw(4, (2, 3, 5, 4), (2, 3, 2, 3))
    x = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)[:, ::-1]
    w = np.ascontiguousarray(w.T).T
    assert_close(run(candidate, x, w, b, dy[:, :, ::-1]), slow(x, w, b, dy[:, :, ::-1]))


@pytest.mark.fine
def test_no_images(candidate):
    """A batch of no images has no responses, and gradients of 0."""
    x, w, b = np.zeros((0, 2, 4, 4)), np.ones((3, 2, 3, 3)), np.ones(3)
    got = run(candidate, x, w, b, np.zeros((0, 3, 2, 2)))
    assert_equal(got, (np.zeros((0, 3, 2, 2)), x, np.zeros(w.shape), np.zeros(3)))


@pytest.mark.fine
def test_cache_can_be_used_again(candidate):
    """Several backward passes may use one cache, and caches of different calls do not mix."""
    x, w, b, dy = draw(6, (2, 2, 4, 4), (2, 2, 3, 3), padding=1)
    _, cache = candidate.conv2d(x, w, b, padding=1)
    candidate.conv2d(-x, w, None)
    for scale in (1.0, -2.0, 1.0):
        assert_close(tuple(candidate.conv2d_backward(scale * dy, cache)), slow(x, w, b, scale * dy, padding=1)[1:])


@pytest.mark.fine
def test_shapes_that_do_not_fit(candidate):
    """Other numbers of axes, channels or biases raise ValueError, also where broadcasting would take them."""
    for shape, kernel in (((3, 4, 4), (2, 3, 2, 2)), ((1, 3, 4, 4), (3, 2, 2)), ((1, 3, 4, 4), (2, 1, 2, 2)),
                          ((1, 1, 4, 4), (2, 3, 2, 2)), ((1, 3, 4, 4), (3, 2, 2, 2)), ((1, 3, 4), (3, 3, 2))):  # fmt: skip
        with assert_raises(ValueError):
            candidate.conv2d(np.ones(shape), np.ones(kernel), None)
    for bias in ((1,), (3,), (), (2, 1), (1, 2)):
        with assert_raises(ValueError):
            candidate.conv2d(np.ones((1, 3, 4, 4)), np.ones((2, 3, 2, 2)), np.ones(bias))
    _, cache = candidate.conv2d(np.ones((2, 3, 4, 4)), np.ones((2, 3, 2, 2)), None)
    for shape in ((2, 2, 3, 2), (2, 2, 1, 1), (1, 2, 3, 3), (2, 1, 3, 3), (2, 2, 4, 4), (2, 2, 3), (2, 2, 2, 2)):
        with assert_raises(ValueError):
            candidate.conv2d_backward(np.ones(shape), cache)
    _, cache = candidate.conv2d(np.ones((1, 1, 2, 4)), np.ones((1, 1, 1, 1)), None)
    for shape in ((1, 1, 4, 2), (1, 1, 8), (1, 1, 1, 8), (8,)):
        with assert_raises(ValueError):
            candidate.conv2d_backward(np.ones(shape), cache)


@pytest.mark.fine
def test_settings_out_of_range(candidate):
    """Settings out of range and kernels that do not fit into the padded image raise ValueError."""
    x, w = np.ones((1, 1, 4, 6)), np.ones((1, 1, 3, 3))
    for options in ({"stride": 0}, {"stride": -1}, {"padding": -1}, {"dilation": 0}, {"dilation": -1}, {"dilation": 2},
                    {"dilation": 4, "padding": 2}, {"dilation": 2, "stride": 3}):  # fmt: skip
        with assert_raises(ValueError):
            candidate.conv2d(x, w, None, **options)
    for dilation in (0, -1):
        with assert_raises(ValueError):
            candidate.conv2d(x, np.ones((1, 1, 1, 1)), None, dilation=dilation)
    for kernel in ((5, 1), (1, 7), (5, 7)):
        with assert_raises(ValueError):
            candidate.conv2d(x, np.ones((1, 1, *kernel)), None)


@pytest.mark.scale
def test_no_loop_over_pixels(candidate, reference, rng):
    """Images of 48 by 48 pixels take whole-array operations, not a loop over the pixels of the result."""

    def prepare(subject, rng):
        x, w, dy = (rng.normal(size=s) for s in ((2, 2, 48, 48), (2, 2, 3, 3), (2, 2, 48, 48)))
        b = rng.normal(size=2)

        def work():
            y, cache = subject.conv2d(x, w, b, padding=1)
            dx, dw, _ = subject.conv2d_backward(dy, cache)
            return y, dx, dw

        return work

    speed(candidate, reference, prepare, rng, limit=6)
