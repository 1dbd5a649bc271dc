"""Hidden tests of ab_test_proportions."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, assert_type

GREAT = 10**12
BAD = ((1, 0), (0, 0), (0, -1), (-3, -2), (-1, 5), (6, 5))
ARM = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
ORDINARY = st.integers(2, 60).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n)))


def slow_test(x1, n1, x2, n2):
    """Return z and p from exact fractions."""
    pooled = Fraction(x1 + x2, n1 + n2)
    if pooled in (0, 1):
        return 0.0, 1.0
    variance = pooled * (1 - pooled) * (Fraction(1, n1) + Fraction(1, n2))
    z = float(Fraction(x1, n1) - Fraction(x2, n2)) / math.sqrt(variance)
    return z, math.erfc(abs(z) / math.sqrt(2))


def slow_wilson(x, n, z):
    """Return the ends by bisection: rates that are z standard errors away, on either side of the observed one."""
    rate, ends = Fraction(x, n), []
    for outside in (Fraction(0), Fraction(1)):
        inside = rate
        for _ in range(60):
            middle = (inside + outside) / 2
            near = (rate - middle) ** 2 * n < Fraction(z) ** 2 * middle * (1 - middle)
            inside, outside = (middle, outside) if near else (inside, middle)
        ends.append(float((inside + outside) / 2))
    return tuple(ends)


def slow_difference(x1, n1, x2, n2, z):
    """Return Wald's interval from exact fractions."""
    p1, p2 = Fraction(x1, n1), Fraction(x2, n2)
    reach = z * math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    return float(p1 - p2) - reach, float(p1 - p2) + reach


def test_z_and_p_by_hand(candidate):
    """The difference is measured in pooled standard errors, and the p-value is two-sided."""
    # Pooled rate 1/4; the variance is 3/16 times 1/50.
    got = candidate.two_proportion_z_test(30, 100, 20, 100)
    assert_close(got, (0.1 / math.sqrt(3 / 800), 0.10247043485974927))
    # Unequal sizes: pooled rate 24/80, not the mean of 9/20 and 15/60.
    got = candidate.two_proportion_z_test(9, 20, 15, 60)
    assert_close(got, (0.2 / math.sqrt(0.21 / 15), 0.09096894797535778))


def test_sign_of_z(candidate):
    """z has the sign of the first rate minus the second; swapping the arms turns it round and leaves p."""
    z, p = candidate.two_proportion_z_test(10, 100, 20, 90)
    assert_that(z < 0, "has a positive z although the first rate is the smaller one")
    assert_close(candidate.two_proportion_z_test(20, 90, 10, 100), (-z, p))
    # Counting failures instead of conversions turns it round as well.
    assert_close(candidate.two_proportion_z_test(90, 100, 70, 90), (-z, p))


def test_equal_rates(candidate):
    """Equal rates in arms of different sizes have z = 0 and p = 1."""
    for counts in ((1, 3, 2, 6), (7, 10, 70, 100), (1, 2, 1, 2)):
        assert_close(candidate.two_proportion_z_test(*counts), (0.0, 1.0))


@given(first=ORDINARY, second=ORDINARY)
def test_z_and_p_agree_with_exact_fractions(candidate, first, second):
    """z and p of ordinary arms are what exact fractions give."""
    assert_close(candidate.two_proportion_z_test(*first, *second), slow_test(*first, *second))


def test_sample_size_by_hand(candidate):
    """The sample size is rounded up to a whole number."""
    # 292.82, 442.88, 1140.83 and 73.05 before rounding.
    got = candidate.sample_size_per_arm(0.2, 0.3, 1.96, 0.84)
    assert_close(got, 293)
    assert_close(candidate.sample_size_per_arm(0.5, 0.6, 1.959964, 1.036433), 443)
    assert_close(candidate.sample_size_per_arm(0.02, 0.04, 1.959964, 0.841621), 1141)
    assert_close(candidate.sample_size_per_arm(0.3, 0.5, 1.645, 0.84), 74)


def test_sample_size_is_symmetric(candidate):
    """Swapping the rates, or counting failures, leaves the sample size as it is."""
    for p1, p2 in ((0.9, 0.7), (0.01, 0.015), (0.4, 0.65)):
        wanted = candidate.sample_size_per_arm(p1, p2, 2.1, 1.3)
        assert_close(candidate.sample_size_per_arm(p2, p1, 2.1, 1.3), wanted)
        assert_close(candidate.sample_size_per_arm(1 - p1, 1 - p2, 2.1, 1.3), wanted)


