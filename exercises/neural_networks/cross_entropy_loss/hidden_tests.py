"""Hidden tests of cross_entropy_loss."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import (
    assert_close,
    assert_equal,
    assert_raises,
    assert_that,
    assert_type,
    put,
    speed,
)

INF = math.inf


def slow(logits, target, ignore_index=-100, s=0.0):
    """Loss and gradient, class by class in Python floats."""
    n_classes = logits.shape[1]
    counted = [i for i, y in enumerate(target.tolist()) if y != ignore_index]
    gradient = np.zeros(logits.shape)
    loss = 0.0
    for i in counted:
        row, y = logits[i].tolist(), int(target[i])
        peak = max(row)
        total = math.fsum(math.exp(v - peak) for v in row)
        for c, v in enumerate(row):
            q = (1.0 - s) * (c == y) + s / n_classes
            if q:
                loss -= q * (v - peak - math.log(total)) / len(counted)
            gradient[i, c] = (math.exp(v - peak) / total - q) / len(counted)
    return loss, gradient


def draw(seed, n, c, scale=2.0):
    """Logits and targets, about a fifth of them ignored, but never the first."""
    rng = np.random.default_rng(seed)
    ignored = rng.random(n) < 0.2
    ignored[0] = False
    return rng.normal(scale=scale, size=(n, c)), np.where(ignored, -100, rng.integers(0, c, size=n))


def call(candidate, logits, target, *args, **options):
    """Loss and gradient of the candidate, once they are a pair."""
    got = candidate.cross_entropy(logits, target, *args, **options)
    assert_that(isinstance(got, (tuple, list)) and len(got) == 2, "is not a pair, loss and gradient")
    return tuple(got)


# Rows near +10000 and -10000 stand side by side, and a right class lies 1000 or 20000 below the greatest.
LARGE = np.array([[1e4, 1e4 - 1.0], [-1e4, -1e4 - 1.0], [0.0, 1000.0], [-1e4, 1e4]])
LOW, SHARE = math.log1p(math.exp(-1.0)), 1.0 / (1.0 + math.exp(1.0))
LARGE_GRADIENT = np.array([[-SHARE, SHARE], [1.0 - SHARE, SHARE - 1.0], [-1.0, 1.0], [-1.0, 1.0]]) / 4


def test_loss_by_hand(candidate):
    """Probabilities 1/8, 1/2 and 3/4 of the right classes give the mean of their negative logarithms."""
    p = np.array([[0.125, 0.25, 0.625], [0.25, 0.25, 0.5], [0.125, 0.75, 0.125]])
    loss, _ = call(candidate, np.log(p), np.array([0, 2, 1]))
    assert_close(loss, -(math.log(0.125) + math.log(0.5) + math.log(0.75)) / 3)


def test_gradient_by_hand(candidate):
    """The gradient is the probabilities, less one at the right class, divided by the number of rows."""
    p = np.array([[0.125, 0.25, 0.625], [0.25, 0.25, 0.5]])
    _, gradient = call(candidate, np.log(p), np.array([0, 2]))
    assert_close(gradient, np.array([[-0.875, 0.25, 0.625], [0.25, 0.25, -0.5]]) / 2)


def test_smoothing_by_hand(candidate):
    """Smoothing by 0.3 turns the label of three classes into 0.1, 0.8 and 0.1."""
    p = np.array([[0.2, 0.3, 0.5]])
    loss, gradient = call(candidate, np.log(p), np.array([1]), label_smoothing=0.3)
    assert_close(loss, -(0.1 * math.log(0.2) + 0.8 * math.log(0.3) + 0.1 * math.log(0.5)))
    assert_close(gradient, np.array([[0.1, -0.5, 0.4]]))


def test_smoothing_by_one(candidate):
    """Smoothing by 1 leaves nothing of the label: the target is the uniform distribution."""
    p = np.array([[0.125, 0.875], [0.5, 0.5]])
    loss, gradient = call(candidate, np.log(p), np.array([0, 1]), label_smoothing=1.0)
    assert_close(loss, -(math.log(0.125) + math.log(0.875) + 2 * math.log(0.5)) / 4)
    assert_close(gradient, np.array([[-0.375, 0.375], [0.0, 0.0]]) / 2)


def test_ignored_rows_do_not_count(candidate):
    """Rows with target -100 add nothing, have gradient 0, and are left out of the number of rows."""
    p = np.array([[0.25, 0.75], [0.1, 0.9], [0.5, 0.5], [0.3, 0.7]])
    target = np.array([0, -100, 1, -100])
    loss, gradient = call(candidate, np.log(p), target)
    assert_close(loss, -(math.log(0.25) + math.log(0.5)) / 2)
    assert_close(gradient, np.array([[-0.375, 0.375], [0.0, 0.0], [0.25, -0.25], [0.0, 0.0]]))
    assert_close(call(candidate, np.log(p), target, label_smoothing=0.1), slow(np.log(p), target, s=0.1))


@pytest.mark.parametrize("ignore_index", [-1, 0, 2, 255])
def test_other_ignored_targets(candidate, ignore_index):
    """Any integer can be the ignored target, also one that is a class; then -100 is not special."""
    logits, _ = draw(7, 6, 3)
    target = np.array([1, ignore_index, 0, 2, ignore_index, 1])
    assert_close(call(candidate, logits, target, ignore_index=ignore_index), slow(logits, target, ignore_index))
    assert_close(call(candidate, logits, target, ignore_index, 0.2), slow(logits, target, ignore_index, 0.2))


def test_large_logits(candidate):
    """Rows near +10000 and -10000 stand side by side, and a right class 1000 below the greatest has loss 1000."""
    loss, gradient = call(candidate, LARGE, np.array([0, 1, 0, 0]))
    assert_close(loss, (LOW + LOW + 1.0 + 1e3 + 2e4) / 4)
    assert_close(gradient, LARGE_GRADIENT)
    for row, y, right in ((0, 0, LOW), (1, 1, LOW + 1.0), (2, 0, 1e3), (3, 1, 0.0)):
        assert_close(call(candidate, LARGE[row : row + 1], np.array([y]))[0], right)


@given(
    n=st.integers(1, 5),
    c=st.integers(2, 4),
    s=st.sampled_from([0.0, 0.1, 0.7]),
    scale=st.sampled_from([1.0, 30.0, 3e3]),
    seed=st.integers(0, 2**32 - 1),
)
def test_agrees_with_a_slow_specification(candidate, n, c, s, scale, seed):
    """Loss and gradient are what arithmetic class by class gives."""
    logits, target = draw(seed, n, c, scale)
    assert_close(call(candidate, logits, target, label_smoothing=s), slow(logits, target, s=s))


@given(s=st.sampled_from([0.0, 0.2]), seed=st.integers(0, 2**32 - 1))
def test_gradient_belongs_to_the_loss(candidate, s, seed):
    """Each row of the gradient sums to 0, and a small step along some direction changes the loss accordingly."""
    logits, target = draw(seed, 4, 3)
    direction = np.random.default_rng(seed + 1).normal(size=logits.shape)
    _, gradient = call(candidate, logits, target, label_smoothing=s)
    assert_close(gradient.sum(axis=1), np.zeros(4))
    h = 1e-5
    right, _ = call(candidate, logits + h * direction, target, label_smoothing=s)
    left, _ = call(candidate, logits - h * direction, target, label_smoothing=s)
    assert_close((right - left) / (2 * h), float((gradient * direction).sum()), rtol=1e-6, atol=1e-7)


@pytest.mark.fine
@pytest.mark.parametrize("ignore_index", [-1, 0, 255])
def test_minus_100_is_no_class(candidate, ignore_index):
    """Where another target is ignored, -100 is out of range and raises ValueError."""
    with assert_raises(ValueError):
        candidate.cross_entropy(np.zeros((3, 3)), np.array([1, -100, 1]), ignore_index=ignore_index)


@pytest.mark.fine
def test_nothing_counts(candidate):
    """If every row is ignored, or there is none, the loss and the gradient are 0."""
    for logits, target in ((np.ones((2, 3)), np.array([-100, -100])), (np.ones((0, 3)), np.zeros(0, dtype=np.int64))):
        for s in (0.0, 0.1):
            assert_equal(call(candidate, logits, target, label_smoothing=s), (0.0, np.zeros(logits.shape)))


@pytest.mark.fine
def test_ignored_rows_may_hold_anything(candidate):
    """NaN and infinities in ignored rows change nothing, and their gradient is 0."""
    logits = np.array([[1.0, 2.0], [np.nan, 1.0], [-INF, -INF], [INF, INF], [0.5, 0.0]])
    target = np.array([1, -100, -100, -100, 0])
    for s in (0.0, 0.25):
        assert_close(call(candidate, logits, target, label_smoothing=s), slow(logits, target, s=s))
    loss, gradient = call(candidate, logits[1:4], target[1:4])
    assert_equal((loss, gradient), (0.0, np.zeros((3, 2))))
    _, gradient = call(candidate, logits, target)
    assert_equal(gradient[1:4], np.zeros((3, 2)))


@pytest.mark.fine
def test_large_logits_in_float32(candidate):
    """Logits of 10000 in size are no problem in float32 either."""
    loss, gradient = call(candidate, LARGE.astype(np.float32), np.array([0, 1, 0, 0]))
    assert_close(loss, (LOW + LOW + 1.0 + 1e3 + 2e4) / 4, rtol=1e-4, atol=0)
    assert_close(gradient, LARGE_GRADIENT.astype(np.float32))


@pytest.mark.fine
def test_common_offset_costs_no_accuracy(candidate):
    """In float32, logits near 8192 give the same loss and gradient as the same logits near 0."""
    logits = np.array([[0.0, 0.125, 0.5, 1.0]], dtype=np.float32)  # multiples of 2^-10 stay exact near 2^13
    for offset in (8192, -8192):
        for s in (0.0, 0.25):
            loss, gradient = call(candidate, logits + np.float32(offset), np.array([2]), label_smoothing=s)
            expected = slow(logits, np.array([2]), s=s)
            assert_close(loss, expected[0], rtol=2e-5, atol=0)
            assert_close(gradient, expected[1].astype(np.float32), rtol=2e-5, atol=1e-6)


@pytest.mark.fine
def test_masked_classes(candidate):
    """A wrong class with logit -inf has gradient exactly 0, and the loss is finite."""
    logits = np.array([[math.log(3.0), -INF, 0.0], [-INF, 5.0, -INF]])
    loss, gradient = call(candidate, logits, np.array([0, 1]))
    assert_close(loss, -math.log(0.75) / 2)
    assert_close(gradient, np.array([[-0.125, 0.0, 0.125], [0.0, 0.0, 0.0]]))
    assert_equal(gradient[0, 1], np.float64(0.0))


@pytest.mark.fine
def test_dtypes(candidate):
    """float32 logits give a float32 gradient; targets may have any integer dtype."""
    logits, target = draw(4, 6, 5)
    target[0] = -100
    for kind in (np.int8, np.int32, np.int64):
        for dtype in (np.float32, np.float64):
            x = logits.astype(dtype)
            for s in (0.0, 0.1):
                loss, gradient = call(candidate, x, target.astype(kind), label_smoothing=s)
                expected = slow(x, target, s=s)
                assert_close(loss, expected[0], rtol=1e-4, atol=1e-5)
                assert_close(gradient, expected[1].astype(dtype), check_dtype=True)
    small = np.array([4, 255, 0, 1, 255, 2], dtype=np.uint8)
    assert_close(call(candidate, logits, small, 255), slow(logits, small, 255))
    assert_close(call(candidate, logits, small % 5), slow(logits, small % 5))
    # In eight bits without a sign, -100 would become 156.
    loss, _ = call(candidate, np.zeros((1, 200)), np.array([156], dtype=np.uint8))
    assert_close(loss, math.log(200))


@pytest.mark.fine
def test_types(candidate):
    """The result is a pair of a Python float and an array, whether or not a row counts."""
    for target in (np.array([0, 1]), np.array([-100, -100])):
        got = candidate.cross_entropy(np.zeros((2, 3)), target)
        assert_that(isinstance(got, (tuple, list)) and len(got) == 2, "is not a pair, loss and gradient")
        assert_type(got[0], float)
        assert_that(isinstance(got[1], np.ndarray), "holds no array")


@pytest.mark.fine
def test_ignored_target_beyond_the_dtype(candidate):
    """An ignored target that the dtype of `target` cannot hold ignores nothing."""
    logits, _ = draw(7, 4, 3)
    target = np.array([1, 0, 2, 1], dtype=np.int8)
    for ignore_index in (255, 2**40, -(2**40)):
        assert_close(call(candidate, logits, target, ignore_index), slow(logits, target))


@pytest.mark.fine
@pytest.mark.parametrize("bad", [3, 4, -1, -3, -4, -99, -101, 100])
def test_targets_out_of_range(candidate, bad):
    """A target that is no class and not the ignored one raises ValueError; counting from the end is not meant."""
    for others in ([0, 2], [0, -100], [-100, -100]):
        with assert_raises(ValueError):
            candidate.cross_entropy(np.zeros((3, 3)), np.array([*others, bad]))


@pytest.mark.fine
def test_shapes_that_do_not_fit(candidate):
    """Logits that are no matrix and targets that are not one for each row raise ValueError."""
    for logits, target in (
        (np.zeros(3), np.zeros(3, dtype=int)),
        (np.zeros((2, 3, 1)), np.zeros(2, dtype=int)),
        (np.zeros((2, 3)), np.zeros(3, dtype=int)),
        (np.zeros((2, 3)), np.zeros(1, dtype=int)),
        (np.zeros((2, 3)), np.zeros((2, 1), dtype=int)),
        (np.zeros((2, 3)), np.full((2, 3), -100)),
        (np.zeros((2, 3)), np.array(0)),
    ):
        with assert_raises(ValueError):
            candidate.cross_entropy(logits, target)


@pytest.mark.fine
def test_smoothing_out_of_range(candidate):
    """A smoothing below 0 or above 1 raises ValueError, also where no row counts."""
    for s in (-0.1, 1.01, -1e-9, 5.0):
        with assert_raises(ValueError):
            candidate.cross_entropy(np.zeros((1, 2)), np.array([0]), label_smoothing=s)
        with assert_raises(ValueError):
            candidate.cross_entropy(np.zeros((1, 2)), np.array([-100]), label_smoothing=s)
        with assert_raises(ValueError):
            candidate.cross_entropy(np.zeros((0, 2)), np.zeros(0, dtype=np.int64), label_smoothing=s)


@pytest.mark.fine
def test_one_class(candidate):
    """With one class there is nothing to choose: loss and gradient are 0, smoothed or not."""
    for s in (0.0, 0.5, 1.0):
        got = call(candidate, np.array([[7.5], [-2.0]]), np.array([0, 0]), label_smoothing=s)
        assert_close(got, (0.0, np.zeros((2, 1))))


@pytest.mark.fine
def test_strided_input(candidate):
    """Transposed and strided logits and targets are read correctly."""
    logits, target = draw(9, 8, 6)
    for x, y in (
        (logits.T, target[:6] % 8),
        (logits[::-2, ::2], target[::-2] % 3),
        (np.broadcast_to(logits[0, :3], (4, 3)), target[::2] % 3),
    ):
        assert_close(call(candidate, x, y, label_smoothing=0.1), slow(x, y, s=0.1))


@pytest.mark.scale
def test_large_vocabulary(candidate, rng):
    """Three rows of 20000 classes need no table of classes by classes."""
    logits = rng.normal(size=(3, 20_000))
    target = np.array([19_999, -100, 777])
    assert_close(call(candidate, logits, target, label_smoothing=0.1), slow(logits, target, s=0.1))


@pytest.mark.scale
def test_many_rows(candidate, reference, rng):
    """Two thousand rows of 50 classes take whole-array operations, not a loop over the rows."""

    def prepare(subject, rng):
        logits = put(subject, rng.normal(size=(2_000, 50)))
        target = put(subject, rng.integers(0, 50, size=2_000))
        return lambda: subject.cross_entropy(logits, target, label_smoothing=0.1)

    speed(candidate, reference, prepare, rng, limit=20)
