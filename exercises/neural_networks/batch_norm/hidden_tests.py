"""Hidden tests of batch_norm."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_raises,
    assert_that,
    put,
    speed,
)

STATE = ("gamma", "beta", "running_mean", "running_var")


def slow_channel(x, dy, gamma, beta, eps, constants=None):
    """Result, gradients, mean and biased variance of the values of one channel, from the Jacobian, in Python floats."""
    m = len(x)
    mean, var = constants or (math.fsum(x) / m, 0.0)
    z = [v - mean for v in x]
    if not constants:
        var = math.fsum(v * v for v in z) / m
    root = math.sqrt(var + eps)
    y = [gamma * v / root + beta for v in z]
    dx = []
    for i in range(m):
        row = [(i == k) / root for k in range(m)]
        if not constants:
            row = [row[k] - 1.0 / (m * root) - z[i] * z[k] / (m * root**3) for k in range(m)]
        dx.append(gamma * math.fsum(g * w for g, w in zip(dy, row, strict=True)))
    dgamma = math.fsum(g * v for g, v in zip(dy, z, strict=True)) / root
    return y, dx, dgamma, math.fsum(dy), mean, var


def slow(state, x, dy, *, training=True, eps=1e-5, momentum=0.1):
    """Result, gradients and next running statistics, channel by channel."""
    gamma, beta, running_mean, running_var = state
    y, dx = np.zeros(x.shape), np.zeros(x.shape)
    dgamma, dbeta, means, variances = (np.zeros(len(gamma)) for _ in range(4))
    for c in range(len(gamma)):
        values, upstream = x[:, c].ravel().tolist(), dy[:, c].ravel().tolist()
        constants = None if training else (running_mean[c], running_var[c])
        out, grad, dgamma[c], dbeta[c], mean, var = slow_channel(values, upstream, gamma[c], beta[c], eps, constants)
        y[:, c], dx[:, c] = np.reshape(out, x[:, c].shape), np.reshape(grad, x[:, c].shape)
        means[c], variances[c] = running_mean[c], running_var[c]
        if training:
            m = len(values)
            means[c] += momentum * (mean - means[c])
            variances[c] += momentum * (var * m / (m - 1) - variances[c])
    return (y, dx, dgamma, dbeta), (means, variances)


def draw(seed, *shape, dtype=np.float64):
    """State of the layer, batch and upstream gradient."""
    rng = np.random.default_rng(seed)
    c = shape[1]
    state = [rng.normal(size=c), rng.normal(size=c), rng.normal(size=c), rng.uniform(0.5, 3.0, size=c)]
    return state, (2.0 * rng.normal(size=shape) + 1.0).astype(dtype), rng.normal(size=shape).astype(dtype)


def build(subject, state, **options):
    """Layer with this state."""
    norm = subject.BatchNorm(len(state[0]), **options)
    for name, value in zip(STATE, state, strict=True):
        setattr(norm, name, value)
    return norm


def run(norm, x, dy, training=True):
    """Result and gradients, once there are three."""
    y = norm.forward(x, training)
    grads = norm.backward(dy)
    assert_that(isinstance(grads, (tuple, list)) and len(grads) == 3, "is not three gradients")
    return (y, *grads)


def running(norm):
    """Running mean and variance."""
    return norm.running_mean, norm.running_var


sizes = {
    "n": st.integers(1, 3),
    "c": st.integers(1, 3),
    "size": st.sampled_from([None, (1, 1), (2, 1), (2, 3)]),
    "seed": st.integers(0, 2**32 - 1),
}


def test_start(candidate):
    """The layer starts with ones, zeros, zeros and ones."""
    norm = candidate.BatchNorm(3)
    assert_close([getattr(norm, name) for name in STATE], [np.ones(3), np.zeros(3), np.zeros(3), np.ones(3)])


def test_vectors_by_hand(candidate):
    """Each column is normalised by its mean and biased variance, then scaled and shifted."""
    norm = build(candidate, [np.array([1.0, 2.0]), np.array([0.0, 10.0]), np.zeros(2), np.ones(2)], eps=4.0)
    # Columns (1, 3, 5, 7) and (0, 0, 0, 8): means 4 and 2, biased variances 5 and 12, roots 3 and 4.
    x = np.array([[1.0, 0.0], [3.0, 0.0], [5.0, 0.0], [7.0, 8.0]])
    expected = np.array([[-1.0, 9.0], [-1.0 / 3.0, 9.0], [1.0 / 3.0, 9.0], [1.0, 13.0]])
    assert_close(norm.forward(x, True), expected)


def test_images_share_statistics_over_pixels(candidate):
    """Images have one mean and variance for each channel, over examples, rows and columns."""
    x = np.arange(24.0).reshape(2, 2, 2, 3) ** 2 / 10.0
    y = candidate.BatchNorm(2).forward(x, True)
    flat = candidate.BatchNorm(2).forward(x.transpose(0, 2, 3, 1).reshape(12, 2), True)
    assert_close(y.transpose(0, 2, 3, 1).reshape(12, 2), flat)
    assert_close(y.mean(axis=(0, 2, 3)), np.zeros(2))
    assert_close(y.var(axis=(0, 2, 3)), np.ones(2), rtol=1e-4, atol=0)


def test_running_statistics(candidate):
    """A tenth of the batch's mean and of its variance enters the running statistics; either variance will do."""
    norm = candidate.BatchNorm(1)
    norm.forward(np.array([[1.0], [3.0], [5.0], [7.0]]), True)
    assert_close(norm.running_mean, np.array([0.4]))
    kept = norm.running_var
    unbiased = bool(np.all(abs(kept - (0.9 + 0.1 * 20.0 / 3.0)) < 1e-6))
    assert_close(kept, np.array([0.9 + 0.1 * 20.0 / 3.0 if unbiased else 0.9 + 0.1 * 5.0]))
    norm.forward(np.array([[-2.0], [2.0]]), True)
    assert_close(norm.running_mean, np.array([0.36]))


