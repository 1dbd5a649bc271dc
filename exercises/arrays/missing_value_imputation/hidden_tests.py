"""Hidden tests of the simple imputer."""

import math
import statistics
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, put, speed

NAN, INF = math.nan, math.inf
SEEDS = st.integers(0, 2**32 - 1)
STRATEGIES = ("mean", "median", "most_frequent", "constant")
each = pytest.mark.parametrize("strategy", STRATEGIES)


def column(*values):
    """A matrix of one column."""
    return np.array(values, dtype=np.float64)[:, None]


def most_frequent(values):
    """The smallest of the values that occur most often."""
    counts = Counter(values)
    return min(v for v in counts if counts[v] == max(counts.values()))


SLOW = {"mean": statistics.fmean, "median": statistics.median, "most_frequent": most_frequent}


def slow_fills(X, strategy, fill_value):
    """What fills each column."""
    fills = []
    for values in X.T.tolist():
        present = [v for v in values if not math.isnan(v)]
        fills.append(fill_value if strategy == "constant" or not present else SLOW[strategy](present))
    return fills


def slow_transform(train, X, strategy, fill_value, add_indicator):
    """Filled rows, entry by entry."""
    fills = slow_fills(train, strategy, fill_value)
    gaps = [any(math.isnan(v) for v in values) for values in train.T.tolist()]
    rows = []
    for row in X.tolist():
        filled = [fill if math.isnan(v) else v for v, fill in zip(row, fills, strict=True)]
        marks = [float(math.isnan(v)) for v, gap in zip(row, gaps, strict=True) if gap]
        rows.append(filled + marks if add_indicator else filled)
    return np.array(rows)


def gappy(rng, n, d, levels=4):
    """Small integers of which a third is missing, as floats."""
    X = rng.integers(-levels, levels + 1, size=(n, d)) / 2.0
    X[rng.random((n, d)) < 0.35] = NAN
    return X


def test_mean(candidate):
    """Gaps are filled with the mean of the entries that are there."""
    X = np.array([[1.0, NAN], [NAN, 4.0], [2.0, -1.0], [6.0, NAN]])
    got = candidate.SimpleImputer("mean").fit(X).transform(X)
    assert_close(got, np.array([[1.0, 1.5], [3.0, 4.0], [2.0, -1.0], [6.0, 1.5]]))


def test_defaults(candidate):
    """Without arguments the imputer takes means and appends nothing."""
    X = np.array([[1.0, NAN], [2.0, 0.5], [NAN, NAN], [6.0, NAN]])
    assert_close(candidate.SimpleImputer().fit(X).transform(X[2:]), np.array([[3.0, 0.5], [6.0, 0.5]]))


def test_median(candidate):
    """The median is the entry in the middle, or the mean of the two in the middle, of the sorted entries."""
    imputer = candidate.SimpleImputer(strategy="median").fit(column(9, NAN, 1, 2, NAN, NAN))
    assert_close(imputer.transform(column(NAN, 5)), column(2, 5))
    imputer = candidate.SimpleImputer(strategy="median").fit(column(NAN, 8, 1, 100, NAN, 2, NAN))
    assert_close(imputer.transform(column(NAN, NAN)), column(5, 5))
    assert_close(candidate.SimpleImputer("median").fit(column(4, NAN, 7)).transform(column(NAN)), column(5.5))
    assert_close(candidate.SimpleImputer("median").fit(column(7, 7, 1, NAN, 7)).transform(column(NAN)), column(7))


def test_most_frequent(candidate):
    """The value that occurs most often fills the gaps, and NaN is no value."""
    X = np.array([[3.0, NAN], [7.0, NAN], [NAN, -2.5], [7.0, NAN], [9.0, 6.0], [NAN, 6.0], [NAN, NAN]])
    got = candidate.SimpleImputer("most_frequent").fit(X).transform(np.full((2, 2), NAN))
    assert_close(got, np.array([[7.0, 6.0], [7.0, 6.0]]))


def test_constant(candidate):
    """With strategy "constant" every gap is filled with fill_value, whatever the data are."""
    X = np.array([[1.0, NAN, 3.0], [NAN, 2.5, 4.0]])
    imputer = candidate.SimpleImputer("constant", fill_value=-7.5).fit(X)
    assert_close(imputer.transform(X), np.array([[1.0, -7.5, 3.0], [-7.5, 2.5, 4.0]]))
    assert_close(imputer.transform(np.full((1, 3), NAN)), np.full((1, 3), -7.5))
    assert_close(
        candidate.SimpleImputer("constant", fill_value=2.0).fit(X).transform(X[:1]), np.array([[1.0, 2.0, 3.0]])
    )
    assert_close(candidate.SimpleImputer("constant").fit(X).transform(X[:1]), np.array([[1.0, 0.0, 3.0]]))


