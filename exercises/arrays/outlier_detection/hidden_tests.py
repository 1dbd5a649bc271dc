"""Hidden tests of outlier rules."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, speed

SEEDS = st.integers(0, 2**32 - 1)
NAN = math.nan


def flags(mask):
    """A mask as a list of bools."""
    return [bool(flag) for flag in mask]


def quantile(values, level):
    """A quantile, interpolated linearly."""
    ordered = sorted(values)
    place = level * (len(ordered) - 1)
    low = math.floor(place)
    return ordered[low] + (place - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


def margins(x, rule, limit):
    """By how much each known value is beyond the limit of a rule; -1 for missing ones, and without a scale."""
    known = [v for v in x if not math.isnan(v)]
    if rule == "zscore_outliers":
        centre, scale = statistics.fmean(known), statistics.pstdev(known)
    elif rule == "mad_outliers":
        centre = statistics.median(known)
        scale = statistics.median(abs(v - centre) for v in known) / 0.6745
    else:
        q1, q3 = quantile(known, 0.25), quantile(known, 0.75)
        return [-1.0 if math.isnan(v) else max(q1 - v, v - q3) - limit * (q3 - q1) for v in x]
    return [-1.0 if math.isnan(v) or not scale else abs(v - centre) - limit * scale for v in x]


def test_zscore_by_hand(candidate):
    """Five values with mean 2 and deviation 4: 10 lies two deviations out, which is more than 1.9 and not more than 2."""
    x = np.array([0.0, 0.0, 0.0, 0.0, 10.0])
    assert_equal(flags(candidate.zscore_outliers(x, 1.9)), [False] * 4 + [True])
    assert_equal(flags(candidate.zscore_outliers(x, 2.0)), [False] * 5)
    assert_equal(flags(candidate.zscore_outliers(-x, 0.45)), [True] * 5)


def test_iqr_by_hand(candidate):
    """Quartiles 2 and 4 put the fences at -1 and 7; values on a fence are not flagged."""
    x = np.array([-1.0, 2.0, 3.0, 4.0, 7.0])
    assert_equal(flags(candidate.iqr_outliers(x)), [False] * 5)
    x[[0, 4]] = [-1.1, 7.1]
    assert_equal(flags(candidate.iqr_outliers(x)), [True, False, False, False, True])
    assert_equal(flags(candidate.iqr_outliers(x, 3.0)), [False] * 5)


def test_mad_by_hand(candidate):
    """Median 3 and MAD 1: the score of 8 is 0.6745 times 5, that of 9 times 6."""
    x = np.array([1.0, 2.0, 3.0, 4.0, 9.0])
    assert_equal(flags(candidate.mad_outliers(x)), [False, False, False, False, True])
    x[4] = 8.0
    assert_equal(flags(candidate.mad_outliers(x)), [False] * 5)
    assert_equal(flags(candidate.mad_outliers(x, 3.3)), [False, False, False, False, True])


def test_border_of_the_mad(candidate):
    """A score of exactly the threshold is not flagged."""
    x = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    assert_equal(flags(candidate.mad_outliers(x, 2 * 0.6745)), [False] * 5)


def test_masking(candidate):
    """Two large values hide from the z-score, but not from the MAD."""
    x = np.array([1.0, 2.0, 3.0, 2.0, 1.0, 2.0, 90.0, 95.0])
    assert_equal(flags(candidate.zscore_outliers(x, 2.0)), [False] * 8)
    assert_equal(flags(candidate.mad_outliers(x)), [False] * 6 + [True, True])


def test_winsorize_by_hand(candidate):
    """Values beyond two quantiles are moved to them, the others stay, and so does the order."""
    x = np.array([9.0, 1.0, 5.0, 3.0, 7.0])
    assert_close(candidate.winsorize(x, 0.25, 0.75), np.array([7.0, 3.0, 5.0, 3.0, 7.0]))
    assert_close(candidate.winsorize(x, 0.1, 1.0), np.array([9.0, 1.8, 5.0, 3.0, 7.0]))
    assert_close(candidate.winsorize(x, 0.5, 0.5), np.full(5, 5.0))


def test_missing_values(candidate):
    """Missing values change nothing for the others, are not flagged, and stay missing."""
    x = np.array([NAN, 1.0, 2.0, 3.0, NAN, 4.0, 60.0])
    expected = [False] * 6 + [True]
    for name, limit in (("zscore_outliers", 1.5), ("iqr_outliers", 1.5), ("mad_outliers", 3.5)):
        assert_equal(flags(getattr(candidate, name)(x, limit)), expected)
    assert_close(candidate.winsorize(x, 0.0, 0.75), np.array([NAN, 1.0, 2.0, 3.0, NAN, 4.0, 4.0]))


def test_no_spread(candidate):
    """Where most values are equal, the MAD rule flags nothing; where all are, neither does the z-score."""
    x = np.array([5.0, 5.0, 5.0, 5.0, 99.0])
    assert_equal(flags(candidate.mad_outliers(x)), [False] * 5)
    assert_equal(flags(candidate.zscore_outliers(np.full(4, 2.0))), [False] * 4)


@pytest.mark.parametrize("rule", ["zscore_outliers", "iqr_outliers", "mad_outliers"])
@given(n=st.integers(2, 25), seed=SEEDS)
def test_rules_follow_the_definition(candidate, rule, n, seed):
    """On random values with heavy tails and gaps, masks are those of the formula, but for ties of rounding."""
    rng = np.random.default_rng(seed)
    x, limit = rng.standard_t(1.5, n), float(rng.choice([0.5, 1.0, 2.0]))
    x[2:][rng.random(n - 2) < 0.2] = NAN
    beyond = margins(x.tolist(), rule, limit)
    got = flags(getattr(candidate, rule)(x, limit))
    pairs = [(flag, margin > 0) for flag, margin in zip(got, beyond, strict=True) if abs(margin) > 1e-9]
    assert_equal([flag for flag, _ in pairs], [expected for _, expected in pairs])


@pytest.mark.fine
def test_nothing_to_judge(candidate):
    """No values, or only missing ones, give a mask of False or come back, without a warning."""
    for x in (np.zeros(0), np.array([NAN, NAN])):
        for rule in (candidate.zscore_outliers, candidate.iqr_outliers, candidate.mad_outliers):
            assert_equal(np.asarray(rule(x)), np.zeros(len(x), dtype=bool))
        assert_close(candidate.winsorize(x, 0.1, 0.9), x)


@pytest.mark.fine
def test_equal_values_and_defaults(candidate):
    """0.1 repeated has no spread, whatever rounding says; defaults are 3, 1.5 and 3.5."""
    for n in range(2, 12):
        assert_equal(flags(candidate.zscore_outliers(np.full(n, 0.1), 0.5)), [False] * n)
    x = np.append(np.arange(19.0), 40.0)
    for rule, limit in ((candidate.zscore_outliers, 3.0), (candidate.iqr_outliers, 1.5), (candidate.mad_outliers, 3.5)):
        for shift in np.linspace(-20.0, 20.0, 21):
            x[-1] = 40.0 + shift
            assert_equal(flags(rule(x)), flags(rule(x, limit)))


@pytest.mark.fine
def test_types(candidate):
    """Masks are bool, winsorised values a new float64 array; narrow integers do not wrap, float32 is widened."""
    for x in (np.array([-100, 100, 90, 120, 7, 0], dtype=np.int8), np.float32([0.1, 0.2, 0.3, 0.4, 16777217.0])):
        wide = x.astype(np.float64)
        for rule in (candidate.zscore_outliers, candidate.iqr_outliers, candidate.mad_outliers):
            assert_dtype(rule(x), bool)
            assert_equal(flags(rule(x, 0.9)), flags(rule(wide, 0.9)))
        assert_dtype(candidate.winsorize(x, 0.3, 0.8), np.float64)
        assert_close(candidate.winsorize(x, 0.3, 0.8), candidate.winsorize(wide, 0.3, 0.8), rtol=1e-14)
    assert_dtype(candidate.winsorize(np.zeros(0, dtype=np.int8), 0.0, 1.0), np.float64)


@pytest.mark.fine
def test_invalid_input_raises(candidate):
    """Negative thresholds and levels that are out of range or out of order raise ValueError."""
    x = np.array([1.0, 2.0])
    for rule in (candidate.zscore_outliers, candidate.iqr_outliers, candidate.mad_outliers):
        with assert_raises(ValueError):
            rule(x, -0.1)
    for levels in ((-0.1, 0.5), (0.5, 1.1), (0.6, 0.4), (NAN, 0.5)):
        with assert_raises(ValueError):
            candidate.winsorize(x, *levels)


@pytest.mark.scale
@pytest.mark.parametrize("name", ["zscore_outliers", "iqr_outliers", "mad_outliers"])
def test_speed(candidate, reference, rng, name):
    """30000 values are judged at once."""

    def prepare(subject, rng):
        x = rng.normal(size=30_000)
        return lambda: getattr(subject, name)(x)

    speed(candidate, reference, prepare, rng, limit=4)