@pytest.mark.parametrize(("momentum", "mean"), [(0.25, 1.375), (0.9, 3.65)])
def test_momentum(candidate, momentum, mean):
    """Momentum is the share of the new batch."""
    norm = build(candidate, [np.ones(1), np.zeros(1), np.array([0.5]), np.array([2.0])], momentum=momentum)
    norm.forward(np.array([[2.0], [6.0]]), True)
    assert_close(norm.running_mean, np.array([mean]))


def test_evaluation_by_hand(candidate):
    """Evaluation uses the running statistics and leaves them alone; each example stands for itself."""
    state = [np.array([2.0, 1.0]), np.array([1.0, 0.0]), np.array([1.0, -1.0]), np.array([3.0, 8.0])]
    norm = build(candidate, state, eps=1.0)
    assert_close(norm.forward(np.array([[3.0, 2.0]]), False), np.array([[3.0, 1.0]]))
    assert_close(norm.forward(np.array([[3.0, 2.0], [1.0, -7.0]]), False), np.array([[3.0, 1.0], [1.0, -2.0]]))
    x = np.array([[3.0, 2.0], [5.0, -4.0]]).reshape(1, 2, 2, 1)  # two pixels of each channel
    assert_close(norm.forward(x, False), np.array([[3.0, 2.0], [2.0, -1.0]]).reshape(1, 2, 2, 1))
    assert_close(running(norm), (np.array([1.0, -1.0]), np.array([3.0, 8.0])))


def test_gradients_by_hand(candidate):
    """In training a value moves the mean and the variance as well, which leaves little of the gradient."""
    norm = build(candidate, [np.array([2.0]), np.zeros(1), np.zeros(1), np.ones(1)], eps=3.0)
    # z = (-1/2, 1/2), mean of dy 3/2, mean of dy z = 1/4: dx = (dy - 3/2 - z / 4) * 2 / 2.
    got = run(norm, np.array([[-1.0], [1.0]]), np.array([[1.0], [2.0]]))[1:]
    assert_close(got, (np.array([[-0.375], [0.375]]), np.array([0.5]), np.array([3.0])))


@given(**sizes)
@example(n=2, c=3, size=(2, 3), seed=0)
def test_training_agrees_with_a_slow_specification(candidate, n, c, size, seed):
    """Results, gradients and running means in training are what the Jacobian of every channel gives."""
    if size in (None, (1, 1)):
        n += 1
    state, x, dy = draw(seed, n, c, *(size or ()))
    norm = build(candidate, state, eps=0.1, momentum=0.3)
    expected, (mean, _) = slow(state, x, dy, eps=0.1, momentum=0.3)
    assert_close(run(norm, x, dy), expected)
    assert_close(norm.running_mean, mean)


