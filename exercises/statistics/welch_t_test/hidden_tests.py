"""Hidden tests of welch_t_test."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, assert_type, put, speed


def lower_tail(x, df):
    """Student's distribution function at -|x|: half of an incomplete beta function, by its continued fraction."""
    a, b, z = df / 2, 0.5, df / (df + x * x)
    if x == 0:
        return 0.5
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(scale + a * math.log(z) + b * math.log(x * x / (df + x * x)))
    if z < (a + 1) / (a + b + 2):
        return front * fraction(a, b, z) / a / 2
    return (1 - front * fraction(b, a, x * x / (df + x * x)) / b) / 2


def fraction(a, b, z):
    """Continued fraction of the incomplete beta function, from the back."""
    value = 1.0
    for m in range(200, 0, -1):
        odd = -(a + m - 1) * (a + b + m - 1) * z / ((a + 2 * m - 2) * (a + 2 * m - 1))
        even = m * (b - m) * z / ((a + 2 * m - 1) * (a + 2 * m))
        value = 1 + odd / (1 + even / value)
    return 1 / value


def t_cdf(x, df):
    """Student's distribution function."""
    x, df = float(x), float(df)
    if not (df > 0 and math.isfinite(x)):
        return math.nan
    return lower_tail(x, df) if x <= 0 else 1 - lower_tail(x, df)


def t_ppf(q, df):
    """Student's quantile function, by bisection."""
    q, df = float(q), float(df)
    low, high = -1e6, 1e6
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if t_cdf(middle, df) < q else (low, middle)
    return (low + high) / 2


def cauchy_ppf(q, df):
    """Quantile for one degree of freedom."""
    assert_that(df == 1, "asks for degrees of freedom other than 1")
    return math.tan(math.pi * (q - 0.5))


def two_ppf(q, df):
    """Quantile for two degrees of freedom."""
    assert_that(df == 2 and 0 < q < 1, "asks for degrees of freedom other than 2, or for no probability")
    return (2 * q - 1) / math.sqrt(2 * q * (1 - q))


def moments(x):
    """Return size, mean and variance in exact fractions."""
    x = [Fraction(v) for v in np.asarray(x, dtype=np.float64).tolist()]
    mean = sum(x) / len(x)
    return len(x), mean, sum((v - mean) ** 2 for v in x) / (len(x) - 1)


def root(x):
    """Square root of a fraction whose numbers may be great."""
    return math.sqrt(x)


def slow_welch(a, b):
    """Return t, df and p by the formulas, in exact fractions as far as they go."""
    (n_a, mean_a, s_a), (n_b, mean_b, s_b) = moments(a), moments(b)
    v_a, v_b = s_a / n_a, s_b / n_b
    t = float(mean_a - mean_b) / root(v_a + v_b)
    df = float((v_a + v_b) ** 2 / (v_a**2 / (n_a - 1) + v_b**2 / (n_b - 1)))
    return t, df, 2 * t_cdf(-abs(t), df)


def test_interval_by_hand(candidate):
    """The interval is the mean, minus and plus t times s over the root of n, the lower end first."""
    assert_close(candidate.mean_confidence_interval(np.array([1.0, 7.0]), 0.5, cauchy_ppf), (1.0, 7.0))
    got = candidate.mean_confidence_interval(np.array([1.0, 2.0, 6.0]), 0.8, two_ppf)
    reach = 1.885618083164127 * math.sqrt(7 / 3)
    assert_close(got, (3 - reach, 3 + reach))


def test_interval_of_five_values(candidate):
    """At 95 per cent and n = 5, the quantile is 2.776 and not 1.96."""
    got = candidate.mean_confidence_interval(np.array([-2.0, -1.0, 0.0, 1.0, 2.0]), 0.95, t_ppf)
    assert_close(got, (-1.9632431614775151, 1.9632431614775151), rtol=1e-6)


@given(n=st.integers(2, 8), level=st.sampled_from([0.1, 0.5, 0.9, 0.99]), seed=st.integers(0, 2**32 - 1))
def test_interval_agrees_with_exact_moments(candidate, n, level, seed):
    """The interval is what exact fractions give for the mean and the variance."""
    x = np.random.default_rng(seed).integers(-20, 20, size=n) / 8
    n, mean, variance = moments(x)
    reach = t_ppf((1 + level) / 2, n - 1) * root(variance / n)
    got = candidate.mean_confidence_interval(x, level, t_ppf)
    assert_close(got, (float(mean) - reach, float(mean) + reach), rtol=1e-6, atol=1e-9)


def test_welch_by_hand(candidate):
    """Unequal sizes and variances give Welch's t, a fractional df and a two-sided p."""
    got = candidate.welch_t_test(np.array([1.0, 2.0, 3.0]), np.array([4.0, 8.0]), t_cdf)
    assert_close(got, (-1.9215378456610457, 1.1695501730103803, 0.2765208210608052), rtol=1e-6)


