"""Hidden tests of rnn_bptt."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_raises, assert_shape, speed

NAMES = ("dx", "dh0", "dWx", "dWh", "db")


def states(x, h0, Wx, Wh, b, cuts=(), frozen=None):
    """Return the states step by step; the state that enters a step in `cuts` is taken from `frozen`."""
    h, state = [], h0
    for t in range(x.shape[1]):
        state = np.tanh(x[:, t] @ Wx + (frozen[:, t - 1] if t in cuts else state) @ Wh + b)
        h.append(state)
    return np.stack(h, axis=1)


def slow_gradients(dh, args, k=None):
    """Differentiate the loss by one entry at a time, with a complex step, which has no rounding error to speak of."""
    frozen = states(*args)
    cuts = () if k is None else range(k, dh.shape[1], k)
    grads = {}
    for place, name in enumerate(NAMES):
        grads[name] = np.zeros(args[place].shape)
        for index in np.ndindex(args[place].shape):
            moved = [a.astype(complex) for a in args]
            moved[place][index] += 1e-30j
            grads[name][index] = (dh * states(*moved, cuts, frozen)).sum().imag / 1e-30
    return grads


def draw(seed, B, T, D, H, dtype=np.float64):
    """Arguments of the forward pass, and the gradient of the states."""
    rng = np.random.default_rng(seed)
    shapes = ((B, T, D), (B, H), (D, H), (H, H), (H,), (B, T, H))
    *args, dh = (0.7 * rng.normal(size=shape).astype(dtype) for shape in shapes)
    return args, dh


def one(*numbers):
    """One sequence of one feature."""
    return np.array(numbers, dtype=float).reshape(1, -1, 1)


def scalar(h0, wx, wh, b):
    """Start and weights of a layer with one feature and one unit."""
    return np.array([[h0]]), np.array([[wx]]), np.array([[wh]]), np.array([b])


def backward(candidate, dh, cache, k=None):
    """Gradients, full or truncated."""
    return candidate.rnn_backward(dh, cache) if k is None else candidate.truncated_rnn_backward(dh, cache, k)


def test_states_by_hand(candidate):
    """Each state is the tanh of input, previous state and bias, each weighted."""
    # tanh(log 2) = 3/5, tanh(log 3) = 4/5.
    two, three = math.log(2), math.log(3)
    h, _ = candidate.rnn_forward(one(two - 1, three - 1.2 - 0.5), *scalar(0.25, 1.0, 2.0, 0.5))
    assert_close(h, one(0.6, 0.8))
    # The first unit sees the second one's past, and not the other way round.
    x, h0 = np.array([[[1.0, 0.0]]]), np.array([[0.0, two]])
    h, _ = candidate.rnn_forward(
        x, h0, np.array([[0.0, three], [9.0, 9.0]]), np.array([[7.0, 0.0], [1.0, 0.0]]), np.zeros(2)
    )
    assert_close(h, np.array([[[0.6, 0.8]]]))


def test_gradients_by_hand(candidate):
    """The gradient of a step is that of its own state and that of all later ones."""
    h, cache = candidate.rnn_forward(one(math.log(2), math.log(3) - 1.2), *scalar(0.0, 1.0, 2.0, 0.0))
    assert_close(h, one(0.6, 0.8))
    # da_1 = 10 * 0.36 = 3.6; da_0 = (5 + 2 * 3.6) * 0.64 = 7.808.
    grads = candidate.rnn_backward(one(5.0, 10.0), cache)
    assert_close(grads["dx"], one(7.808, 3.6))
    assert_close(grads["dh0"], np.array([[2 * 7.808]]))
    assert_close(grads["dWh"], np.array([[0.6 * 3.6]]))
    assert_close(grads["dWx"], np.array([[7.808 * math.log(2) + 3.6 * (math.log(3) - 1.2)]]))
    assert_close(grads["db"], np.array([11.408]))


@pytest.mark.parametrize(
    ("k", "dx", "dh0"),
    [
        (1, [1.0, 10.0, 100.0, 1000.0, 10000.0], 2.0),
        (2, [21.0, 10.0, 2100.0, 1000.0, 10000.0], 42.0),
        (3, [421.0, 210.0, 100.0, 21000.0, 10000.0], 842.0),
        (4, [8421.0, 4210.0, 2100.0, 1000.0, 10000.0], 16842.0),
        (5, [168421.0, 84210.0, 42100.0, 21000.0, 10000.0], 336842.0),
        (7, [168421.0, 84210.0, 42100.0, 21000.0, 10000.0], 336842.0),
    ],
)
def test_chunks_by_hand(candidate, k, dx, dh0):
    """Chunks start at 0, k, 2k, …; nothing flows from one into the one before, and h0 gets the first one's share."""
    # All states are 0, where tanh has slope 1, and the recurrent weight is 2.
    _, cache = candidate.rnn_forward(np.zeros((1, 5, 1)), *scalar(0.0, 1.0, 2.0, 0.0))
    grads = candidate.truncated_rnn_backward(one(1.0, 10.0, 100.0, 1000.0, 10000.0), cache, k)
    assert_close(grads["dx"], one(*dx))
    assert_close(grads["dh0"], np.array([[dh0]]))
    assert_close(grads["db"], np.array([sum(dx)]))