@given(**sizes)
@example(n=2, c=3, size=(2, 3), seed=0)
def test_evaluation_agrees_with_a_slow_specification(candidate, n, c, size, seed):
    """Results of evaluation are what the running statistics give for every channel."""
    state, x, dy = draw(seed, n, c, *(size or ()))
    norm = build(candidate, state, eps=0.1)
    assert_close(norm.forward(x, False), slow(state, x, dy, training=False, eps=0.1)[0][0])


def test_gradients_agree_with_differences(candidate, rng):
    """A small step of batch, scale and shift along some direction changes the loss as the gradients say."""
    for shape in ((5, 3), (2, 3, 2, 2)):
        state, x, dy = draw(rng, *shape)
        _, *grads = run(build(candidate, state), x, dy)
        steps = [rng.normal(size=a.shape) for a in (x, *state[:2])]

        def loss(t, state=state, x=x, dy=dy, steps=steps):
            norm = build(candidate, [state[0] + t * steps[1], state[1] + t * steps[2], *state[2:]])
            return float((norm.forward(x + t * steps[0], True) * dy).sum())

        slope = sum(float((g * s).sum()) for g, s in zip(grads, steps, strict=True))
        assert_close((loss(1e-5) - loss(-1e-5)) / 2e-5, slope, rtol=1e-6, atol=1e-7)


def test_gradient_of_a_shift_and_of_a_scale_vanishes(candidate, rng):
    """Over a channel, the gradient of the batch sums to 0, and so does its product with the normalised batch."""
    _, x, dy = draw(rng, 4, 3, 2, 2)
    norm = candidate.BatchNorm(3, eps=1e-12)
    y, dx, _, _ = run(norm, x, dy)
    assert_close(dx.sum(axis=(0, 2, 3)), np.zeros(3))
    assert_close((dx * y).sum(axis=(0, 2, 3)), np.zeros(3), rtol=0, atol=1e-8)


def test_channel_without_spread(candidate):
    """A channel of equal values becomes beta, and its gradients are finite."""
    x, dy = np.full((4, 1), 7.0), np.array([[1.0], [2.0], [0.0], [-1.0]])
    norm = build(candidate, [np.array([2.0]), np.array([0.5]), np.zeros(1), np.ones(1)])
    y, dx, dgamma, dbeta = run(norm, x, dy)
    assert_close(y, np.full((4, 1), 0.5))
    assert_close(dx, 2.0 * (dy - 0.5) / math.sqrt(1e-5))
    assert_close((dgamma, dbeta), (np.zeros(1), np.array([2.0])), rtol=0, atol=1e-8)
    assert_close(running(norm), (np.array([0.7]), np.array([0.9])))


def test_layers_are_independent(candidate):
    """Two layers share neither statistics nor what they keep for backward."""
    state, x, dy = draw(7, 4, 2)
    one, other = build(candidate, state), candidate.BatchNorm(2)
    one.forward(x, True)
    other.forward(-3.0 * x, True)
    expected, (mean, _) = slow(state, x, dy)
    assert_close(one.backward(dy), expected[1:])
    assert_close(one.running_mean, mean)


@pytest.mark.fine
def test_running_statistics_by_hand(candidate):
    """A tenth of the batch's mean and of its unbiased variance enters the running statistics."""
    norm = candidate.BatchNorm(1)
    norm.forward(np.array([[1.0], [3.0], [5.0], [7.0]]), True)
    assert_close(running(norm), (np.array([0.4]), np.array([0.9 + 0.1 * 20.0 / 3.0])))
    norm.forward(np.array([[-2.0], [2.0]]), True)
    assert_close(running(norm), (np.array([0.36]), np.array([0.9 * (0.9 + 2.0 / 3.0) + 0.8])))


@pytest.mark.fine
def test_running_statistics_of_images(candidate):
    """The unbiased variance of images counts examples and pixels."""
    norm = candidate.BatchNorm(1, momentum=0.5)
    norm.forward(np.array([1.0, 3.0, 5.0, 7.0]).reshape(1, 1, 2, 2), True)
    assert_close(running(norm), (np.array([2.0]), np.array([0.5 + 10.0 / 3.0])))


@pytest.mark.fine
@pytest.mark.parametrize(("momentum", "mean", "var"), [(0.0, 0.5, 2.0), (0.25, 1.375, 3.5), (1.0, 4.0, 8.0)])
def test_momentum_at_the_ends(candidate, momentum, mean, var):
    """Momentum 0 keeps the old statistics, 1 forgets them."""
    norm = build(candidate, [np.ones(1), np.zeros(1), np.array([0.5]), np.array([2.0])], momentum=momentum)
    norm.forward(np.array([[2.0], [6.0]]), True)
    assert_close(running(norm), (np.array([mean]), np.array([var])))


