"""Hidden tests of feature selection."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_that, speed

SEEDS = st.integers(0, 2**32 - 1)


def by_hand(X, y):
    """Chi-square scores, cell by cell."""
    scores = []
    for column in X.T.tolist():
        score = 0.0
        for c in set(y):
            observed = math.fsum(x for x, label in zip(column, y, strict=True) if label == c)
            expected = y.count(c) / len(y) * math.fsum(column)
            score += (observed - expected) ** 2 / expected if expected else 0.0
        scores.append(score)
    return np.array(scores)


def accuracy(y, predicted):
    """Share of predictions that are right."""
    return float(np.mean(y == predicted))


def fit(y, predicted):
    """Minus the mean squared error."""
    return -float(np.mean((y - predicted) ** 2))


def shuffles(rng, d, R, n):
    """Permutations for each column."""
    return rng.permuted(np.broadcast_to(np.arange(n), (d, R, n)), axis=2)


def test_scores_by_hand(candidate):
    """Counts are compared with those that the class sizes alone would give."""
    X = np.array([[3.0, 1.0, 5.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 1.0]])
    # Class 0 has one row of four: expected 1 and 3, 1 and 3, 3/2 and 9/2.
    expected = [4 + 4 / 3, 0.0, 3.5**2 / 1.5 + 3.5**2 / 4.5]
    assert_close(candidate.chi2_scores(X, np.array([0, 1, 1, 1])), np.array(expected))


def test_amounts_count(candidate):
    """Sums count, not whether a value is there, and a feature spread like the rows scores 0."""
    X, y = np.array([[1.0, 2.0], [9.0, 1.0], [2.0, 0.0], [8.0, 3.0]]), np.array([0, 0, 1, 1])
    assert_close(candidate.chi2_scores(X, y), np.array([0.0, 0.0]))
    assert_close(candidate.chi2_scores(X, np.array([0, 1, 0, 1])), np.array([9.8, 2 / 3]))


@given(n=st.integers(2, 12), d=st.integers(1, 4), k=st.integers(1, 4), seed=SEEDS)
def test_scores_follow_the_definition(candidate, n, d, k, seed):
    """On random counts with any labels, scores are those of a loop over the cells."""
    rng = np.random.default_rng(seed)
    X = rng.poisson(2.0, (n, d)).astype(float) + rng.uniform(0.1, 1.0, (n, d))
    y = np.array(["b", "a", "zz", "c"])[rng.integers(0, k, n)] if seed % 2 else 7 * rng.integers(0, k, n) - 7
    assert_close(candidate.chi2_scores(X, y), by_hand(X, y.tolist()), rtol=1e-7, atol=1e-9)


def test_best_scores_by_hand(candidate):
    """The greatest scores are selected, and their indices ascend."""
    scores = np.array([0.5, 3.0, -1.0, 7.0, 2.0])
    for k, expected in ((1, [3]), (2, [1, 3]), (3, [1, 3, 4]), (5, [0, 1, 2, 3, 4])):
        assert_close(candidate.select_k_best(scores, k), np.array(expected))


def test_importance_by_hand(candidate):
    """A column that the model uses costs it score when shuffled, another one nothing."""
    X, y = np.array([[0.0, 5.0], [1.0, 6.0], [2.0, 7.0], [3.0, 8.0]]), np.array([0.0, 1.0, 2.0, 3.0])
    perms = np.array([[[1, 0, 2, 3], [3, 2, 1, 0]], [[1, 0, 2, 3], [3, 2, 1, 0]]])
    got = candidate.permutation_importance(lambda Q: Q[:, 0], X, y, fit, perms)
    assert_close(got, np.array([[0.5, 5.0], [0.0, 0.0]]))


def test_importance_of_a_misleading_column(candidate):
    """Where shuffling makes the model better, the importance is negative."""
    X, y = np.array([[0.0], [1.0]]), np.array([1, 0])
    got = candidate.permutation_importance(lambda Q: Q[:, 0], X, y, accuracy, np.array([[[1, 0], [0, 1]]]))
    assert_close(got, np.array([[-1.0, 0.0]]))


@given(n=st.integers(2, 8), d=st.integers(1, 2), R=st.integers(1, 2), seed=SEEDS)
def test_importance_follows_the_definition(candidate, n, d, R, seed):
    """On random models, only one column at a time is shuffled, by its own permutation, and the order of rows matters."""
    rng = np.random.default_rng(seed)
    X, y, w, perms = rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=d), shuffles(rng, d, R, n)

    def predict(Q):
        return np.asarray(Q) @ w + np.prod(Q, axis=1)

    expected = np.empty((d, R))
    for j in range(d):
        for r in range(R):
            Q = X.copy()
            Q[:, j] = X[perms[j, r], j]
            expected[j, r] = fit(y, predict(X)) - fit(y, predict(Q))
    assert_close(candidate.permutation_importance(predict, X, y, fit, perms), expected)


def test_metric_gets_truth_first(candidate):
    """The metric is called with the true targets first, and the predictions second."""
    X, y, perms = np.array([[1.0], [2.0]]), np.array([3.0, 4.0]), np.array([[[1, 0]]])
    got = candidate.permutation_importance(lambda Q: Q[:, 0], X, y, lambda a, b: float(a[0] * 100 + b[0]), perms)
    assert_close(got, np.array([[-1.0]]))


@pytest.mark.fine
def test_empty_features(candidate):
    """A feature that is 0 everywhere scores 0, without a warning, and so does everything with one class."""
    X = np.array([[0.0, 2.0], [0.0, 0.0]])
    assert_close(candidate.chi2_scores(X, np.array([0, 1])), np.array([0.0, 2.0]))
    assert_close(candidate.chi2_scores(X, np.array([5, 5])), np.array([0.0, 0.0]))


@pytest.mark.fine
def test_ties_and_nan(candidate):
    """Of equal scores the lowest indices are selected, however many there are, and NaN comes last."""
    assert_equal(
        np.asarray(candidate.select_k_best(np.tile([1.0, 2.0], 60), 70)).tolist(), [*range(20), *range(21, 120, 2)]
    )
    scores = np.array([math.nan, -math.inf, 3.0, math.nan])
    for k, expected in ((0, []), (1, [2]), (2, [1, 2]), (3, [0, 1, 2])):
        assert_close(candidate.select_k_best(scores, k), np.array(expected))


@pytest.mark.fine
def test_calls_of_the_model(candidate):
    """The model predicts X once, then each shuffled copy, column by column, and sees the dtype of X."""
    X, seen = np.array([[1, 2], [3, 4]], dtype=np.int8), []

    def predict(Q):
        seen.append(np.array(Q))
        return Q[:, 0]

    perms = np.array([[[1, 0], [0, 1]], [[1, 0], [1, 0]]])
    candidate.permutation_importance(predict, X, X[:, 0], accuracy, perms)
    expected = [[[1, 2], [3, 4]], [[3, 2], [1, 4]], [[1, 2], [3, 4]], [[1, 4], [3, 2]], [[1, 4], [3, 2]]]
    assert_equal([Q.tolist() for Q in seen], expected)
    assert_that(all(Q.dtype == np.int8 for Q in seen), "shows the model another dtype than that of X")


@pytest.mark.fine
def test_dtypes(candidate):
    """Narrow integers do not wrap, float32 is summed in float64, and results are float64 and int64."""
    X, y = np.array([[200, 1], [100, 0], [250, 3]], dtype=np.uint8), np.array([1, 0, 1], dtype=np.int8)
    scores = candidate.chi2_scores(X, y)
    assert_close(scores, by_hand(X.astype(float), [1, 0, 1]))
    assert_dtype(scores, np.float64)
    single = np.full((5000, 1), 0.1, dtype=np.float32)
    single[0] = 1e4
    labels = np.arange(5000) % 2
    assert_close(candidate.chi2_scores(single, labels), by_hand(single.astype(float), labels.tolist()), rtol=1e-9)
    assert_dtype(candidate.select_k_best(np.array([1.0, 2.0], dtype=np.float32), 1), np.int64)
    assert_dtype(
        candidate.permutation_importance(lambda Q: Q[:, 0], X, y, accuracy, np.tile(np.arange(3), (2, 1, 1))),
        np.float64,
    )


@pytest.mark.fine
def test_invalid_scores_raise(candidate):
    """Negative or missing values, shapes that do not fit and a k that is out of range raise ValueError."""
    X, y = np.ones((3, 2)), np.array([0, 1, 0])
    for rows, labels in (
        (X * [[1], [-1], [1]], y),
        (X * [[1], [math.nan], [1]], y),
        (X, y[:2]),
        (X[0], y[:2]),
        (X, y[:, None]),
        (X[:1], y[:1, None]),
    ):
        with assert_raises(ValueError):
            candidate.chi2_scores(rows, labels)
    for k in (-1, 3):
        with assert_raises(ValueError):
            candidate.select_k_best(np.array([1.0, 2.0]), k)


@pytest.mark.fine
def test_invalid_permutations_raise(candidate):
    """Permutations that do not fit X, or targets that do not, raise ValueError."""
    X, y, perms = np.ones((3, 2)), np.zeros(3), np.tile(np.arange(3), (2, 1, 1))
    bad = (
        (X, y, perms[:1]),
        (X, y, perms[0]),
        (X, y, perms[..., :2]),
        (X, y[:1], perms),
        (X[0], y, perms),
        (X, y, perms[None]),
    )
    for rows, targets, orders in bad:
        with assert_raises(ValueError):
            candidate.permutation_importance(lambda Q: Q[:, 0], rows, targets, accuracy, orders)


@pytest.mark.scale
def test_speed_of_the_scores(candidate, reference, rng):
    """2000 rows of 150 features in 20 classes are one matrix product."""

    def prepare(subject, rng):
        X, y = rng.poisson(1.0, (2000, 150)).astype(float), rng.integers(0, 20, 2000)
        return lambda: subject.chi2_scores(X, y)

    speed(candidate, reference, prepare, rng, limit=10)