def test_sign_of_t(candidate):
    """t has the sign of mean(a) - mean(b); swapping the samples turns it round and changes nothing else."""
    a, b = np.array([1.0, 2.0, 4.0, 4.0]), np.array([2.0, 9.0, 8.0])
    t, df, p = candidate.welch_t_test(a, b, t_cdf)
    assert_that(t < 0, "has a positive t although mean(a) < mean(b)")
    assert_close(candidate.welch_t_test(b, a, t_cdf), (-t, df, p))
    assert_close(candidate.welch_t_test(-a, -b, t_cdf), (-t, df, p))


def test_degrees_of_freedom_are_not_rounded(candidate):
    """df lies between the smaller size less one and the sum of sizes less two, and is passed on as it is."""
    a, b = np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 10.0, 20.0, 40.0, 50.0])
    seen = []

    def cdf(x, df):
        seen.append(float(df))
        return t_cdf(x, df)

    t, df, p = candidate.welch_t_test(a, b, cdf)
    expected = slow_welch(a, b)
    assert_close((t, df, p), expected, rtol=1e-6)
    assert_close(seen[-1], expected[1], rtol=1e-6)
    # With one great variance, df nears the size of that sample less one.
    assert_close(candidate.welch_t_test(a * 1e-9, b, t_cdf)[1], 4.0)


@given(n_a=st.integers(2, 7), n_b=st.integers(2, 7), seed=st.integers(0, 2**32 - 1))
def test_welch_agrees_with_exact_moments(candidate, n_a, n_b, seed):
    """t, df and p are what exact fractions give for the means and the variances."""
    rng = np.random.default_rng(seed)
    a = np.append(rng.integers(-20, 20, size=n_a - 1), 20) / 8
    b = rng.integers(-20, 20, size=n_b) / 2
    assert_close(candidate.welch_t_test(a, b, t_cdf), slow_welch(a, b), rtol=1e-6, atol=1e-9)


@pytest.mark.fine
def test_equal_means(candidate):
    """Samples with equal means have t = 0 and p = 1."""
    t, df, p = candidate.welch_t_test(np.array([1.0, 3.0]), np.array([0.0, 2.0, 4.0]), t_cdf)
    assert_close((t, p), (0.0, 1.0))
    assert_close(df, 49 / 17)


@pytest.mark.fine
def test_both_variances_zero(candidate):
    """Without any spread, equal means give p = 1 and different means an infinite t with p = 0."""
    for value, other in ((1.0, 2.0), (0.1, 0.7), (-0.3, 0.1)):
        a, b, same = np.full(3, value), np.full(7, other), np.full(6, value)
        assert_close(candidate.welch_t_test(a, b, t_cdf), (-math.inf, 8.0, 0.0))
        assert_close(candidate.welch_t_test(b, a, t_cdf), (math.inf, 8.0, 0.0))
        assert_close(candidate.welch_t_test(a, same, t_cdf), (0.0, 7.0, 1.0))
        assert_close(candidate.welch_t_test(same, a, t_cdf), (0.0, 7.0, 1.0))


@pytest.mark.fine
def test_one_variance_zero(candidate):
    """Where only one sample is constant, df is the size of the other less one."""
    a, b = np.full(6, 0.1), np.array([1.0, 2.0, 2.0, 5.0])
    t, df, p = candidate.welch_t_test(a, b, t_cdf)
    expected = -2.4 / math.sqrt(3 / 4)
    assert_close((t, df, p), (expected, 3.0, 2 * t_cdf(expected, 3)), rtol=1e-6)
    assert_close(candidate.welch_t_test(b, a, t_cdf), (-expected, 3.0, 2 * t_cdf(expected, 3)), rtol=1e-6)


@pytest.mark.fine
def test_interval_of_equal_values(candidate):
    """Equal values give an interval of no width, exactly at that value, whatever rounding does to their mean."""
    for value, n in ((0.1, 3), (0.7, 6), (-3.3, 10), (5.0, 2)):
        got = candidate.mean_confidence_interval(np.full(n, value), 0.9, t_ppf)
        assert_close(got, (value, value), rtol=0.0, atol=1e-15)


@pytest.mark.fine
def test_tiny_p_values(candidate, rng):
    """Tiny p-values keep their digits instead of collapsing to 0 or to noise."""
    for distance in (8.0, 40.0, 400.0):
        a = rng.normal(size=60)
        b = rng.normal(size=50) + distance
        t, df, p = candidate.welch_t_test(a, b, t_cdf)
        expected = slow_welch(a, b)
        assert_that(0 < expected[2] < 1e-30, "fails by the fault of this test")
        assert_close((t, df), expected[:2], rtol=1e-7)
        assert_close(math.log(p) if p > 0 else -math.inf, math.log(expected[2]), rtol=1e-6)


@pytest.mark.fine
def test_large_p_values(candidate, rng):
    """A p-value is at most 1, and above one half for close means."""
    a = rng.normal(size=12)
    got = candidate.welch_t_test(a, a[::-1] + 1e-3, t_cdf)
    assert_close(got, slow_welch(a, a + 1e-3), rtol=1e-5)
    assert_that(0.9 < got[2] <= 1, "is no p-value of close means")