@pytest.mark.fine
def test_gradients_of_evaluation_by_hand(candidate):
    """In evaluation the statistics are constants, and the gradient is only scaled."""
    norm = build(candidate, [np.array([3.0]), np.zeros(1), np.array([1.0]), np.array([3.0])], eps=1.0)
    got = run(norm, np.array([[-1.0], [5.0]]), np.array([[1.0], [2.0]]), training=False)[1:]
    assert_close(got, (np.array([[1.5], [3.0]]), np.array([3.0]), np.array([3.0])))


@pytest.mark.fine
@given(training=st.booleans(), **sizes)
@example(n=2, c=3, size=(2, 3), training=True, seed=0)
def test_both_modes_agree_with_a_slow_specification(candidate, n, c, size, training, seed):
    """Gradients and running statistics of both modes are what the Jacobian of every channel gives."""
    if size in (None, (1, 1)):
        n += 1
    state, x, dy = draw(seed, n, c, *(size or ()))
    norm = build(candidate, state, eps=0.1, momentum=0.3)
    expected, statistics = slow(state, x, dy, training=training, eps=0.1, momentum=0.3)
    assert_close(run(norm, x, dy, training), expected)
    assert_close(running(norm), statistics)


@pytest.mark.fine
def test_default_eps(candidate):
    """By default 1e-5 is added inside the root, which shows on channels of little spread; 0 is legal."""
    assert_close(candidate.BatchNorm(1, eps=0.0).forward(np.array([[1.0], [3.0]]), True), np.array([[-1.0], [1.0]]))
    state, x, dy = draw(1, 4, 3)
    for scale in (1e-3, 1e-2, 1e-6):
        expected, _ = slow(state, scale * x, dy)
        assert_close(run(build(candidate, state), scale * x, dy), expected)
    small = [*state[:3], 1e-4 * state[3]]
    assert_close(run(build(candidate, small), x, dy, False), slow(small, x, dy, training=False)[0])


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_mean(candidate, dtype):
    """Whole numbers near 4096, or near 10^8 in float64, are normalised as well as the same numbers near 0."""
    x = np.array([[-3.0, 1.0], [0.0, 2.0], [1.0, 3.0], [2.0, 2.0]], dtype=dtype)
    state, _, dy = draw(2, 4, 2, dtype=dtype)
    expected, (_, var) = slow(state, x, dy)
    for offset in (4096.0, -4096.0, *((1e8,) if dtype is np.float64 else ())):
        norm = build(candidate, state)
        assert_close(run(norm, x + dtype(offset), dy), tuple(a.astype(dtype) for a in expected))
        assert_close(norm.running_var, var, rtol=1e-4, atol=0)


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes(candidate, dtype):
    """Results and gradients keep float32 or float64, in both modes; the attributes stay float64."""
    for shape in ((5, 3), (2, 3, 2, 3)):
        state, x, dy = draw(3, *shape, dtype=dtype)
        for training in (True, False):
            norm = build(candidate, state)
            expected, statistics = slow(state, x, dy, training=training)
            got = run(norm, x, dy, training)
            assert_close(got, tuple(a.astype(dtype) for a in expected), check_dtype=True)
            assert_close(running(norm), statistics, rtol=1e-4, atol=1e-5)
            for name in STATE:
                assert_dtype(getattr(norm, name), np.float64)


@pytest.mark.fine
def test_strided_input(candidate):
    """Transposed, strided and repeated batches are read correctly."""
    state, x, dy = draw(4, 6, 3, 4, 4)
    for a, g in (
        (x.transpose(0, 1, 3, 2)[::-2], dy[::2]),
        (x[:, :, 1, ::-1].transpose(0, 2, 1).reshape(24, 3), dy[:, :, 0].transpose(0, 2, 1).reshape(24, 3)),
        (x[:, :, 0, 0][::2], dy[::2, :, 1, 1]),
        (np.broadcast_to(x[:, :, :1, :1], (6, 3, 2, 2)), dy[:, :, :2, 2:]),
    ):
        assert_close(run(build(candidate, state), a, g), slow(state, a, g)[0])