def test_first_step_of_a_chunk_has_a_past(candidate):
    """The state that enters a chunk is a constant, not nothing: the recurrent weights get their share."""
    _, cache = candidate.rnn_forward(one(math.log(2), math.log(3) - 1.2), *scalar(0.0, 1.0, 2.0, 0.0))
    grads = candidate.truncated_rnn_backward(one(5.0, 10.0), cache, 1)
    assert_close(grads["dWh"], np.array([[0.6 * 3.6]]))
    assert_close(grads["dx"], one(5 * 0.64, 3.6))


@given(
    B=st.integers(1, 2), T=st.integers(1, 4), D=st.integers(1, 3), H=st.integers(1, 3), seed=st.integers(0, 2**32 - 1)
)
def test_agrees_with_a_slow_specification(candidate, B, T, D, H, seed):
    """States and gradients are what the definition, differentiated one entry at a time, gives."""
    args, dh = draw(seed, B, T, D, H)
    h, cache = candidate.rnn_forward(*args)
    assert_close(h, states(*args))
    assert_close(candidate.rnn_backward(dh, cache), slow_gradients(dh, args))


@given(T=st.integers(1, 6), k=st.integers(1, 7), seed=st.integers(0, 2**32 - 1))
def test_truncated_agrees_with_a_slow_specification(candidate, T, k, seed):
    """Truncated gradients are those of a loss in which the states that enter the chunks are constants."""
    args, dh = draw(seed, 2, T, 1, 2)
    _, cache = candidate.rnn_forward(*args)
    assert_close(candidate.truncated_rnn_backward(dh, cache, k), slow_gradients(dh, args, k))


def test_long_chunks_are_the_whole(candidate):
    """With k of T or more, truncation changes nothing."""
    args, dh = draw(0, 3, 4, 2, 3)
    _, cache = candidate.rnn_forward(*args)
    full = candidate.rnn_backward(dh, cache)
    for k in (4, 5, 100):
        assert_close(candidate.truncated_rnn_backward(dh, cache, k), full)


def test_weights_are_shared(candidate):
    """Gradients of the weights are sums over the examples, and examples do not mix otherwise."""
    args, dh = draw(1, 3, 4, 2, 3)
    _, cache = candidate.rnn_forward(*args)
    grads = candidate.rnn_backward(dh, cache)
    singles = []
    for i in range(3):
        h, cache = candidate.rnn_forward(args[0][i : i + 1], args[1][i : i + 1], *args[2:])
        singles.append(candidate.rnn_backward(dh[i : i + 1], cache))
    for name in ("dx", "dh0"):
        assert_close(grads[name], np.concatenate([single[name] for single in singles]))
    for name in ("dWx", "dWh", "db"):
        assert_close(grads[name], sum(single[name] for single in singles))


def test_loss_on_the_last_step(candidate):
    """A loss that uses the last state only reaches all earlier steps."""
    args, dh = draw(2, 2, 4, 2, 3)
    dh[:, :-1] = 0.0
    _, cache = candidate.rnn_forward(*args)
    assert_close(candidate.rnn_backward(dh, cache), slow_gradients(dh, args))


def test_gradients_are_linear(candidate):
    """The gradients of a sum of losses are the sums of their gradients."""
    args, dh = draw(8, 2, 4, 3, 2)
    other = draw(9, 2, 4, 3, 2)[1]
    _, cache = candidate.rnn_forward(*args)
    for k in (None, 3):
        parts = [backward(candidate, g, cache, k) for g in (dh, other)]
        both = backward(candidate, dh - 2 * other, cache, k)
        assert_close(both, {name: parts[0][name] - 2 * parts[1][name] for name in NAMES})


@pytest.mark.fine
@pytest.mark.parametrize("k", [None, 2])
def test_no_steps(candidate, k):
    """A sequence of no steps has no states, and all its gradients are zero."""
    args, dh = draw(3, 2, 0, 3, 4)
    h, cache = candidate.rnn_forward(*args)
    assert_shape(h, (2, 0, 4))
    expected = {name: np.zeros(a.shape) for name, a in zip(NAMES, args, strict=True)}
    assert_close(backward(candidate, dh, cache, k), expected)


