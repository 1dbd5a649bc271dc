"""Hidden tests of the linear SVM."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_raises, assert_that, assert_type, speed

SEEDS = st.integers(0, 2**32 - 1)


def losses(scores, y, delta):
    """The multiclass loss, pair by pair."""
    total = math.fsum(
        max(0.0, s - row[c] + delta)
        for row, c in zip(scores.tolist(), y, strict=True)
        for j, s in enumerate(row)
        if j != c
    )
    return total / len(y)


def steps(X, y, lam, order, project):
    """Pegasos, number by number."""
    w = [0.0] * X.shape[1]
    for t, i in enumerate(order, start=1):
        x, eta = X[i].tolist(), 1 / (lam * t)
        violated = y[i] * math.fsum(a * b for a, b in zip(x, w, strict=True)) < 1
        w = [(1 - eta * lam) * a + (eta * y[i] * b if violated else 0.0) for a, b in zip(w, x, strict=True)]
        norm = math.hypot(*w)
        if project and norm > 1 / math.sqrt(lam):
            w = [a / norm / math.sqrt(lam) for a in w]
    return np.array(w)


def test_hinge_by_hand(candidate):
    """Rows beyond the margin cost nothing, rows inside it a little, wrong rows more than 1."""
    got = candidate.hinge_loss(np.array([2.0, 0.5, -1.0, -3.0]), np.array([1, 1, 1, -1]))
    assert_close(got, 2.5 / 4)


def test_multiclass_loss_by_hand(candidate):
    """A row adds up its wrong classes, the true class adds nothing, and rows are averaged."""
    scores = np.array([[3.0, 1.0, 2.5], [0.0, 2.0, 1.0], [5.0, 0.0, 0.5]])
    assert_close(candidate.multiclass_hinge(scores, np.array([0, 2, 0]))[0], (0.5 + 2.0) / 3)
    assert_close(candidate.multiclass_hinge(scores, np.array([1, 1, 1]))[0], (3.0 + 2.5 + 6.0 + 1.5) / 3)


def test_multiclass_gradient_by_hand(candidate):
    """Each violated class gets 1/n, and the true class minus the number of violations over n."""
    scores = np.array([[0.0, 1.0, 2.0], [4.0, 0.0, 3.5]])
    grad = candidate.multiclass_hinge(scores, np.array([0, 0]))[1]
    assert_close(grad, np.array([[-1.0, 0.5, 0.5], [-0.5, 0.0, 0.5]]))


def test_margin_can_be_chosen(candidate):
    """With delta 3, a lead of 2 is not enough; with delta 0.5 it is."""
    scores, y = np.array([[2.0, 0.0]]), np.array([0])
    loss, grad = candidate.multiclass_hinge(scores, y, 3.0)
    assert_close(loss, 1.0)
    assert_close(grad, np.array([[-1.0, 1.0]]))
    assert_close(candidate.multiclass_hinge(scores, y, delta=0.5)[0], 0.0)


@given(n=st.integers(1, 6), c=st.integers(2, 5), seed=SEEDS)
def test_multiclass_follows_the_definition(candidate, n, c, seed):
    """On random scores, the loss is that of a loop over pairs, and the gradient is its slope."""
    rng = np.random.default_rng(seed)
    scores, y, delta = rng.normal(size=(n, c)), rng.integers(0, c, n), float(rng.uniform(0.5, 2.0))
    loss, grad = candidate.multiclass_hinge(scores, y, delta)
    assert_close(loss, losses(scores, y, delta))
    direction = rng.normal(size=(n, c)) * 1e-7
    slope = losses(scores + direction, y, delta) - losses(scores - direction, y, delta)
    assert_close(2 * np.sum(np.asarray(grad) * direction), slope, rtol=1e-4, atol=1e-12)


def test_pegasos_by_hand(candidate):
    """Three steps: the margin is tested before w shrinks, and a row that is not violated only shrinks it."""
    X, y = np.array([[2.0, 0.0], [0.0, 1.0], [0.5, 0.0]]), np.array([1, -1, 1])
    # eta is 2, 1, 2/3. After step 1 w = (4, 0); row 2 has margin 2 and only halves it; row 1 has margin 0.
    assert_close(candidate.pegasos(X, y, 0.5, np.array([0, 2]), project=False), np.array([2.0, 0.0]))
    assert_close(candidate.pegasos(X, y, 0.5, np.array([0, 2, 1]), project=False), np.array([4 / 3, -2 / 3]))
    # The margin of row 2 is 1.5 before the shrinking and would be 0.75 after it.
    X[2, 0] = 0.375
    assert_close(candidate.pegasos(X, y, 0.5, np.array([0, 2]), project=False), np.array([2.0, 0.0]))


def test_projection_by_hand(candidate):
    """w is scaled to norm 1/sqrt(lam) after each step in which it is longer, and otherwise left alone."""
    X, y = np.array([[3.0, 4.0], [0.0, -0.5]]), np.array([1, 1])
    assert_close(candidate.pegasos(X, y, 0.25, np.array([0])), np.array([1.2, 1.6]))
    # Step 2: half of w, plus 2 times (0, -0.5), which is short enough.
    assert_close(candidate.pegasos(X, y, 0.25, np.array([0, 1])), np.array([0.6, -0.2]))


@given(n=st.integers(1, 6), d=st.integers(1, 4), T=st.integers(1, 12), project=st.booleans(), seed=SEEDS)
def test_pegasos_follows_the_definition(candidate, n, d, T, project, seed):
    """On random rows, w is that of the steps taken number by number."""
    rng = np.random.default_rng(seed)
    X, y, order = rng.normal(size=(n, d)), rng.choice([-1, 1], n), rng.integers(0, n, T)
    lam = float(rng.choice([0.05, 0.3, 1.0]))
    assert_close(candidate.pegasos(X, y, lam, order, project), steps(X, y.tolist(), lam, order.tolist(), project))


def test_pegasos_separates(candidate, rng):
    """After 500 steps, w classifies rows that a plane through the origin separates with room."""
    X = rng.normal(size=(60, 3))
    X = X[np.abs(X @ [1.0, -1.0, 0.5]) > 0.5]
    y = np.sign(X @ [1.0, -1.0, 0.5]).astype(int)
    w = np.asarray(candidate.pegasos(X, y, 0.01, rng.integers(0, len(X), 500)))
    assert_that(np.mean(np.sign(X @ w) == y) > 0.9, f"classifies only {np.mean(np.sign(X @ w) == y):.0%} of the rows")


@pytest.mark.fine
def test_margin_met_exactly(candidate):
    """A margin that is met exactly has gradient 0, and adds nothing to w."""
    loss, grad = candidate.multiclass_hinge(np.array([[2.0, 1.0, 3.0]]), np.array([0]))
    assert_close(loss, 2.0)
    assert_close(grad, np.array([[-1.0, 0.0, 1.0]]))
    X, y = np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([1, 1])
    assert_close(candidate.pegasos(X, y, 1.0, np.array([0, 1])), np.array([0.5, 0.0]))


@pytest.mark.fine
def test_dtypes(candidate):
    """int8 rows, int8 labels and float32 scores are computed in float64."""
    scores, y = np.array([[200, 10, 250]], dtype=np.uint8), np.array([0], dtype=np.uint8)
    loss, grad = candidate.multiclass_hinge(scores, y)
    assert_close(loss, 51.0)
    assert_close(grad, np.array([[-1.0, 0.0, 1.0]]), check_dtype=True)
    X, signs = np.array([[-128, 3], [7, 50]], dtype=np.int8), np.array([-1, 1], dtype=np.int8)
    expected = steps(X, [-1, 1], 0.5, [0, 1, 0], True)
    assert_close(candidate.pegasos(X, signs, 0.5, np.array([0, 1, 0])), expected, check_dtype=True)
    assert_close(candidate.multiclass_hinge(np.array([[0.0, 1e-9]]), np.array([0]))[0], 1 + 1e-9, rtol=1e-14)
    third = np.full(3, 1 / 3, dtype=np.float32)
    assert_close(candidate.hinge_loss(third, np.ones(3, dtype=np.int8)), 1 - float(third[0]), rtol=1e-12)


@pytest.mark.fine
def test_losses_are_python_floats(candidate):
    """Both losses are of type float."""
    assert_type(candidate.hinge_loss(np.array([0.5]), np.array([-1])), float)
    assert_type(candidate.multiclass_hinge(np.array([[0.5, 1.0]]), np.array([0]))[0], float)


@pytest.mark.fine
def test_smallest_sizes(candidate):
    """One class has no wrong ones, an empty order leaves zeros, and rows of zeros move nothing."""
    loss, grad = candidate.multiclass_hinge(np.array([[4.0], [-4.0]]), np.array([0, 0]))
    assert_close(loss, 0.0)
    assert_close(grad, np.zeros((2, 1)))
    X, y = np.ones((1, 3)), np.array([1])
    assert_close(candidate.pegasos(X, y, 1.0, np.zeros(0, dtype=np.int64)), np.zeros(3))
    assert_close(candidate.pegasos(0 * X, y, 1.0, np.array([0, 0])), np.zeros(3))


@pytest.mark.fine
@pytest.mark.parametrize("y", [[0, 1], [1, 2], [-2, 1], [0.5, 1.0], [1, 1, 1], [[1, 1]], []], ids=str)
def test_invalid_signs_raise(candidate, y):
    """Labels other than -1 and +1, or not one for each row, raise ValueError."""
    with assert_raises(ValueError):
        candidate.hinge_loss(np.array([0.5, 0.5]), np.array(y))
    with assert_raises(ValueError):
        candidate.pegasos(np.ones((2, 2)), np.array(y), 1.0, np.array([0]))


@pytest.mark.fine
def test_invalid_classes_raise(candidate):
    """Classes out of range, negative ones too, no rows and shapes that do not fit raise ValueError."""
    scores = np.zeros((2, 3))
    for s, y in (
        (scores, [0, 3]),
        (scores, [-1, 0]),
        (scores, [0]),
        (scores, [[0, 1]]),
        (scores[:1], [[0]]),
        (scores[0], [0, 0, 0]),
        (scores[:0], []),
    ):
        with assert_raises(ValueError):
            candidate.multiclass_hinge(s, np.array(y, dtype=np.int64))


@pytest.mark.fine
def test_invalid_settings_raise(candidate):
    """lam that is not positive, rows that are not there, a vector X and no scores raise ValueError."""
    X, y = np.ones((2, 2)), np.array([1, -1])
    for lam, order in ((0.0, [0]), (-1.0, [0]), (1.0, [0, 2]), (1.0, [-1, 0])):
        with assert_raises(ValueError):
            candidate.pegasos(X, y, lam, np.array(order))
    with assert_raises(ValueError):
        candidate.pegasos(X[0], y, 1.0, np.array([0]))
    with assert_raises(ValueError):
        candidate.hinge_loss(np.zeros(0), np.zeros(0))
    with assert_raises(ValueError):
        candidate.hinge_loss(np.ones((1, 1)), np.ones((1, 1)))


@pytest.mark.scale
def test_speed_of_the_multiclass_loss(candidate, reference, rng):
    """2000 rows of 50 classes are taken as one matrix."""

    def prepare(subject, rng):
        scores, y = rng.normal(size=(2000, 50)), rng.integers(0, 50, 2000)
        return lambda: subject.multiclass_hinge(scores, y)

    speed(candidate, reference, prepare, rng, limit=12)
