"""Hidden tests of the autoregression."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_raises, assert_that, assert_type, speed

SEEDS = st.integers(0, 2**32 - 1)


def recursion(start, c, phi, n):
    """A series that follows the recursion exactly."""
    x = list(start)
    while len(x) < n:
        x.append(c + math.fsum(f * x[-1 - k] for k, f in enumerate(phi)))
    return np.array(x)


def correlogram(x, nlags):
    """Autocorrelations, term by term."""
    d = [v - math.fsum(x) / len(x) for v in x]
    sums = [math.fsum(d[t] * d[t - k] for t in range(k, len(x))) for k in range(nlags + 1)]
    return np.array(sums) / sums[0]


def test_correlogram_by_hand(candidate):
    """Every lag is measured from the mean of the whole series, and divided by the same sum."""
    # Deviations -3/2, -1/2, 1/2, 3/2: sums 5, 5/4, -3/2 and -9/4.
    assert_close(candidate.acf(np.array([1.0, 2.0, 3.0, 4.0]), 3), np.array([1.0, 0.25, -0.3, -0.45]))
    assert_close(candidate.acf(np.array([5.0, 7.0, 5.0, 7.0, 5.0, 7.0]), 2), np.array([1.0, -5 / 6, 4 / 6]))


@given(n=st.integers(2, 15), seed=SEEDS)
def test_correlogram_follows_the_definition(candidate, n, seed):
    """On random series with an offset, the correlogram is that of the sums term by term."""
    rng = np.random.default_rng(seed)
    x, nlags = np.cumsum(rng.normal(size=n)) + 20.0, int(rng.integers(0, n))
    assert_close(candidate.acf(x, nlags), correlogram(x.tolist(), nlags), rtol=1e-7, atol=1e-9)


def test_fit_finds_an_exact_recursion(candidate):
    """A series that follows a recursion exactly gives back its intercept and coefficients, that of lag 1 first."""
    c, phi = candidate.fit_ar(recursion([1.0, 3.0], 2.0, [0.5, -0.75], 12), 2)
    assert_close(c, 2.0, rtol=1e-6)
    assert_close(phi, np.array([0.5, -0.75]), rtol=1e-6)
    c, phi = candidate.fit_ar(recursion([1.0, -2.0, 4.0], -1.0, [0.1, 0.2, -0.9], 15), 3)
    assert_close(c, -1.0, rtol=1e-6)
    assert_close(phi, np.array([0.1, 0.2, -0.9]), rtol=1e-6)


def test_fit_of_one_lag_by_hand(candidate):
    """One lag is the regression of each value on the one before, with the means of those pairs."""
    # Pairs (0, 2), (2, 1), (1, 3), (3, 4): slope 2/5 around (3/2, 5/2).
    c, phi = candidate.fit_ar(np.array([0.0, 2.0, 1.0, 3.0, 4.0]), 1)
    assert_close(phi, np.array([0.4]), rtol=1e-6)
    assert_close(c, 2.5 - 0.4 * 1.5, rtol=1e-6)


@given(p=st.integers(1, 4), extra=st.integers(2, 15), seed=SEEDS)
def test_fit_follows_the_definition(candidate, p, extra, seed):
    """On random series, the errors of the fit are orthogonal to a constant and to every lag."""
    x = np.random.default_rng(seed).normal(size=2 * p + 1 + extra) + 3.0
    c, phi = candidate.fit_ar(x, p)
    lags = np.array([x[p - k : len(x) - k] for k in range(1, p + 1)])
    errors = x[p:] - c - np.asarray(phi) @ lags
    assert_close(np.append(lags @ errors, errors.sum()), np.zeros(p + 1), rtol=0.0, atol=1e-6)


def test_forecast_by_hand(candidate):
    """The newest values meet the first coefficients, and predictions are fed back."""
    x = np.array([100.0, 1.0, 2.0])
    # 3 + 2/2 - 1, 3 + 3/2 - 2, 3 + 2.5/2 - 3
    assert_close(candidate.forecast_ar(x, 3.0, np.array([0.5, -1.0]), 3), np.array([3.0, 2.5, 1.25]))


@given(p=st.integers(1, 4), h=st.integers(1, 6), seed=SEEDS)
def test_forecast_follows_the_definition(candidate, p, h, seed):
    """On random models, forecasts go on with the recursion."""
    rng = np.random.default_rng(seed)
    x, c, phi = rng.normal(size=p + int(rng.integers(0, 4))), float(rng.normal()), rng.normal(size=p)
    expected = recursion(x, c, phi.tolist(), len(x) + h)[len(x) :]
    assert_close(candidate.forecast_ar(x, c, phi, h), expected, rtol=1e-7, atol=1e-9)


def test_forecast_goes_to_the_mean(candidate):
    """The forecast of a stationary series goes to c / (1 - phi)."""
    got = np.asarray(candidate.forecast_ar(np.array([50.0]), 2.0, np.array([0.5]), 40))
    assert_close(got[-1], 4.0, rtol=1e-6)
    assert_that(np.all(np.diff(got) <= 0), "does not fall towards the mean of the series")


@pytest.mark.fine
def test_constant_series(candidate):
    """A constant series has correlation 1 at lag 0 and 0 elsewhere, without a warning."""
    assert_close(candidate.acf(np.full(7, 0.1), 3), np.array([1.0, 0.0, 0.0, 0.0]), check_dtype=True)
    assert_close(candidate.acf(np.array([5.0]), 0), np.array([1.0]))


@pytest.mark.fine
def test_dependent_lags(candidate):
    """Where the lags are linearly dependent, the solution of least norm is taken."""
    c, phi = candidate.fit_ar(np.full(8, 2.0), 2)
    assert_close([c, *np.asarray(phi)], np.array([2.0, 4.0, 4.0]) / 9, rtol=1e-6)
    c, phi = candidate.fit_ar(np.zeros(5), 2)
    assert_close([c, *np.asarray(phi)], np.zeros(3))


@pytest.mark.fine
def test_smallest_sizes(candidate):
    """n = 2p + 1, nlags = n - 1, h = 0 and as many values as coefficients are legal."""
    c, phi = candidate.fit_ar(recursion([1.0], 1.0, [0.5], 3), 1)
    assert_close([c, phi[0]], [1.0, 0.5], rtol=1e-6)
    assert_close(candidate.acf(np.array([0.0, 1.0]), 1), np.array([1.0, -0.5]))
    assert_close(candidate.forecast_ar(np.array([1.0]), 1.0, np.array([2.0]), 0), np.zeros(0))


@pytest.mark.fine
def test_types(candidate):
    """c is a Python float, arrays are float64, and narrow integers and float32 are computed in float64."""
    for x in (
        np.array([100, -100, 90, 120, -30, 0, 7], dtype=np.int8),
        np.float32([0.1, 0.7, 0.3, 0.9, 0.2, 0.5, 0.4]),
    ):
        wide = x.astype(np.float64)
        c, phi = candidate.fit_ar(x, 2)
        assert_type(c, float)
        parts = (phi, candidate.acf(x, 3), candidate.forecast_ar(x, 0.5, np.array([1.0, -0.5]), 2))
        same = (
            candidate.fit_ar(wide, 2)[1],
            candidate.acf(wide, 3),
            candidate.forecast_ar(wide, 0.5, np.array([1.0, -0.5]), 2),
        )
        for got, expected in zip(parts, same, strict=True):
            assert_dtype(got, np.float64)
            assert_close(got, expected, rtol=1e-12, atol=0.0)


@pytest.mark.fine
def test_invalid_input_raises(candidate):
    """Gaps, lags out of range, too short series and a negative horizon raise ValueError."""
    x, gap, phi = np.arange(5.0) ** 2, np.array([1.0, math.nan, 2.0, 0.0, 5.0]), np.ones(1)
    for series, nlags in ((x, 5), (x, -1), (gap, 1)):
        with assert_raises(ValueError):
            candidate.acf(series, nlags)
    for series, p in ((x, 0), (x, 3), (x[:2], 1), (gap, 1)):
        with assert_raises(ValueError):
            candidate.fit_ar(series, p)
    for series, coefficients, h in ((x, phi, -1), (x[:1], np.ones(3), 1), (gap, phi, 1)):
        with assert_raises(ValueError):
            candidate.forecast_ar(series, 1.0, coefficients, h)


@pytest.mark.scale
def test_speed_of_the_fit(candidate, reference, rng):
    """10000 values are fitted without a loop over them."""

    def prepare(subject, rng):
        x = rng.normal(size=10_000)
        return lambda: subject.fit_ar(x, 4)

    speed(candidate, reference, prepare, rng, limit=8)
