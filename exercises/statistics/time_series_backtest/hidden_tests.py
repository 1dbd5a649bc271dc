"""Hidden tests of the backtest of a time series."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_type, speed

SEEDS = st.integers(0, 2**32 - 1)
NAN = math.nan


def plain(splits):
    """Pairs of lists of ints."""
    return [([int(i) for i in train], [int(i) for i in test]) for train, test in splits]


def features(x, lags, windows):
    """Features, row by row."""
    rows = [
        [x[t - k] if t >= k else NAN for k in lags] + [math.fsum(x[t - w : t]) / w if t >= w else NAN for w in windows]
        for t in range(len(x))
    ]
    return np.array(rows, dtype=np.float64).reshape(len(x), len(lags) + len(windows))


def test_lags_by_hand(candidate):
    """Lag l in row t is x[t - l], and rows without enough history are NaN."""
    got = candidate.lag_features(np.array([5.0, 7.0, 2.0, 9.0]), [1, 3], [])
    assert_close(got, np.array([[NAN, NAN], [5.0, NAN], [7.0, NAN], [2.0, 5.0]]))


def test_windows_by_hand(candidate):
    """A window of w is the mean of the w values before t; the value of row t itself is not among them."""
    got = candidate.lag_features(np.array([2.0, 4.0, 9.0, 1.0]), [2], [1, 3])
    assert_close(got, np.array([[NAN, NAN, NAN], [NAN, 2.0, NAN], [2.0, 4.0, NAN], [4.0, 9.0, 5.0]]))


def test_the_future_does_not_matter(candidate, rng):
    """Values from t on change nothing in the rows up to t."""
    x = rng.normal(size=12)
    y = np.concatenate([x[:7], rng.normal(size=5) + 100.0])
    one, two = (np.asarray(candidate.lag_features(v, [1, 2], [2, 4])) for v in (x, y))
    assert_close(two[:8], one[:8])


@given(n=st.integers(1, 12), seed=SEEDS)
def test_features_follow_the_definition(candidate, n, seed):
    """On random series, lags and windows are those of slices row by row."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    lags, windows = (rng.integers(1, n + 1, rng.integers(1, 4)).tolist() for _ in range(2))
    assert_close(candidate.lag_features(x, lags, windows), features(x.tolist(), lags, windows))


def test_splits_by_hand(candidate):
    """The last places are tested block by block, each after training on everything before it."""
    assert_equal(plain(candidate.time_series_splits(7, 2, 2)), [([0, 1, 2], [3, 4]), ([0, 1, 2, 3, 4], [5, 6])])
    assert_equal(plain(candidate.time_series_splits(5, 1, 1)), [([0, 1, 2, 3], [4])])


def test_gap_and_longest_training(candidate):
    """The gap lies before the test block, and max_train keeps the last rows before the gap."""
    got = plain(candidate.time_series_splits(9, 3, 2, gap=1, max_train=3))
    assert_equal(got, [([0, 1], [3, 4]), ([1, 2, 3], [5, 6]), ([3, 4, 5], [7, 8])])


@given(
    n_splits=st.integers(1, 4),
    size=st.integers(1, 3),
    gap=st.integers(0, 2),
    extra=st.integers(1, 5),
    longest=st.integers(0, 6),
)
def test_splits_follow_the_definition(candidate, n_splits, size, gap, extra, longest):
    """Whatever the sizes, training rows are those that end before the gap, and blocks follow each other."""
    n = n_splits * size + gap + extra
    expected = []
    for k in range(n_splits):
        start = n - (n_splits - k) * size
        rows = [i for i in range(n) if i < start - gap and (not longest or i >= start - gap - longest)]
        expected.append((rows, list(range(start, start + size))))
    assert_equal(plain(candidate.time_series_splits(n, n_splits, size, gap, longest or None)), expected)


def test_mase_by_hand(candidate):
    """The error is divided by that of the naive forecast on the training series, at the lag of the season."""
    y, forecast, history = np.array([10.0, 20.0]), np.array([13.0, 19.0]), np.array([1.0, 5.0, 2.0, 7.0, 4.0])
    assert_close(candidate.mase(y, forecast, history), 2.0 / 3.75)
    assert_close(candidate.mase(y, forecast, history, season=2), 2.0 / (5 / 3))