@pytest.mark.fine
@pytest.mark.parametrize("scale", [1e-120, 1e-60, 1e60, 1e120])
def test_magnitudes(candidate, rng, scale):
    """Neither t nor df nor p depends on the unit of measurement, even where squared variances overflow or vanish."""
    a, b = rng.normal(size=5), 2 + 3 * rng.normal(size=7)
    assert_close(candidate.welch_t_test(a * scale, b * scale, t_cdf), slow_welch(a, b), rtol=1e-6)
    low, high = candidate.mean_confidence_interval(a * scale, 0.9, t_ppf)
    reach = t_ppf(0.95, 4) * root(moments(a)[2] / 5)
    mean = float(moments(a)[1])
    assert_close((low / scale, high / scale), (mean - reach, mean + reach), rtol=1e-6, atol=1e-9)


@pytest.mark.fine
def test_offset(candidate, rng):
    """Samples near 1e9 with a spread of 1 are measured as well as samples near 0."""
    a, b = rng.integers(-64, 64, size=9) / 16, rng.integers(-64, 64, size=6) / 16 + 4
    assert_close(candidate.welch_t_test(a + 1e9, b + 1e9, t_cdf), slow_welch(a, b), rtol=1e-5)
    low, high = candidate.mean_confidence_interval(a + 1e9, 0.9, t_ppf)
    assert_close(high - low, 2 * t_ppf(0.95, 8) * root(moments(a)[2] / 9), rtol=1e-5)


@pytest.mark.fine
def test_dtypes_and_layouts(candidate, rng):
    """float32 is worked on in float64, narrow integers do not overflow, and strided views are like any array."""
    a, b = rng.normal(size=20).astype(np.float32), rng.normal(size=16).astype(np.float32) + np.float32(100.0)
    assert_close(candidate.welch_t_test(a, b, t_cdf)[:2], slow_welch(a, b)[:2])
    assert_close(candidate.welch_t_test(a[::-3], b[::2], t_cdf)[:2], slow_welch(a[::-3], b[::2])[:2])
    a, b = np.array([250, 0, 255, 200], dtype=np.uint8), np.array([-128, 127, 100], dtype=np.int8)
    assert_close(candidate.welch_t_test(a, b, t_cdf), slow_welch(a, b), rtol=1e-6)
    low, high = candidate.mean_confidence_interval(a, 0.9, t_ppf)
    assert_close(low + high, 2 * 176.25)


@pytest.mark.fine
def test_interval_is_a_pair_of_floats(candidate):
    """mean_confidence_interval returns a tuple of two Python floats, the lower end first."""
    got = candidate.mean_confidence_interval(np.array([4, 1, 3]), 0.3, two_ppf)
    assert_type(got, tuple)
    assert_equal(len(got), 2)
    for end in got:
        assert_type(end, float)
    assert_that(got[0] < got[1], "has its ends in the wrong order")


@pytest.mark.fine
def test_welch_returns_three_floats(candidate):
    """welch_t_test returns a tuple of three Python floats."""
    for b in (np.array([4, 8, 8]), np.array([1, 1, 1]), np.array([2, 2, 2])):
        for a in (np.array([1, 2, 4]), np.array([1, 1, 1])):
            got = candidate.welch_t_test(a, b, t_cdf)
            assert_type(got, tuple)
            assert_equal(len(got), 3)
            for number in got:
                assert_type(number, float)


@pytest.mark.fine
def test_interval_errors(candidate):
    """A sample that is no vector of two values, or a level outside (0, 1), raises ValueError."""
    for bad in (np.zeros(0), np.ones(1), np.array(1.0), np.ones((3, 2))):
        with assert_raises(ValueError):
            candidate.mean_confidence_interval(bad, 0.9, t_ppf)
    for level in (0.0, 1.0, -0.5, 95, math.nan):
        with assert_raises(ValueError):
            candidate.mean_confidence_interval(np.array([1.0, 2.0]), level, t_ppf)


@pytest.mark.fine
def test_welch_errors(candidate):
    """A sample that is not a vector of at least two values raises ValueError."""
    good = np.array([1.0, 2.0, 4.0])
    for bad in (np.zeros(0), np.ones(1), np.array(1.0), np.ones((3, 2))):
        with assert_raises(ValueError):
            candidate.welch_t_test(bad, good, t_cdf)
        with assert_raises(ValueError):
            candidate.welch_t_test(good, bad, t_cdf)


@pytest.mark.scale
def test_long_samples_are_fast(candidate, reference, rng):
    """Two samples of 200000 values are quick: array operations, not a Python loop over the values."""

    def prepare(subject, rng):
        a, b = put(subject, rng.normal(size=200_000)), put(subject, rng.normal(size=200_000))
        return lambda: subject.welch_t_test(a, b, lambda x, df: 0.5 + x / (2 * math.sqrt(2 + x * x)))

    speed(candidate, reference, prepare, rng, limit=25)