@each
def test_only_training_data_count(candidate, strategy):
    """transform uses nothing of the data at hand, neither of other rows nor of earlier calls."""
    imputer = candidate.SimpleImputer(strategy, fill_value=3.0).fit(column(2, 4, 3, 3, NAN))
    for X in (column(NAN, 100, 200, 200), column(NAN), column(NAN, NAN, -50)):
        assert_close(imputer.transform(X), np.where(np.isnan(X), 3.0, X))


def test_indicators(candidate):
    """Features that had gaps in the training data get an indicator each, in their order."""
    train = np.array([[NAN, 1.0, 2.0, 3.0], [4.0, 1.0, NAN, 3.0], [4.0, 1.0, 6.0, 3.0]])
    imputer = candidate.SimpleImputer(add_indicator=True).fit(train)
    expected = [[4.0, 1.0, 2.0, 3.0, 1.0, 0.0], [4.0, 1.0, 4.0, 3.0, 0.0, 1.0], [4.0, 1.0, 6.0, 3.0, 0.0, 0.0]]
    assert_close(imputer.transform(train), np.array(expected))
    # The second and fourth feature are missing here for the first time.
    got = imputer.transform(np.array([[NAN, NAN, 7.0, NAN], [1.0, 2.0, NAN, NAN]]))
    assert_close(got, np.array([[4.0, 1.0, 7.0, 3.0, 1.0, 0.0], [1.0, 2.0, 4.0, 3.0, 0.0, 1.0]]))
    # Nothing is missing here, and the columns are the same.
    assert_close(imputer.transform(np.ones((1, 4))), np.array([[1.0, 1.0, 1.0, 1.0, 0.0, 0.0]]))


@pytest.mark.parametrize("strategy", ["mean", "median", "constant"])
@given(n=st.integers(1, 8), d=st.integers(1, 4), seed=SEEDS)
def test_follows_the_definition(candidate, strategy, n, d, seed):
    """Random matrices with many gaps are filled as a computation entry by entry fills them."""
    rng = np.random.default_rng(seed)
    train = np.vstack([gappy(rng, n, d), rng.integers(-4, 5, size=(1, d))])
    X = gappy(rng, 3, d)
    fill_value, add_indicator = float(rng.integers(-9, 10)), bool(rng.integers(2))
    imputer = candidate.SimpleImputer(strategy, fill_value=fill_value, add_indicator=add_indicator).fit(train)
    assert_close(imputer.transform(X), slow_transform(train, X, strategy, fill_value, add_indicator))


@pytest.mark.fine
@each
def test_column_that_is_all_missing(candidate, strategy):
    """A column without any value in the training data is kept and filled with fill_value."""
    X = np.array([[NAN, 2.0, NAN], [NAN, 2.0, NAN]])
    for fill_value in (0.0, -3.25):
        imputer = candidate.SimpleImputer(strategy, fill_value=fill_value).fit(X)
        got = imputer.transform(np.array([[NAN, 5.0, 6.0], [4.0, 5.0, NAN]]))
        assert_close(got, np.array([[fill_value, 5.0, 6.0], [4.0, 5.0, fill_value]]))


@pytest.mark.fine
@each
def test_indicators_of_every_strategy(candidate, strategy):
    """Indicators mark gaps under every strategy, also for columns that were all missing."""
    train = np.array([[NAN, 1.0, 5.0], [NAN, NAN, 5.0]])
    imputer = candidate.SimpleImputer(strategy, fill_value=1.0, add_indicator=True).fit(train)
    got = imputer.transform(np.array([[NAN, NAN, 5.0], [0.0, NAN, 0.0]]))
    assert_close(got, np.array([[1.0, 1.0, 5.0, 1.0, 1.0], [0.0, 1.0, 0.0, 0.0, 1.0]]))


@pytest.mark.fine
def test_no_gaps_in_training(candidate):
    """Training data without gaps give no indicator, and later gaps are filled all the same."""
    for add_indicator in (True, False):
        imputer = candidate.SimpleImputer(add_indicator=add_indicator).fit(np.array([[1.0, 2.0], [3.0, 4.0]]))
        assert_close(imputer.transform(np.array([[NAN, 9.0], [8.0, NAN]])), np.array([[2.0, 9.0], [8.0, 3.0]]))