@pytest.mark.fine
def test_backward_follows_the_latest_forward(candidate):
    """backward belongs to the latest forward, changes nothing, and can be repeated."""
    state, x, dy = draw(5, 4, 2)
    norm = build(candidate, state)
    norm.forward(x, True)
    norm.running_mean, norm.running_var = state[2:]
    norm.forward(2.0 * x[:2], False)
    expected = slow(state, 2.0 * x[:2], dy[:2], training=False)[0][1:]
    for _ in range(2):
        assert_close(norm.backward(dy[:2]), expected)
    norm.forward(x, True)
    expected, statistics = slow(state, x, dy)
    for _ in range(2):
        assert_close(norm.backward(dy), expected[1:])
    assert_close([getattr(norm, name) for name in STATE], [*state[:2], *statistics])


@pytest.mark.fine
def test_assigned_arrays_wait_for_the_next_forward(candidate):
    """Arrays assigned between forward and backward do not enter the gradients, but the next forward."""
    for training in (True, False):
        state, x, dy = draw(8, 4, 2)
        norm = build(candidate, state)
        norm.forward(x, training)
        for name, value in zip(STATE, state, strict=True):
            setattr(norm, name, 3.0 * value + 1.0)
        assert_close(norm.backward(dy), slow(state, x, dy, training=training)[0][1:])
        new = [3.0 * value + 1.0 for value in state]
        assert_close(run(norm, x, dy, training), slow(new, x, dy, training=training)[0])


@pytest.mark.fine
def test_batch_may_be_overwritten(candidate):
    """The caller may reuse the memory of the batch, and of the result, before backward."""
    state, x, dy = draw(6, 4, 2)
    for training in (True, False):
        batch = put(candidate, x)
        norm = build(candidate, state)
        norm.forward(batch, training)
        batch[...] = 0.0
        assert_close(norm.backward(dy), slow(state, x, dy, training=training)[0][1:])


@pytest.mark.fine
def test_no_examples_in_evaluation(candidate):
    """Evaluation of an empty batch gives an empty result and gradients of 0."""
    for shape in ((0, 2), (0, 2, 3, 3)):
        got = run(candidate.BatchNorm(2), np.zeros(shape), np.zeros(shape), training=False)
        assert_close(got, (np.zeros(shape), np.zeros(shape), np.zeros(2), np.zeros(2)))


@pytest.mark.fine
def test_one_value_has_no_variance(candidate):
    """Training with fewer than two values of a channel raises ValueError; two pixels are enough."""
    norm = candidate.BatchNorm(2)
    for shape in ((1, 2), (1, 2, 1, 1), (0, 2), (0, 2, 3, 3)):
        with assert_raises(ValueError):
            norm.forward(np.ones(shape), True)
    assert_equal(running(norm), (np.zeros(2), np.ones(2)))
    assert_close(norm.forward(np.ones((1, 2)), False), np.full((1, 2), 1.0 / math.sqrt(1.0 + 1e-5)))
    for shape in ((1, 2, 1, 2), (1, 2, 2, 1), (2, 2, 1, 1)):
        assert_close(norm.forward(np.ones(shape), True), np.zeros(shape))


@pytest.mark.fine
def test_bad_arguments(candidate):
    """Settings out of range, other shapes, and backward without forward raise ValueError."""
    for args in ((0,), (-1,), (2, -1e-5), (2, 1e-5, -0.1), (2, 1e-5, 1.1)):
        with assert_raises(ValueError):
            candidate.BatchNorm(*args)
    norm = candidate.BatchNorm(2)
    with assert_raises(ValueError):
        norm.backward(np.ones((3, 2)))
    for shape in ((3, 1), (2, 3), (4,), (2, 2, 3), (3, 3, 2, 2), (3, 1, 2, 2), (2, 2, 2, 2, 2), ()):
        for training in (True, False):
            with assert_raises(ValueError):
                norm.forward(np.ones(shape), training)
    assert_equal(running(norm), (np.zeros(2), np.ones(2)))
    norm.forward(np.ones((3, 2)), True)
    for shape in ((2, 2), (1, 2), (2,), (3, 1), (3, 2, 1, 1), ()):
        with assert_raises(ValueError):
            norm.backward(np.ones(shape))


@pytest.mark.scale
def test_batch_of_images(candidate, reference, rng):
    """Images take whole-array operations, forward and backward, not a loop over examples and pixels."""

    def prepare(subject, rng):
        norm = subject.BatchNorm(16)
        x, dy = (put(subject, rng.normal(size=(32, 16, 10, 10))) for _ in range(2))

        def work():
            y = norm.forward(x, True)
            return y, *norm.backward(dy)

        return work

    speed(candidate, reference, prepare, rng, limit=20)