@pytest.mark.fine
@pytest.mark.parametrize("k", [None, 2])
def test_no_examples(candidate, k):
    """A batch of no examples has states and gradients of the right shapes."""
    args, dh = draw(4, 0, 5, 3, 4)
    h, cache = candidate.rnn_forward(*args)
    assert_shape(h, (0, 5, 4))
    expected = {name: np.zeros(a.shape) for name, a in zip(NAMES, args, strict=True)}
    assert_close(backward(candidate, dh, cache, k), expected)


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes(candidate, dtype):
    """States and gradients keep float32 and float64."""
    args, dh = draw(5, 2, 3, 2, 3, dtype=dtype)
    wide = [a.astype(float) for a in args]
    h, cache = candidate.rnn_forward(*args)
    assert_dtype(h, dtype)
    assert_close(h, states(*wide).astype(dtype))
    for k in (None, 2):
        got = backward(candidate, dh, cache, k)
        for name, expected in slow_gradients(dh.astype(float), wide, k).items():
            assert_dtype(got[name], dtype)
            assert_close(got[name], expected.astype(dtype))


@pytest.mark.fine
def test_saturated_units(candidate):
    """Sums in the thousands give states of 1 and -1 and gradients of 0."""
    h, cache = candidate.rnn_forward(one(1000.0, -3000.0, 5000.0), *scalar(0.0, 1.0, 2.0, 0.0))
    assert_close(h, one(1.0, -1.0, 1.0))
    grads = candidate.rnn_backward(np.ones((1, 3, 1)), cache)
    assert_close(list(grads.values()), [np.zeros(grad.shape) for grad in grads.values()])


@pytest.mark.fine
def test_strided_input(candidate):
    """Transposed and reversed arrays are read correctly."""
    (x, h0, Wx, Wh, b), dh = draw(6, 3, 4, 2, 3)
    args = (x.transpose(0, 2, 1).copy().transpose(0, 2, 1)[::-1], h0[::-1], Wx.T.copy().T, Wh.T, b[::-1])
    h, cache = candidate.rnn_forward(*args)
    assert_close(h, states(*args))
    assert_close(candidate.rnn_backward(dh[:, ::-1], cache), slow_gradients(dh[:, ::-1], args))


@pytest.mark.fine
def test_cache_can_be_used_again(candidate):
    """Several backward passes may use one cache, in any order."""
    args, dh = draw(7, 2, 5, 2, 3)
    _, cache = candidate.rnn_forward(*args)
    for k in (2, None, 3, None, 2):
        assert_close(backward(candidate, dh, cache, k), slow_gradients(dh, args, k))


@pytest.mark.fine
def test_bad_shapes(candidate):
    """Shapes that do not fit raise ValueError, also where broadcasting would take them."""
    args, dh = draw(10, 3, 4, 2, 5)
    bad = {0: [(3, 2), (3, 4, 3), (3, 4, 1), (2, 4, 2)], 1: [(1, 5), (3, 1), (5,), (3, 4)],
           2: [(2, 1), (2, 4), (1, 5), (5, 2)], 3: [(5, 1), (1, 5), (5, 4), (4, 4)], 4: [(1,), (1, 5), (4,), ()]}  # fmt: skip
    for place, shapes in bad.items():
        for shape in shapes:
            with assert_raises(ValueError):
                candidate.rnn_forward(*args[:place], np.ones(shape), *args[place + 1 :])
    _, cache = candidate.rnn_forward(*args)
    for shape in ((3, 4, 1), (3, 1, 5), (1, 4, 5), (3, 3, 5), (3, 4), (60,)):
        for k in (None, 2):
            with assert_raises(ValueError):
                backward(candidate, np.ones(shape), cache, k)
    for k in (0, -1):
        with assert_raises(ValueError):
            candidate.truncated_rnn_backward(dh, cache, k)


@pytest.mark.scale
def test_batch_takes_matrix_products(candidate, reference, rng):
    """Eight hundred sequences take matrix products at each step, not a loop over the examples."""

    def prepare(subject, rng):
        shapes = ((800, 15, 4), (800, 4), (4, 4), (4, 4), (4,), (800, 15, 4))
        *args, dh = (0.2 * rng.normal(size=shape) for shape in shapes)

        def work():
            _, cache = subject.rnn_forward(*args)
            return subject.rnn_backward(dh, cache)

        return work

    speed(candidate, reference, prepare, rng, limit=20)