@pytest.mark.fine
def test_ties_go_to_the_smallest_value(candidate):
    """Of the values that occur most often the smallest wins, wherever it stands."""
    for values in ((5, 2, 8, 2, 5, 8, NAN), (8, 8, 5, 5, 2, 2), (2, 5, 8), (8, 2, 5), (5, 1, 9, 9, 5)):
        smallest = most_frequent([v for v in values if v == v])
        imputer = candidate.SimpleImputer("most_frequent").fit(column(*values))
        assert_close(imputer.transform(column(NAN)), column(smallest))
    imputer = candidate.SimpleImputer("most_frequent").fit(column(-1, -3, -1, -3, 0))
    assert_close(imputer.transform(column(NAN)), column(-3))


@pytest.mark.fine
@each
@given(n=st.integers(1, 8), d=st.integers(1, 4), seed=SEEDS)
def test_ties_and_empty_columns_follow_the_definition(candidate, strategy, n, d, seed):
    """Random matrices with ties and columns that are all missing are filled as entry by entry."""
    rng = np.random.default_rng(seed)
    train, X = gappy(rng, n, d), gappy(rng, 3, d)
    fill_value, add_indicator = float(rng.integers(-9, 10)), bool(rng.integers(2))
    imputer = candidate.SimpleImputer(strategy, fill_value=fill_value, add_indicator=add_indicator).fit(train)
    assert_close(imputer.transform(X), slow_transform(train, X, strategy, fill_value, add_indicator))


@pytest.mark.fine
@each
@given(n=st.integers(1, 6), d=st.integers(1, 4), seed=SEEDS)
def test_nothing_is_left_to_fill(candidate, strategy, n, d, seed):
    """The result has no gaps, entries that were there are unchanged, and the order of training rows does not matter."""
    rng = np.random.default_rng(seed)
    train, X = rng.normal(size=(n, d)), rng.normal(size=(4, d))
    train[rng.random((n, d)) < 0.4] = NAN
    X[rng.random((4, d)) < 0.4] = NAN
    got = candidate.SimpleImputer(strategy).fit(train).transform(X)
    assert_that(not np.isnan(got).any(), "still holds NaN", got)
    there = ~np.isnan(X)
    assert_equal(got[there], X[there])
    assert_close(candidate.SimpleImputer(strategy).fit(train[::-1]).transform(X), got)


@pytest.mark.fine
def test_infinities_are_data(candidate):
    """Infinite entries are neither filled nor marked, and they count in the statistics."""
    X = column(1, INF, NAN, 3, INF)
    expected = {"mean": INF, "median": INF, "most_frequent": INF, "constant": 9.0}
    for strategy, fill in expected.items():
        got = candidate.SimpleImputer(strategy, fill_value=9.0, add_indicator=True).fit(X).transform(X)
        assert_close(got, np.array([[1.0, 0.0], [INF, 0.0], [fill, 1.0], [3.0, 0.0], [INF, 0.0]]))
    imputer = candidate.SimpleImputer("median").fit(column(-INF, 2, NAN, 5))
    assert_close(imputer.transform(column(NAN, -INF, INF)), column(2, -INF, INF))
    imputer = candidate.SimpleImputer("most_frequent").fit(column(-INF, 2, 2, -INF, INF))
    assert_close(imputer.transform(column(NAN)), column(-INF))


@pytest.mark.fine
def test_results_are_float64(candidate):
    """The result is float64 with every strategy, with indicators too, and for a fill_value that is an integer."""
    X = np.array([[1.0, NAN, 3.0], [4.0, NAN, 4.0], [1.0, NAN, 3.0]])
    for strategy, fill in (("mean", 2.0), ("median", 1.0), ("most_frequent", 1.0), ("constant", 2.0)):
        imputer = candidate.SimpleImputer(strategy, fill_value=2, add_indicator=True).fit(X)
        got = imputer.transform(np.array([[NAN, NAN, 4.0]]))
        assert_close(got, np.array([[fill, 2.0, 4.0, 1.0]]), check_dtype=True)
        got = candidate.SimpleImputer(strategy, fill_value=2).fit(X).transform(np.array([[5, 6, 7]]))
        assert_close(got, np.array([[5.0, 6.0, 7.0]]), check_dtype=True)