@pytest.mark.fine
def test_nobody_or_everybody(candidate):
    """Where nobody converted, or everybody did, z is 0 and p is 1."""
    for counts in ((0, 5, 0, 7), (5, 5, 7, 7), (0, 1, 0, 1), (1, 1, 1, 1), (0, GREAT, 0, 3)):
        assert_close(candidate.two_proportion_z_test(*counts), (0.0, 1.0), rtol=0.0)


@pytest.mark.fine
def test_one_arm_without_conversions(candidate):
    """One arm without conversions, or with nothing else, is a test like any other, and so are arms of one user."""
    for counts in ((0, 10, 3, 10), (10, 10, 8, 12), (1, 1, 0, 1), (0, 1, 1, 1)):
        assert_close(candidate.two_proportion_z_test(*counts), slow_test(*counts))


@pytest.mark.fine
def test_tiny_p_values(candidate):
    """Tiny p-values keep their digits instead of collapsing to 0."""
    for counts in ((500, 1000, 280, 1000), (120, 2000, 500, 2000), (0, 600, 600, 600)):
        z, p = candidate.two_proportion_z_test(*counts)
        expected = slow_test(*counts)
        assert_close(z, expected[0], rtol=1e-9)
        assert_close(math.log(p) if p > 0 else -math.inf, math.log(expected[1]), rtol=1e-9)


@pytest.mark.fine
def test_wilson_by_hand(candidate):
    """Wilson's interval is centred nearer to one half than the observed rate."""
    # (3 + 2 -+ 2 sqrt(1 + 9/4)) / (12 + 4) for 3 of 12 and z = 2.
    reach = math.sqrt(3.25) / 8
    got = candidate.wilson_interval(3, 12, 2.0)
    assert_close(got, (5 / 16 - reach, 5 / 16 + reach))
    assert_close(candidate.wilson_interval(1, 2, z=2.0), (0.5 - math.sqrt(6) / 6, 0.5 + math.sqrt(6) / 6))


@pytest.mark.fine
def test_wilson_at_95_per_cent(candidate):
    """Without z, Wilson's interval has the level 95 per cent."""
    assert_close(candidate.wilson_interval(7, 50), (0.069508, 0.261862), rtol=0.0, atol=1e-5)
    assert_close(candidate.wilson_interval(7, 50), slow_wilson(7, 50, 1.959963984540054))


@pytest.mark.fine
def test_wilson_at_the_edges(candidate):
    """No conversions leave an interval from 0 to more than 0, and only conversions one from less than 1 to 1."""
    z = 1.959963984540054
    for n in (1, 2, 3, 10, *range(36, 56), 1000):
        low, high = candidate.wilson_interval(0, n)
        assert_close((low, high), (0.0, z * z / (n + z * z)), rtol=1e-9, atol=1e-12)
        assert_that(0 <= low < high <= 1, "leaves [0, 1]")
        low, high = candidate.wilson_interval(n, n)
        assert_close((low, high), (n / (n + z * z), 1.0), rtol=1e-9, atol=1e-12)
        assert_that(0 <= low < high <= 1, "leaves [0, 1]")


@pytest.mark.fine
@given(arm=ARM, quarters=st.integers(1, 16))
def test_wilson_solves_its_equation(candidate, arm, quarters):
    """The ends are the rates at which the observed rate is just z standard errors away, and lie in [0, 1]."""
    low, high = candidate.wilson_interval(*arm, quarters / 4)
    assert_close((low, high), slow_wilson(*arm, quarters / 4), rtol=1e-9, atol=1e-12)
    assert_that(0 <= low < high <= 1, "leaves [0, 1]")


@pytest.mark.fine
def test_difference_by_hand(candidate):
    """The interval of the difference has the unpooled standard error, and the first rate comes first."""
    # Rates 1/2 and 1/5; variances 1/400 and 1/250.
    reach = 2 * math.sqrt(0.0065)
    got = candidate.difference_interval(50, 100, 8, 40, 2.0)
    assert_close(got, (0.3 - reach, 0.3 + reach))
    assert_close(candidate.difference_interval(8, 40, 50, 100, z=2.0), (-0.3 - reach, -0.3 + reach))


@pytest.mark.fine
def test_difference_at_95_per_cent(candidate):
    """Without z, the interval of the difference has the level 95 per cent."""
    assert_close(candidate.difference_interval(30, 100, 20, 100), (-0.01922, 0.21922), rtol=0.0, atol=1e-6)


