"""Hidden tests of dropout."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, put, speed

X = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]])
U = np.array([[0.1, 0.6, 0.9], [0.5, 0.3, 0.7]])


def draw(seed, shape=(4, 5)):
    """Activations and uniform numbers."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=shape), rng.random(shape)


def test_forward_by_hand(candidate):
    """Units with u below p become 0, the others are doubled for p = 0.5."""
    y, _ = candidate.dropout(X, 0.5, U)
    assert_close(y, [[0.0, -4.0, 6.0], [8.0, 0.0, -12.0]])


def test_mask_by_hand(candidate):
    """The mask holds the factor of each unit: 0 or 1 / (1 - p)."""
    for p in (0.2, 0.5, 0.65):
        y, mask = candidate.dropout(X, p, U)
        assert_close(mask, np.where(p <= U, 1 / (1 - p), 0.0))
        assert_close(y, X * np.where(p <= U, 1 / (1 - p), 0.0))


def test_dropping_is_below_p(candidate):
    """A number equal to p keeps its unit, so p = 0 keeps all, also where u is 0."""
    y, mask = candidate.dropout(np.ones(3), 0.25, np.array([0.25, 0.2499, 0.2501]))
    assert_close(y, np.array([1.0, 0.0, 1.0]) / 0.75)
    y, mask = candidate.dropout(X, 0.0, np.zeros((2, 3)))
    assert_close(y, X)
    assert_close(mask, np.ones((2, 3)))


def test_evaluation_changes_nothing(candidate):
    """At test time the output is the input, whatever p and u are, and the mask is all ones."""
    for p in (0.0, 0.3, 0.9):
        y, mask = candidate.dropout(X, p, U, training=False)
        assert_close(y, X)
        assert_close(mask, np.ones((2, 3)))


@pytest.mark.parametrize("p", [0.1, 0.25, 0.5, 0.9])
def test_expectation_stays(candidate, p):
    """Over evenly spread random numbers the mean of the output is the input."""
    y, _ = candidate.dropout(np.full(1000, 3.0), p, (np.arange(1000) + 0.5) / 1000)
    assert_close(np.mean(y), 3.0)


def test_units_are_dropped_one_by_one(candidate):
    """Every unit has its own random number, also in a batch of sequences."""
    x, u = draw(1, (2, 3, 4))
    y, _ = candidate.dropout(x, 0.4, u)
    assert_close(y, np.where(u >= 0.4, x / 0.6, 0.0))


def test_backward_by_hand(candidate):
    """The gradient passes where the unit was kept, with the same factor."""
    dy = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    got = candidate.dropout_backward(dy, np.array([[0.0, 2.5, 2.5], [0.0, 0.0, 2.5]]))
    assert_close(got, [[0.0, 5.0, 7.5], [0.0, 0.0, 15.0]])
    assert_close(candidate.dropout_backward(dy, np.ones((2, 3))), dy)


@given(p=st.integers(0, 9), seed=st.integers(0, 2**32 - 1), training=st.booleans())
def test_backward_is_the_derivative(candidate, p, seed, training):
    """A small change of the input changes the output as the gradient says."""
    x, u = draw(seed)
    dy, step = draw(seed + 1)
    y, mask = candidate.dropout(x, p / 10, u, training=training)
    moved, _ = candidate.dropout(x + step, p / 10, u, training=training)
    dx = candidate.dropout_backward(dy, mask)
    assert_close(np.sum(dx * step), np.sum(dy * (moved - y)), rtol=1e-6, atol=1e-8)


def test_variational_mask_by_hand(candidate):
    """Each sequence has one mask for all of its steps, scaled, in the order batch, time, unit."""
    got = candidate.variational_mask(U, 0.5, 4)
    rows = np.array([[0.0, 2.0, 2.0], [2.0, 0.0, 2.0]])
    assert_close(got, np.stack([rows] * 4, axis=1))


@given(b=st.integers(1, 4), h=st.integers(1, 4), t=st.integers(1, 5), p=st.integers(0, 9), seed=st.integers(0, 999))
def test_random_variational_masks(candidate, b, h, t, p, seed):
    """Sequence by sequence and step by step, the mask is that of the sequence's random numbers."""
    _, u = draw(seed, (b, h))
    got = candidate.variational_mask(u, p / 10, t)
    assert_close(got, np.array([[np.where(row >= p / 10, 1 / (1 - p / 10), 0.0)] * t for row in u]))


@pytest.mark.fine
def test_everything_is_dropped(candidate):
    """p = 1 gives zeros without a warning, and so does its mask."""
    y, mask = candidate.dropout(X, 1.0, U)
    assert_close(y, np.zeros((2, 3)))
    assert_close(mask, np.zeros((2, 3)))
    assert_close(candidate.variational_mask(U, 1, 2), np.zeros((2, 2, 3)))


@pytest.mark.fine
def test_inputs_stay(candidate):
    """Neither x nor the gradient nor the mask is modified."""
    x = X.copy()
    y, mask = candidate.dropout(x, 0.5, U)
    assert_close(candidate.dropout_backward(x, mask), y)


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtypes(candidate, dtype):
    """Outputs and masks have the dtype of x, whichever u has; the variational mask has that of u."""
    for training in (True, False):
        for array in candidate.dropout(X.astype(dtype), 0.3, U, training=training):
            assert_dtype(array, dtype)
        for array in candidate.dropout(X, 0.3, U.astype(dtype), training=training):
            assert_dtype(array, np.float64)
    assert_dtype(candidate.dropout_backward(X.astype(dtype), np.ones((2, 3), dtype=dtype)), dtype)
    assert_dtype(candidate.variational_mask(U.astype(dtype), 0.3, 2), dtype)


@pytest.mark.fine
def test_sizes(candidate):
    """Arrays without elements, and of no dimension, are fine."""
    y, mask = candidate.dropout(np.zeros((0, 3)), 0.5, np.zeros((0, 3)))
    assert_equal((y.shape, mask.shape), ((0, 3), (0, 3)))
    assert_close(candidate.dropout(np.array(3.0), 0.5, np.array(0.7))[0], 6.0)


@pytest.mark.fine
@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_bad_p_is_refused(candidate, p):
    """p outside [0, 1] raises ValueError, in training and at test time."""
    for training in (True, False):
        with assert_raises(ValueError):
            candidate.dropout(X, p, U, training=training)
    with assert_raises(ValueError):
        candidate.variational_mask(U, p, 2)


@pytest.mark.fine
@pytest.mark.parametrize("steps", [0, -1])
def test_bad_steps_are_refused(candidate, steps):
    """Fewer than one step raises ValueError."""
    with assert_raises(ValueError):
        candidate.variational_mask(U, 0.5, steps)


@pytest.mark.scale
def test_many_units_are_quick(candidate, reference, rng):
    """A large array is dropped without a loop over its units."""

    def prepare(subject, rng):
        x, u = put(subject, rng.normal(size=(300, 500))), put(subject, rng.random((300, 500)))
        return lambda: subject.dropout(x, 0.3, u)[0]

    speed(candidate, reference, prepare, rng, limit=10)
