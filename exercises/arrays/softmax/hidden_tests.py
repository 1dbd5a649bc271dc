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


SLOW = {"logsumexp": slow_logsumexp, "softmax": slow_softmax, "log_softmax": slow_log_softmax}
each = pytest.mark.parametrize("name", SLOW)


def by_rows(name, x):
    """Expected result of a function along the last axis of a matrix."""
    return np.array([SLOW[name](row) for row in x.tolist()])


@each
def test_three_logits_by_hand(candidate, name):
    """Logits 0, log 2 and log 5 have probabilities in the ratio 1 : 2 : 5."""
    x = np.log(np.array([1.0, 2.0, 5.0]))
    p = np.array([0.125, 0.25, 0.625])
    expected = {"softmax": p, "log_softmax": np.log(p), "logsumexp": np.array(math.log(8.0))}
    assert_close(getattr(candidate, name)(x), expected[name])


@each
def test_any_axis_can_be_reduced(candidate, name):
    """Every axis, counted from the front or from the back, can be the one to reduce; the last is the default."""
    x = np.log(np.array([[[1.0, 2.0, 3.0], [3.0, 5.0, 7.0]], [[2.0, 9.0, 4.0], [8.0, 6.0, 1.0]]]))
    f = getattr(candidate, name)
    for axis in (0, 1, 2, -1, -2, -3, None):
        along = -1 if axis is None else axis
        total = np.exp(x).sum(axis=along, keepdims=True)
        expected = {
            "logsumexp": np.log(total).squeeze(along),
            "softmax": np.exp(x) / total,
            "log_softmax": x - np.log(total),
        }
        assert_close(f(x) if axis is None else f(x, axis=axis), expected[name])


def test_keepdims_keeps_an_axis_of_length_one(candidate):
    """keepdims=True keeps the reduced axis with length 1; without it the axis is gone."""
    x = np.zeros((2, 3, 4))
    assert_shape(candidate.logsumexp(x), (2, 3))
    assert_close(candidate.logsumexp(x, axis=1, keepdims=True), np.full((2, 1, 4), math.log(3.0)))
    assert_close(candidate.logsumexp(x, axis=-1, keepdims=True), np.full((2, 3, 1), math.log(4.0)))
    assert_close(candidate.logsumexp(x, axis=0, keepdims=False), np.full((3, 4), math.log(2.0)))


@each
def test_large_logits_stay_finite(candidate, name):
    """Logits near +10000 give finite results that match those of the same logits near 0."""
    row = [0.0, 1.0, 3.0]
    offset = 1e4 if name == "logsumexp" else 0.0
    assert_close(getattr(candidate, name)(np.array(row) + 1e4), np.array(SLOW[name](row)) + offset)


@each
def test_very_negative_logits_stay_finite(candidate, name):
    """Logits near -10000 do not vanish: only the differences between them matter to softmax."""
    row = [0.0, 1.0, 3.0]
    offset = -1e4 if name == "logsumexp" else 0.0
    assert_close(getattr(candidate, name)(np.array(row) - 1e4), np.array(SLOW[name](row)) + offset)


@each
def test_slices_far_apart_do_not_disturb_each_other(candidate, name):
    """One slice near +10000 and one near -10000 both come out right, along rows and along columns."""
    x = np.array([[1e4, 1e4], [-1e4, -1e4], [0.0, 0.0]])
    expected = {
        "softmax": np.full((3, 2), 0.5),
        "log_softmax": np.full((3, 2), -math.log(2.0)),
        "logsumexp": np.array([1e4, -1e4, 0.0]) + math.log(2.0),
    }[name]
    f = getattr(candidate, name)
    assert_close(f(x), expected)
    assert_close(f(x.T, axis=0), expected.T)


def test_log_softmax_survives_a_gap_of_a_thousand(candidate):
    """A logit 1000 below the maximum has log-probability -1000, although its probability underflows to 0."""
    x = np.array([[0.0, 1000.0, 0.0], [-1e4, 0.0, -1e4]])
    assert_close(candidate.log_softmax(x), np.array([[-1e3, 0.0, -1e3], [-1e4, 0.0, -1e4]]))