@given(n=st.integers(3, 12), h=st.integers(1, 5), season=st.integers(1, 2), seed=SEEDS)
def test_mase_follows_the_definition(candidate, n, h, season, seed):
    """On random series, it is the ratio of two mean absolute errors."""
    rng = np.random.default_rng(seed)
    y, forecast, x = rng.normal(size=h), rng.normal(size=h), rng.normal(size=n)
    naive = math.fsum(abs(x[t] - x[t - season]) for t in range(season, n)) / (n - season)
    assert_close(candidate.mase(y, forecast, x, season), float(np.abs(y - forecast).mean()) / naive)


@pytest.mark.fine
def test_short_histories(candidate):
    """Lags and windows beyond the series are NaN, and no columns or no rows are legal."""
    assert_close(candidate.lag_features(np.array([1.0, 2.0]), [2, 9], [2, 9]), np.full((2, 4), NAN))
    assert_close(candidate.lag_features(np.array([1.0, 2.0]), [], []), np.zeros((2, 0)))
    assert_close(candidate.lag_features(np.zeros(0), [1], [1]), np.zeros((0, 2)))


@pytest.mark.fine
def test_windows_far_from_zero(candidate, rng):
    """Means over windows at 1e6 are exact to 1e-9."""
    x = 1e6 + rng.normal(size=2000)
    got = np.asarray(candidate.lag_features(x, [], [5]))[1000:] - 1e6
    assert_close(got, features(x.tolist(), [], [5])[1000:] - 1e6, rtol=0.0, atol=1e-9)


@pytest.mark.fine
def test_types(candidate):
    """Features are float64, indices int64 and the error a Python float, from narrow integers and float32 too."""
    x = np.array([100, -100, 120, 90, 7], dtype=np.int8)
    for series in (x, np.sin(np.arange(30.0)).astype(np.float32)):
        got = candidate.lag_features(series, [1], [3])
        assert_dtype(got, np.float64)
        assert_close(got, features(series.tolist(), [1], [3]), rtol=1e-12, atol=0.0)
        wide, value = series.astype(float), candidate.mase(series[:2], series[1:3], series)
        assert_type(value, float)
        assert_close(value, np.abs(wide[:2] - wide[1:3]).mean() / np.abs(np.diff(wide)).mean(), rtol=1e-12, atol=0.0)
    for train, test in candidate.time_series_splits(3, 1, 1):
        assert_dtype(train, np.int64)
        assert_dtype(test, np.int64)


@pytest.mark.fine
def test_invalid_features_and_splits_raise(candidate):
    """Lags, windows and sizes below 1, a negative gap and splits without training rows raise ValueError."""
    x = np.arange(4.0)
    for series, lags, windows in ((x, [0], []), (x, [1], [2, 0]), (x, [-1], [1])):
        with assert_raises(ValueError):
            candidate.lag_features(series, lags, windows)
    for sizes in ((6, 3, 2), (5, 2, 2, 1), (5, 0, 2), (5, 2, 0), (5, 1, 1, -1), (5, 1, 1, 0, 0), (5, 1, 1, 0, -2)):
        with assert_raises(ValueError):
            candidate.time_series_splits(*sizes)


@pytest.mark.fine
def test_invalid_errors_raise(candidate):
    """Other shapes, no values, a season out of range and a naive forecast without errors raise ValueError."""
    y, x = np.array([1.0, 2.0]), np.array([1.0, 3.0, 1.0])
    for a, b, history, season in (
        (y, y[:1], x, 1),
        (y[:0], y[:0], x, 1),
        (y, y, x, 3),
        (y, y, x, 0),
        (y, y, x, -1),
        (y, y, x, 2),
    ):
        with assert_raises(ValueError):
            candidate.mase(a, b, history, season)


@pytest.mark.scale
def test_speed_of_windows(candidate, reference, rng):
    """A window of 10000 over 20000 values costs no more than a short one."""

    def prepare(subject, rng):
        x = rng.normal(size=20_000)
        return lambda: subject.lag_features(x, [1, 7], [10_000, 20])

    speed(candidate, reference, prepare, rng, limit=10)