@pytest.mark.fine
@each
def test_dtypes(candidate, strategy):
    """Narrow floats are computed in float64, and integers have no gaps."""
    for dtype, values in ((np.float32, [16777216, 1, 1, 3]), (np.float16, [60000, 60000, 30000, 59968])):
        train = np.array([values, [1, NAN, 2, 5]]).T.astype(dtype)
        got = candidate.SimpleImputer(strategy, fill_value=0.1).fit(train).transform(np.full((1, 2), NAN, dtype=dtype))
        expected = np.array([slow_fills(train, strategy, 0.1)])
        assert_close(got, expected, rtol=1e-12, atol=1e-12, check_dtype=True)
    whole = np.array([[200, 1], [250, 2], [250, 2]])
    for dtype in (np.uint8, np.int64):
        imputer = candidate.SimpleImputer(strategy, fill_value=0.5, add_indicator=True).fit(whole.astype(dtype))
        assert_close(imputer.transform(whole.astype(dtype)), whole.astype(np.float64), check_dtype=True)
        expected = np.array([slow_fills(whole.astype(np.float64), strategy, 0.5)])
        assert_close(imputer.transform(np.full((1, 2), NAN)), expected)


@pytest.mark.fine
def test_fit_again(candidate):
    """fit returns the imputer, a second fit replaces the first, and imputers share nothing."""
    first = candidate.SimpleImputer(add_indicator=True)
    second = candidate.SimpleImputer("median")
    fitted = first.fit(np.array([[1.0, NAN], [3.0, 0.0]]))
    second.fit(column(10, 20, 90))
    assert_close(first.transform(np.array([[NAN, NAN]])), np.array([[2.0, 0.0, 1.0]]))
    assert_close(fitted.transform(np.array([[NAN, 5.0]])), np.array([[2.0, 5.0, 0.0]]))
    assert_close(second.transform(column(NAN)), column(20))
    first.fit(np.array([[6.0, 1.0, NAN], [8.0, 2.0, 3.0]]))
    assert_close(first.transform(np.full((1, 3), NAN)), np.array([[7.0, 1.5, 3.0, 1.0]]))
    assert_close(fitted.transform(np.full((1, 3), NAN)), np.array([[7.0, 1.5, 3.0, 1.0]]))


@pytest.mark.fine
@each
def test_strided_input(candidate, strategy):
    """Transposed and strided views are treated like any other matrix."""
    rng = np.random.default_rng(3)
    train, X = gappy(rng, 8, 30).T[::2, 1::3], gappy(rng, 9, 6)[::-2, ::2]
    got = candidate.SimpleImputer(strategy, 0.5, True).fit(train).transform(X)
    assert_close(got, slow_transform(train, X, strategy, 0.5, True))


@pytest.mark.fine
@each
def test_small_sizes(candidate, strategy):
    """One row to learn from and no rows to fill are legal."""
    imputer = candidate.SimpleImputer(strategy, fill_value=4.0, add_indicator=True).fit(np.array([[4.0, NAN]]))
    assert_close(imputer.transform(np.array([[NAN, NAN]])), np.array([[4.0, 4.0, 1.0]]))
    assert_equal(imputer.transform(np.zeros((0, 2))), np.zeros((0, 3)))
    assert_equal(candidate.SimpleImputer(strategy).fit(np.ones((2, 3))).transform(np.zeros((0, 3))), np.zeros((0, 3)))


@pytest.mark.fine
def test_invalid_arguments_raise(candidate):
    """Unknown strategies, anything but matrices, no training rows and other numbers of columns raise ValueError."""
    X = np.array([[1.0, NAN], [2.0, 3.0]])
    for strategy in ("mode", "Mean", "", "average"):
        with assert_raises(ValueError):
            candidate.SimpleImputer(strategy).fit(X)
    for strategy in STRATEGIES:
        imputer = candidate.SimpleImputer(strategy, add_indicator=True)
        for wrong in (X[0], X[None], X[:0]):
            with assert_raises(ValueError):
                imputer.fit(wrong)
        imputer = candidate.SimpleImputer(strategy, add_indicator=True).fit(X)
        for wrong in (X[0], X[None], X[:, :1], np.ones((2, 3)), np.zeros((0, 3)), np.ones((2, 2, 2))):
            with assert_raises(ValueError):
                imputer.transform(wrong)


@pytest.mark.scale
@pytest.mark.parametrize(("strategy", "n"), [("mean", 20_000), ("most_frequent", 8000)])
def test_speed(candidate, reference, rng, strategy, n):
    """Thousands of rows are quick: there is no Python loop over the entries, and no pass for each value."""

    def prepare(subject, rng):
        X = rng.normal(size=(n, 8))
        X[rng.random(X.shape) < 0.2] = NAN
        X = put(subject, X)
        return lambda: subject.SimpleImputer(strategy).fit(X).transform(X)

    speed(candidate, reference, prepare, rng, limit=30)
