"""Hidden tests of lstm_gru."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_gradients, assert_raises, gradients, speed

GATES = {"lstm": 4, "gru": 3}
STATES = {"lstm": 2, "gru": 1}


def draw(name, seed, B, T, D, H, dtype=torch.float64):
    """Floating arguments of a layer."""
    rng = np.random.default_rng(seed)
    G = GATES[name] * H
    shapes = [(B, T, D), *[(B, H)] * STATES[name], (G, D), (G, H), (G,), (G,)]
    return [torch.from_numpy(rng.normal(size=shape)).to(dtype) for shape in shapes]


def run(subject, name, args, lengths):
    """Results of a layer."""
    x, *rest = args
    return tuple(getattr(subject, name)(x, torch.as_tensor(lengths), *rest))


def cell(name, x, state, w_ih, w_hh, b_ih, b_hh):
    """One step of one row, gate by gate."""
    h, H = state[0], len(state[0])
    blocks = [slice(k * H, (k + 1) * H) for k in range(GATES[name])]
    new = [w_ih[k] @ x + b_ih[k] for k in blocks]
    past = [w_hh[k] @ h + b_hh[k] for k in blocks]
    if name == "lstm":
        i, f, g, o = (a + b for a, b in zip(new, past, strict=True))
        c = torch.sigmoid(f) * state[1] + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c
    r, z = torch.sigmoid(new[0] + past[0]), torch.sigmoid(new[1] + past[1])
    return ((1 - z) * torch.tanh(new[2] + r * past[2]) + z * h,)


def slow(name, args, lengths):
    """Each row by itself, without its padding."""
    x, *rest = args
    starts, weights = rest[: STATES[name]], rest[STATES[name] :]
    outs, ends = [], []
    for row, length in enumerate(lengths):
        state = tuple(start[row] for start in starts)
        steps = []
        for t in range(length):
            state = cell(name, x[row, t], state, *weights)
            steps.append(state[0])
        steps += [torch.zeros_like(state[0])] * (x.shape[1] - length)
        outs.append(torch.stack(steps))
        ends.append(state)
    return (torch.stack(outs), *(torch.stack(end) for end in zip(*ends, strict=True)))


def column(*numbers):
    """A column of numbers in float64."""
    return torch.tensor(numbers, dtype=torch.float64)[:, None]


def scalar(name, x, states, w_ih, w_hh, b_ih, b_hh):
    """Arguments of one sequence with one feature and one unit."""
    return [column(*x)[None], *(column(s) for s in states), column(*w_ih), column(*w_hh), column(*b_ih)[:, 0],
            column(*b_hh)[:, 0]]  # fmt: skip


def check_gradients(candidate, name, lengths):
    """Compare the gradients of every result with those of the slow specification."""
    args = draw(name, 3, 3, 4, 2, 3)
    places = (0, *range(2, len(args) + 1))
    for output in range(1 + STATES[name]):
        leaves = [a.clone().requires_grad_() for a in args]
        expected = slow(name, leaves, lengths)[output]
        cotangent = torch.from_numpy(np.random.default_rng(4).normal(size=tuple(expected.shape)))
        loss = (expected * cotangent).sum()
        grads = torch.autograd.grad(loss, leaves, allow_unused=True, materialize_grads=True)
        f, x = getattr(candidate, name), args[0]
        got = gradients(f, x, torch.tensor(lengths), *args[1:], wrt=places, output=output, cotangent=cotangent)
        # No gradient at all says the same as zeros.
        got = [torch.zeros_like(a) if g is None else g for g, a in zip(got, args, strict=True)]
        assert_close(got, list(grads))


# sigmoid(log 3) = 3/4, sigmoid(-log 3) = 1/4, tanh(log 2) = 3/5, tanh(log 3) = 4/5.
TWO, THREE = math.log(2), math.log(3)


def test_lstm_step_by_hand(candidate):
    """A step of the LSTM uses the gates in the order i, f, g, o."""
    args = scalar("lstm", [0.0], [0.0, 2.0], [0.0] * 4, [0.0] * 4, [THREE, -THREE, TWO, 0.0], [0.0] * 4)
    # c = 2 / 4 + 3/4 * 3/5 = 0.95
    out, h_n, c_n = run(candidate, "lstm", args, [1])
    assert_close(c_n, column(0.95))
    assert_close(h_n, column(0.5 * math.tanh(0.95)))
    assert_close(out, h_n[None])


def test_lstm_sums_by_hand(candidate):
    """Input, hidden state and both biases add up in each gate."""
    # The sums are i = 0, f = 3 - 3, g = log 2 by four parts, o = log 3.
    args = scalar(
        "lstm",
        [2.0],
        [1.0, 0.0],
        [0.0, 1.5, TWO, 0.0],
        [0.0, -3.0, TWO, THREE],
        [0.0, 0.0, -TWO, 0.0],
        [0.0, 0.0, -TWO, 0.0],
    )
    _, h_n, c_n = run(candidate, "lstm", args, [1])
    assert_close(c_n, column(0.3))
    assert_close(h_n, column(0.75 * math.tanh(0.3)))


def test_gru_step_by_hand(candidate):
    """A step of the GRU uses the gates in the order r, z, n, and z keeps the old state."""
    # r = 1/4, z = 3/4, n = tanh(4 log 2 / 4) = 3/5, h = 3/5 / 4 + 3/4 * 4.
    args = scalar("gru", [0.0], [4.0], [0.0] * 3, [0.0, 0.0, TWO], [-THREE, THREE, 0.0], [0.0] * 3)
    out, h_n = run(candidate, "gru", args, [1])
    assert_close(h_n, column(3.15))
    assert_close(out, h_n[None])


def test_gru_reset_scales_the_biased_past(candidate):
    """The reset gate scales the projected past together with its bias, but not the input and its bias."""
    # r = 1/4, z = 1/2; the past is (8 - 4) log 2, the input (2 - 1) log 2, and tanh(2 log 2) = 15/17.
    args = scalar("gru", [2.0], [-4.0], [0.0, 0.0, TWO], [0.0, 0.0, TWO], [-THREE, 0.0, -TWO], [0.0, 0.0, 8 * TWO])
    _, h_n = run(candidate, "gru", args, [1])
    assert_close(h_n, column(15 / 34 - 2.0))


@pytest.mark.parametrize("name", ["lstm", "gru"])
@given(
    B=st.integers(1, 3), T=st.integers(1, 4), D=st.integers(1, 3), H=st.integers(1, 3), seed=st.integers(0, 2**32 - 1)
)
def test_agrees_with_a_slow_specification(candidate, name, B, T, D, H, seed):
    """Each row gets what it would get by itself, without its padding."""
    args = draw(name, seed, B, T, D, H)
    lengths = np.random.default_rng(seed).integers(1, T + 1, size=B).tolist()
    assert_close(run(candidate, name, args, lengths), slow(name, args, lengths))


@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_lengths_in_any_order(candidate, name):
    """Short and long rows may come in any order; out is 0 past their lengths."""
    args = draw(name, 0, 4, 3, 2, 3)
    for lengths in ([2, 3, 1, 1], [1, 2, 2, 3], [3, 3, 3, 3], [1, 1, 1, 2]):
        got = run(candidate, name, args, lengths)
        assert_close(got, slow(name, args, lengths))
        for row, length in enumerate(lengths):
            assert_close(got[0][row, length:], torch.zeros(3 - length, 3, dtype=torch.float64))


@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_gradients(candidate, name):
    """Every result can be differentiated with respect to inputs, states, weights and biases."""
    check_gradients(candidate, name, [4, 2, 1])


@pytest.mark.fine
@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_rows_without_steps_keep_their_start(candidate, name):
    """A row of length 0 has outputs of 0 and ends with the states it started with, even if all rows are empty."""
    args = draw(name, 0, 4, 3, 2, 3)
    for lengths in ([2, 3, 0, 1], [0, 1, 2, 3], [1, 1, 0, 0], [0, 0, 0, 0]):
        assert_close(run(candidate, name, args, lengths), slow(name, args, lengths))
    args = draw(name, 1, 3, 2, 2, 2)
    got = run(candidate, name, args, [0, 2, 0])
    for end, start in zip(got[1:], args[1:], strict=False):
        assert_close(end[::2], start[::2])


@pytest.mark.fine
@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_padding_does_not_matter(candidate, name):
    """What stands in the padding changes neither results nor gradients of the weights, however large it is."""
    args = draw(name, 2, 3, 4, 2, 2)
    lengths = [1, 4, 0]
    spoilt = args[0].clone()
    spoilt[0, 1:], spoilt[2] = 1e6, -1e6
    assert_close(run(candidate, name, [spoilt, *args[1:]], lengths), run(candidate, name, args, lengths))
    f, places = getattr(candidate, name), tuple(range(2, len(args) + 1))
    for output in range(1 + STATES[name]):
        got, expected = (
            gradients(f, x, torch.tensor(lengths), *args[1:], wrt=places, output=output) for x in (spoilt, args[0])
        )
        assert_close(got, expected)


@pytest.mark.fine
@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_gradients_with_empty_rows(candidate, name):
    """Every result can be differentiated where a row has no steps, too."""
    check_gradients(candidate, name, [4, 2, 0])


@pytest.mark.fine
@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_gradients_agree_with_differences(candidate, name):
    """The gradients of the outputs agree with finite differences."""
    x, *rest = draw(name, 5, 2, 3, 2, 2)
    assert_gradients(getattr(candidate, name), x, torch.tensor([3, 1]), *rest, wrt=(0, 2, 3, 4, 5, 6), output=0)


@pytest.mark.fine
@pytest.mark.parametrize("name", ["lstm", "gru"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_dtypes(candidate, name, dtype):
    """Results keep float32 and float64; lengths may be int32 or int64."""
    args = draw(name, 6, 2, 3, 4, 3, dtype)
    expected = [part.to(dtype) for part in slow(name, [a.double() for a in args], [3, 1])]
    for kind in (torch.int32, torch.int64):
        got = run(candidate, name, args, torch.tensor([3, 1], dtype=kind))
        assert_close(list(got), expected, check_dtype=True)


@pytest.mark.fine
@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_saturated_gates(candidate, name):
    """Gate sums in the thousands give finite states and gradients."""
    x, *rest = draw(name, 7, 2, 3, 2, 2)
    x = 3000.0 * x
    assert_close(run(candidate, name, [x, *rest], [3, 2]), slow(name, [x, *rest], [3, 2]))
    for grad in gradients(getattr(candidate, name), x, torch.tensor([3, 2]), *rest, wrt=(0, 2, 3, 4, 5, 6), output=1):
        assert_close(torch.isfinite(grad).all(), torch.tensor(True))


@pytest.mark.fine
@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_long_memory(candidate, name):
    """With its gates set to keep, the state comes through fifty steps unchanged, and so does its gradient."""
    keep = {"lstm": [-1000.0, 1000.0, 5.0, 0.0], "gru": [0.0, 1000.0, 5.0]}[name]
    args = scalar(
        name, [1.0] * 50, [0.25] * STATES[name], [1.0] * len(keep), [0.0] * len(keep), keep, [0.0] * len(keep)
    )
    got = run(candidate, name, args, [50])
    assert_close(got[-1], column(0.25))
    f, start = getattr(candidate, name), STATES[name] + 1
    (grad,) = gradients(f, args[0], torch.tensor([50]), *args[1:], wrt=(start,), output=STATES[name])
    assert_close(grad, column(1.0))


@pytest.mark.fine
@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_strided_input(candidate, name):
    """Transposed and strided inputs, states and weights are read correctly."""
    x, *rest = draw(name, 8, 3, 4, 2, 3)
    x = x.transpose(0, 1).contiguous().transpose(0, 1)[:, ::2]
    rest = [a.T.contiguous().T if a.ndim == 2 else a for a in rest]
    assert_close(run(candidate, name, [x, *rest], [2, 0, 1]), slow(name, [x, *rest], [2, 0, 1]))


@pytest.mark.fine
@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_bad_lengths(candidate, name):
    """Lengths that are negative, longer than the batch, or not one for each row raise ValueError."""
    x, *rest = draw(name, 9, 2, 3, 2, 2)
    for lengths in ([3, 4], [100, 1], [-1, 2], [3], [1, 2, 3], [[1, 2]], 2):
        with assert_raises(ValueError):
            getattr(candidate, name)(x, torch.tensor(lengths), *rest)


@pytest.mark.scale
@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_batch_takes_matrix_products(candidate, reference, rng, name):
    """Two hundred rows take matrix products at each step, not a loop over the rows."""

    def prepare(subject, rng):
        x, *rest = draw(name, rng, 200, 12, 6, 6, torch.float32)
        lengths = torch.from_numpy(rng.integers(6, 13, size=200))
        return lambda: tuple(getattr(subject, name)(x, lengths, *rest))

    speed(candidate, reference, prepare, rng, limit=20)