def test_softmax_underflows_to_zero(candidate):
    """A logit 1000 below the maximum has probability 0, and the maximum has probability 1."""
    x = np.array([[0.0, 1000.0, 0.0], [-1e4, 0.0, -1e4]])
    assert_close(candidate.softmax(x), np.array([[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]))


@each
def test_masked_entries_get_probability_zero(candidate, name):
    """Entries of -inf have probability 0 and log-probability -inf; the others share the rest."""
    x = np.array([[0.0, -INF, math.log(3.0)], [-INF, -INF, 7.0]])
    expected = {
        "softmax": np.array([[0.25, 0.0, 0.75], [0.0, 0.0, 1.0]]),
        "log_softmax": np.array([[math.log(0.25), -INF, math.log(0.75)], [-INF, -INF, 0.0]]),
        "logsumexp": np.array([math.log(4.0), 7.0]),
    }
    assert_close(getattr(candidate, name)(x), expected[name])


@each
def test_masked_entries_beside_very_negative_logits(candidate, name):
    """A masked entry has probability 0 beside logits near -10000 as well: -inf is less than any number."""
    x = np.array([[-1e4, -INF, math.log(3.0) - 1e4], [-INF, -1e4, -1e4]])
    expected = {
        "softmax": np.array([[0.25, 0.0, 0.75], [0.0, 0.5, 0.5]]),
        "log_softmax": np.array([[math.log(0.25), -INF, math.log(0.75)], [-INF, math.log(0.5), math.log(0.5)]]),
        "logsumexp": np.log([4.0, 2.0]) - 1e4,
    }
    assert_close(getattr(candidate, name)(x), expected[name])


@each
@given(n=st.integers(1, 5), scale=st.sampled_from([1, 30, 3000]), seed=st.integers(0, 2**32 - 1))
def test_agrees_with_a_slow_specification(candidate, name, n, scale, seed):
    """Random rows agree with a scalar computation, at every scale."""
    x = np.random.default_rng(seed).normal(scale=scale, size=(3, n))
    assert_close(getattr(candidate, name)(x), by_rows(name, x))


@pytest.mark.fine
@each
def test_fully_masked_slice(candidate, name):
    """A slice that is all -inf gives -inf, zeros and -inf, without NaN and without a warning."""
    for dtype in (np.float64, np.float32):
        x = np.full(3, -INF, dtype=dtype)
        expected = {"softmax": np.zeros(3, dtype=dtype), "log_softmax": x, "logsumexp": np.array(-INF)}
        assert_close(getattr(candidate, name)(x), expected[name], rtol=0, atol=0)


@pytest.mark.fine
@each
def test_fully_masked_slice_among_others(candidate, name):
    """A fully masked slice leaves the other slices as they are, along any axis."""
    x = np.array([[0.0, 0.0], [-INF, -INF], [-1e4, -1e4]])
    expected = {
        "softmax": np.array([[0.5, 0.5], [0.0, 0.0], [0.5, 0.5]]),
        "log_softmax": np.array([[-math.log(2.0)] * 2, [-INF] * 2, [-math.log(2.0)] * 2]),
        "logsumexp": np.array([math.log(2.0), -INF, math.log(2.0) - 1e4]),
    }[name]
    f = getattr(candidate, name)
    assert_close(f(x), expected)
    assert_close(f(x.T, axis=0), expected.T)
    assert_close(f(np.stack([x, x[::-1]])), np.stack([expected, expected[::-1]]))


@pytest.mark.fine
@each
@given(n=st.integers(1, 5), scale=st.sampled_from([1, 30, 3000]), seed=st.integers(0, 2**32 - 1))
def test_masked_rows_agree_with_a_slow_specification(candidate, name, n, scale, seed):
    """Random rows with masked entries, or with nothing else, agree with a scalar computation."""
    rng = np.random.default_rng(seed)
    x = rng.normal(scale=scale, size=(3, n))
    x[rng.random((3, n)) < 0.2] = -INF
    assert_close(getattr(candidate, name)(x), by_rows(name, x))


@pytest.mark.fine
@each
def test_no_warnings(candidate, name):
    """Underflow, masks and large logits cause no warning, and what underflows is exactly 0."""
    x = np.array([[0.0, 1000.0, 0.0], [-1e4, 0.0, -1e4], [-INF, 1e4, -INF], [-INF, -1e4, -1e4]])
    got = getattr(candidate, name)(x)
    assert_close(got, by_rows(name, x))
    if name == "softmax":
        assert_equal(got == 0.0, np.array([[1, 0, 1], [1, 0, 1], [1, 0, 1], [1, 0, 0]], dtype=bool))


@pytest.mark.fine
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_common_offset_costs_no_accuracy(candidate, name):
    """In float32, logits near 8192 give the same probabilities and log-probabilities as the same logits near 0."""
    x = np.array([0.0, 0.125, 0.25, 0.5, 1.0], dtype=np.float32)  # multiples of 2^-10 stay exact near 2^13
    offset = np.float32(8192)
    expected = np.array(SLOW[name](x.tolist()), dtype=np.float32)
    assert_close(getattr(candidate, name)(x + offset), expected, rtol=1e-5, atol=0)
    assert_close(getattr(candidate, name)(x - offset), expected, rtol=1e-5, atol=0)


@pytest.mark.fine
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_probabilities_are_not_biased(candidate, name):
    """No small constant creeps into the results: one entry has probability 1, and n equal entries have 1/n."""
    for n in (1, 2, 4, 8):
        expected = np.full(n, 1.0 / n if name == "softmax" else -math.log(n))
        assert_close(getattr(candidate, name)(np.full(n, 3.0)), expected, rtol=1e-13, atol=1e-15)
    # The logarithm of a probability near 1 is near 0, where a plain log keeps absolute digits only.
    atol = 1e-20 if name == "softmax" else 1e-15
    assert_close(getattr(candidate, name)(np.array([0.0, -20.0])), SLOW[name]([0.0, -20.0]), rtol=1e-13, atol=atol)


@pytest.mark.fine
@each
def test_float_dtypes_are_kept(candidate, name):
    """float16, float32 and float64 logits give results of the same dtype."""
    p = np.array([[0.125, 0.875], [0.5, 0.5]])
    expected = {"softmax": p, "log_softmax": np.log(p), "logsumexp": np.ones(2)}[name]
    for dtype in (np.float16, np.float32, np.float64):
        got = getattr(candidate, name)(np.log(p).astype(dtype) + dtype(1))
        assert_dtype(got, dtype)
        assert_close(got, expected.astype(dtype))


@pytest.mark.fine
@each
def test_integers_give_float64(candidate, name):
    """Integer logits give float64 results."""
    for dtype in (np.int64, np.int32):
        x = np.array([[2, 0, -3], [1, 1, 1]], dtype=dtype)
        assert_close(getattr(candidate, name)(x), by_rows(name, x), check_dtype=True)


@pytest.mark.fine
@each
def test_small_integers_do_not_wrap_around(candidate, name):
    """Logits in int8, uint8 and uint64 become floats before they are subtracted from each other."""
    for x in (np.array([[-100, 100, 99]], dtype=np.int8), np.array([[0, 200, 199]], dtype=np.uint8)):
        assert_close(getattr(candidate, name)(x), by_rows(name, x.astype(float)), check_dtype=True)
    large = np.array([[2**63 + 2**20, 2**63]], dtype=np.uint64)
    assert_close(getattr(candidate, name)(large), by_rows(name, large.astype(float)), check_dtype=True)


@pytest.mark.fine
@each
def test_slice_of_one_entry(candidate, name):
    """One logit has probability 1, and logsumexp returns it as it is; other axes of length 1 stay."""
    expected = {
        "softmax": np.ones((1, 1, 1)),
        "log_softmax": np.zeros((1, 1, 1)),
        "logsumexp": np.array([[-7.5]]),
    }[name]
    assert_close(getattr(candidate, name)(np.array([[[-7.5]]])), expected)


@pytest.mark.fine
def test_only_the_reduced_axis_is_dropped(candidate):
    """logsumexp drops the reduced axis and keeps other axes of length 1."""
    assert_close(candidate.logsumexp(np.zeros((1, 3, 1)), axis=1), np.full((1, 1), math.log(3.0)))


@pytest.mark.fine
@each
def test_empty_batch_gives_an_empty_result(candidate, name):
    """An empty axis that is not reduced gives an empty result of the usual shape."""
    assert_shape(getattr(candidate, name)(np.zeros((0, 3))), (0,) if name == "logsumexp" else (0, 3))


@pytest.mark.fine
@each
def test_empty_axis_is_refused(candidate, name):
    """Reducing an axis of length 0 raises ValueError."""
    for x, axis in ((np.zeros(0), -1), (np.zeros((3, 0)), 1), (np.zeros((0, 2)), 0)):
        with assert_raises(ValueError):
            getattr(candidate, name)(x, axis=axis)


@pytest.mark.fine
@each
def test_strided_input(candidate, name):
    """Transposed and strided views are treated like any other array."""
    base = np.random.default_rng(5).normal(size=(6, 8))
    for x in (base.T, base[::2, 1::3], base[::-1]):
        assert_close(getattr(candidate, name)(x), by_rows(name, x))


@pytest.mark.scale
def test_many_short_rows_are_quick(candidate, reference, rng):
    """A thousand rows of 32 logits are quick: softmax has no Python loop over the rows."""

    def prepare(subject, rng):
        x = rng.normal(scale=20.0, size=(1_000, 32))
        return lambda: subject.softmax(x)

    speed(candidate, reference, prepare, rng, limit=10)