@pytest.mark.fine
def test_difference_at_the_edges(candidate):
    """The interval of the difference is not clipped, and has no width where both rates are 0 or 1."""
    assert_close(candidate.difference_interval(0, 9, 3, 3), (-1.0, -1.0))
    assert_close(candidate.difference_interval(0, 5, 0, 8), (0.0, 0.0))
    expected = slow_difference(3, 4, 0, 2, 3.0)
    assert_that(expected[1] > 1, "fails by the fault of this test")
    assert_close(candidate.difference_interval(3, 4, 0, 2, 3.0), expected)


@pytest.mark.fine
@given(first=ARM, second=ARM)
def test_both_agree_with_exact_fractions(candidate, first, second):
    """The test and the interval of the difference are what exact fractions give, whoever converted."""
    assert_close(candidate.two_proportion_z_test(*first, *second), slow_test(*first, *second))
    expected = slow_difference(*first, *second, 1.25)
    assert_close(candidate.difference_interval(*first, *second, 1.25), expected)


@pytest.mark.fine
def test_great_counts(candidate):
    """With 10^12 users, rates near 0 and near 1 give z and both intervals to six digits."""
    for x1, x2 in ((3, 40), (4, 3), (GREAT // 2, GREAT // 2 + 3 * 10**6)):
        for counts in ((x1, GREAT, x2, GREAT - 7), (GREAT - x1, GREAT, GREAT - 7 - x2, GREAT - 7)):
            assert_close(candidate.two_proportion_z_test(*counts), slow_test(*counts), rtol=1e-6)
            expected = slow_difference(*counts, 1.5)
            assert_close(candidate.difference_interval(*counts, 1.5), expected, rtol=1e-6)
            low, high = candidate.wilson_interval(counts[0], counts[1])
            expected = slow_wilson(counts[0], counts[1], 1.959963984540054)
            assert_close((low, high), expected, rtol=1e-6)


@pytest.mark.fine
def test_sample_size_of_extreme_rates(candidate):
    """Rates 0 and 1 are legal, and tiny differences take many users."""
    assert_close(candidate.sample_size_per_arm(0.0, 1.0, 1.5, 9.0), 2)
    assert_close(candidate.sample_size_per_arm(1.0, 0.0, 2.5, 9.0), 4)
    assert_close(candidate.sample_size_per_arm(0.0, 0.04, 1.959964, 0.841621), 192)
    got = candidate.sample_size_per_arm(0.1, 0.1001, 1.96, 0.84)
    assert_close(got / 1e8, 1.41182715, rtol=1e-7)


@pytest.mark.fine
def test_types(candidate):
    """Tests and intervals are tuples of two Python floats, and the sample size is an int."""
    results = [candidate.two_proportion_z_test(*counts) for counts in ((3, 10, 5, 12), (0, 4, 0, 9), (2, 4, 3, 6))]
    results += [candidate.wilson_interval(x, 12) for x in (0, 3, 12)]
    results += [candidate.difference_interval(50, 100, 8, 40), candidate.difference_interval(0, 5, 0, 8)]
    for got in results:
        assert_type(got, tuple)
        assert_equal(len(got), 2)
        for number in got:
            assert_type(number, float)
    for p1, p2 in ((0.2, 0.3), (0.0, 1.0), (0.1, 0.1001)):
        assert_type(candidate.sample_size_per_arm(p1, p2, 1.96, 0.84), int)


@pytest.mark.fine
def test_impossible_counts_are_refused(candidate):
    """No users, negative counts and more conversions than users raise ValueError, in either arm."""
    for x, n in BAD:
        with assert_raises(ValueError):
            candidate.wilson_interval(x, n)
        for name in ("two_proportion_z_test", "difference_interval"):
            with assert_raises(ValueError):
                getattr(candidate, name)(x, n, 2, 5)
            with assert_raises(ValueError):
                getattr(candidate, name)(2, 5, x, n)


@pytest.mark.fine
def test_impossible_rates_are_refused(candidate):
    """Rates outside [0, 1] and equal rates raise ValueError."""
    for p1, p2 in ((0.2, 0.2), (0.0, 0.0), (1.0, 1.0), (-0.1, 0.5), (0.5, 1.1), (1.2, 0.5), (0.5, -0.01)):
        with assert_raises(ValueError):
            candidate.sample_size_per_arm(p1, p2, 1.96, 0.84)
