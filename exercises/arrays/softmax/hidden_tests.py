"""Hidden tests of softmax."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_shape, speed

INF = math.inf


def slow_logsumexp(row):
    """Log-sum-exp of a list of floats, with an exactly rounded sum."""
    peak = max(row)
    if peak == -INF:
        return -INF
    return peak + math.log(math.fsum(math.exp(v - peak) for v in row))


def slow_log_softmax(row):
    """Log-softmax of a list of floats."""
    total = slow_logsumexp(row)
    return [-INF if v == -INF else v - total for v in row]


def slow_softmax(row):
    """Softmax of a list of floats."""
    return [math.exp(v) for v in slow_log_softmax(row)]


@pytest.mark.points(2)
def test_three_logits_by_hand(candidate):
    """Logits 0, log 2 and log 5 have probabilities in the ratio 1 : 2 : 5."""
    x = np.log(np.array([1.0, 2.0, 5.0]))
    p = np.array([0.125, 0.25, 0.625])
    assert_close(candidate.softmax(x), p)
    assert_close(candidate.log_softmax(x), np.log(p))
    assert_close(candidate.logsumexp(x), np.array(math.log(8.0)))


@pytest.mark.points(2)
def test_any_axis_can_be_reduced(candidate):
    """Every axis, counted from the front or from the back, can be the one to reduce; the last is the default."""
    x = np.log(np.array([[[1.0, 2.0, 3.0], [3.0, 5.0, 7.0]], [[2.0, 9.0, 4.0], [8.0, 6.0, 1.0]]]))
    for axis in (0, 1, 2, -1, -2, -3):
        total = np.exp(x).sum(axis=axis, keepdims=True)
        assert_close(candidate.logsumexp(x, axis=axis), np.log(total).squeeze(axis))
        assert_close(candidate.softmax(x, axis=axis), np.exp(x) / total)
        assert_close(candidate.log_softmax(x, axis=axis), x - np.log(total))
    total = np.exp(x).sum(axis=2, keepdims=True)
    assert_close(candidate.logsumexp(x), np.log(total)[:, :, 0])
    assert_close(candidate.softmax(x), np.exp(x) / total)
    assert_close(candidate.log_softmax(x), x - np.log(total))


def test_keepdims_keeps_an_axis_of_length_one(candidate):
    """keepdims=True keeps the reduced axis with length 1; without it the axis is gone."""
    x = np.zeros((2, 3, 4))
    assert_shape(candidate.logsumexp(x), (2, 3))
    assert_close(candidate.logsumexp(x, axis=1, keepdims=True), np.full((2, 1, 4), math.log(3.0)))
    assert_close(candidate.logsumexp(x, axis=-1, keepdims=True), np.full((2, 3, 1), math.log(4.0)))
    assert_close(candidate.logsumexp(x, axis=0, keepdims=False), np.full((3, 4), math.log(2.0)))


@pytest.mark.points(2)
def test_large_logits_stay_finite(candidate):
    """Logits near +10000 give finite results that match those of the same logits near 0."""
    small = np.array([0.0, 1.0, 3.0])
    assert_close(candidate.softmax(small + 1e4), slow_softmax([0.0, 1.0, 3.0]), rtol=1e-9)
    assert_close(candidate.log_softmax(small + 1e4), slow_log_softmax([0.0, 1.0, 3.0]), rtol=1e-9)
    assert_close(candidate.logsumexp(small + 1e4), np.array(1e4 + slow_logsumexp([0.0, 1.0, 3.0])), rtol=1e-13)


@pytest.mark.points(2)
def test_very_negative_logits_stay_finite(candidate):
    """Logits near -10000 do not vanish: only the differences between them matter to softmax."""
    small = np.array([0.0, 1.0, 3.0])
    assert_close(candidate.softmax(small - 1e4), slow_softmax([0.0, 1.0, 3.0]), rtol=1e-9)
    assert_close(candidate.log_softmax(small - 1e4), slow_log_softmax([0.0, 1.0, 3.0]), rtol=1e-9)
    assert_close(candidate.logsumexp(small - 1e4), np.array(slow_logsumexp([0.0, 1.0, 3.0]) - 1e4), rtol=1e-13)


@pytest.mark.points(2)
def test_slices_far_apart_do_not_disturb_each_other(candidate):
    """One slice near +10000 and one near -10000 both come out right, along rows and along columns."""
    x = np.array([[1e4, 1e4], [-1e4, -1e4], [0.0, 0.0]])
    assert_close(candidate.softmax(x), np.full((3, 2), 0.5))
    assert_close(candidate.softmax(x.T, axis=0), np.full((2, 3), 0.5))
    assert_close(candidate.log_softmax(x), np.full((3, 2), -math.log(2.0)))
    assert_close(candidate.logsumexp(x), np.array([1e4, -1e4, 0.0]) + math.log(2.0), rtol=1e-13)


@pytest.mark.points(2)
def test_log_softmax_survives_a_gap_of_a_thousand(candidate):
    """A logit 1000 below the maximum has log-probability -1000, although its probability underflows to 0."""
    x = np.array([[0.0, 1000.0, 0.0], [-1e4, 0.0, -1e4]])
    assert_close(candidate.log_softmax(x), np.array([[-1e3, 0.0, -1e3], [-1e4, 0.0, -1e4]]))
    assert_equal(candidate.softmax(x), np.array([[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]))


def test_common_offset_costs_no_accuracy(candidate):
    """In float32, logits near 8192 give the same probabilities and log-probabilities as the same logits near 0."""
    x = np.array([0.0, 0.125, 0.25, 0.5, 1.0], dtype=np.float32)  # multiples of 2^-10 stay exact near 2^13
    offset = np.float32(8192)
    expected = np.array(slow_log_softmax(x.tolist()), dtype=np.float32)
    assert_close(candidate.log_softmax(x + offset), expected, rtol=3e-6, atol=0)
    assert_close(candidate.log_softmax(x - offset), expected, rtol=3e-6, atol=0)
    assert_close(candidate.softmax(x + offset), np.exp(expected), rtol=3e-6, atol=0)


def test_probabilities_are_not_biased(candidate):
    """No small constant creeps into the results: one entry has probability 1, and n equal entries have 1/n."""
    for n in (1, 2, 4, 8):
        x = np.full(n, 3.0)
        assert_close(candidate.softmax(x), np.full(n, 1.0 / n), rtol=1e-13, atol=0)
        assert_close(candidate.log_softmax(x), np.full(n, -math.log(n)), rtol=1e-13, atol=1e-15)
    x = np.array([0.0, -20.0])
    assert_close(candidate.softmax(x), slow_softmax([0.0, -20.0]), rtol=1e-13, atol=0)


@pytest.mark.points(2)
def test_masked_entries_get_probability_zero(candidate):
    """Entries of -inf have probability exactly 0 and log-probability -inf; the others share the rest."""
    x = np.array([[0.0, -INF, math.log(3.0)], [-INF, -INF, 7.0]])
    expected = np.array([[0.25, 0.0, 0.75], [0.0, 0.0, 1.0]])
    assert_close(candidate.softmax(x), expected, rtol=1e-13, atol=0)
    assert_close(
        candidate.log_softmax(x), np.array([[math.log(0.25), -INF, math.log(0.75)], [-INF, -INF, 0.0]]), atol=1e-14
    )
    assert_close(candidate.logsumexp(x), np.array([math.log(4.0), 7.0]))


@pytest.mark.points(2)
def test_fully_masked_slice(candidate):
    """A slice that is all -inf gives -inf, zeros and -inf, without NaN and without a warning."""
    for dtype in (np.float64, np.float32):
        x = np.full(3, -INF, dtype=dtype)
        assert_close(candidate.softmax(x), np.zeros(3, dtype=dtype), atol=0)
        assert_close(candidate.log_softmax(x), x)
        assert_close(candidate.logsumexp(x), np.array(-INF))


def test_fully_masked_slice_among_others(candidate):
    """A fully masked slice leaves the other slices as they are, along any axis."""
    x = np.array([[0.0, 0.0], [-INF, -INF], [-1e4, -1e4]])
    half = np.array([[0.5, 0.5], [0.0, 0.0], [0.5, 0.5]])
    log_half = np.array([[-math.log(2.0)] * 2, [-INF] * 2, [-math.log(2.0)] * 2])
    assert_close(candidate.softmax(x), half, atol=0)
    assert_close(candidate.log_softmax(x), log_half)
    assert_close(candidate.logsumexp(x), np.array([math.log(2.0), -INF, math.log(2.0) - 1e4]), rtol=1e-13)
    assert_close(candidate.softmax(x.T, axis=0), half.T, atol=0)
    assert_close(candidate.log_softmax(x.T, axis=0), log_half.T)
    assert_close(
        candidate.logsumexp(x.T, axis=0, keepdims=True), np.array([[math.log(2.0), -INF, math.log(2.0) - 1e4]])
    )


def test_float_dtypes_are_kept(candidate):
    """float16, float32 and float64 logits give results of the same dtype."""
    p = np.array([[0.125, 0.875], [0.5, 0.5]])
    for dtype, rtol in ((np.float16, 2e-2), (np.float32, 1e-5), (np.float64, 1e-12)):
        x = np.log(p).astype(dtype)
        for got, expected in (
            (candidate.softmax(x), p),
            (candidate.log_softmax(x), np.log(p)),
            (candidate.logsumexp(x + dtype(1)), np.ones(2)),
        ):
            assert_dtype(got, dtype)
            assert_close(got, expected.astype(dtype), rtol=rtol, atol=rtol)


def test_integers_give_float64(candidate):
    """Integer logits give float64 results."""
    for dtype in (np.int64, np.int32):
        x = np.array([[2, 0, -3], [1, 1, 1]], dtype=dtype)
        rows = x.tolist()
        assert_close(candidate.softmax(x), np.array([slow_softmax(r) for r in rows]), check_dtype=True)
        assert_close(candidate.log_softmax(x), np.array([slow_log_softmax(r) for r in rows]), check_dtype=True)
        assert_close(candidate.logsumexp(x), np.array([slow_logsumexp(r) for r in rows]), check_dtype=True)


def test_small_integers_do_not_wrap_around(candidate):
    """Logits in int8 and uint8 are not subtracted from each other before they become floats."""
    for x in (np.array([-100, 100, 99], dtype=np.int8), np.array([0, 200, 199], dtype=np.uint8)):
        row = [float(v) for v in x]
        assert_close(candidate.softmax(x), np.array(slow_softmax(row)), check_dtype=True)
        assert_close(candidate.log_softmax(x), np.array(slow_log_softmax(row)), check_dtype=True)
        assert_close(candidate.logsumexp(x), np.array(slow_logsumexp(row)))


def test_slice_of_one_entry(candidate):
    """One logit has probability 1, and logsumexp returns it as it is; other axes of length 1 stay."""
    x = np.array([[[-7.5]]])
    assert_close(candidate.softmax(x), np.ones((1, 1, 1)))
    assert_close(candidate.log_softmax(x), np.zeros((1, 1, 1)))
    assert_close(candidate.logsumexp(x), np.array([[-7.5]]))
    assert_close(candidate.logsumexp(np.zeros((1, 3, 1)), axis=1), np.full((1, 1), math.log(3.0)))


def test_empty_batch_gives_an_empty_result(candidate):
    """An empty axis that is not reduced gives an empty result of the usual shape."""
    x = np.zeros((0, 3))
    assert_shape(candidate.softmax(x), (0, 3))
    assert_shape(candidate.log_softmax(x), (0, 3))
    assert_shape(candidate.logsumexp(x), (0,))
    assert_shape(candidate.logsumexp(x, keepdims=True), (0, 1))


def test_empty_axis_is_refused(candidate):
    """Reducing an axis of length 0 raises ValueError."""
    for x, axis in ((np.zeros(0), -1), (np.zeros((3, 0)), 1), (np.zeros((0, 2)), 0)):
        with assert_raises(ValueError):
            candidate.logsumexp(x, axis=axis)
        with assert_raises(ValueError):
            candidate.softmax(x, axis=axis)
        with assert_raises(ValueError):
            candidate.log_softmax(x, axis=axis)


def test_strided_input(candidate):
    """Transposed and strided views are treated like any other array."""
    base = np.random.default_rng(5).normal(size=(6, 8))
    for x in (base.T, base[::2, 1::3], base[::-1]):
        rows = x.tolist()
        assert_close(candidate.softmax(x), np.array([slow_softmax(r) for r in rows]))
        assert_close(candidate.log_softmax(x), np.array([slow_log_softmax(r) for r in rows]))
        assert_close(candidate.logsumexp(x), np.array([slow_logsumexp(r) for r in rows]))


@pytest.mark.points(2)
@given(n=st.integers(1, 5), scale=st.sampled_from([1, 30, 3000]), seed=st.integers(0, 2**32 - 1))
def test_agrees_with_a_slow_specification(candidate, n, scale, seed):
    """Random rows, some entries masked, agree with a scalar computation."""
    rng = np.random.default_rng(seed)
    x = rng.normal(scale=scale, size=(3, n))
    x[rng.random((3, n)) < 0.2] = -INF
    rows = x.tolist()
    assert_close(candidate.softmax(x), np.array([slow_softmax(r) for r in rows]))
    assert_close(candidate.log_softmax(x), np.array([slow_log_softmax(r) for r in rows]))
    assert_close(candidate.logsumexp(x), np.array([slow_logsumexp(r) for r in rows]))


@given(n=st.integers(1, 5), offset=st.integers(-1000, 1000), seed=st.integers(0, 2**32 - 1))
def test_adding_a_constant_changes_nothing(candidate, n, offset, seed):
    """A constant added to all logits leaves softmax and log_softmax alone and adds itself to logsumexp."""
    x = np.random.default_rng(seed).integers(-5, 6, size=(2, n)).astype(float)
    rows = x.tolist()
    assert_close(candidate.softmax(x + offset), np.array([slow_softmax(r) for r in rows]))
    assert_close(candidate.log_softmax(x + offset), np.array([slow_log_softmax(r) for r in rows]))
    assert_close(candidate.logsumexp(x + offset), np.array([slow_logsumexp(r) + offset for r in rows]))


def test_many_short_rows_are_quick(candidate, reference, rng):
    """Twenty thousand rows of 32 logits take no more than 6 times as long as in a vectorised solution."""

    def prepare(subject, rng):
        x = rng.normal(scale=20.0, size=(20_000, 32))
        return lambda: subject.softmax(x)

    speed(candidate, reference, prepare, rng, limit=6)
