"""Hidden tests of AdaBoost."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_that, growth

SEEDS = st.integers(0, 2**32 - 1)
XOR = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]])


def column(*values):
    """Points on a line, as a matrix."""
    return np.array(values, dtype=np.float64)[:, None]


def labels(stump, X):
    """What a stump predicts."""
    feature, threshold, left, right = stump
    return np.where(X[:, int(feature)] <= threshold, left, right)


def least_error(X, y, w, k):
    """The least weight of wrong rows over all splits."""
    errors = []
    for x in X.T:
        for cut in np.unique(x)[:-1]:
            sides = (x <= cut, x > cut)
            errors.append(w.sum() - sum(max(w[side & (y == c)].sum() for c in range(k)) for side in sides))
    return min(errors)


def test_stump_by_hand(candidate):
    """The threshold is the midpoint between the rows that it parts, whatever their order, and sides get their label."""
    got = candidate.fit_stump(column(8, 1, 4, 2), np.array([1, 0, 1, 0]), np.full(4, 0.25), 2)
    assert_close(got, (0, 3.0, 0, 1))
    X = np.array([[1.0, 5.0], [2.0, 9.0], [3.0, 4.0], [0.0, 7.5]])
    assert_close(candidate.fit_stump(X, np.array([2, 0, 2, 0]), np.full(4, 0.25), 3), (1, 6.25, 2, 0))


def test_stump_minds_the_weights(candidate):
    """A heavy row decides where to split, and which label a side gets."""
    X, y = column(1, 2, 3, 4), np.array([0, 1, 0, 0])
    assert_close(candidate.fit_stump(X, y, np.array([0.4, 0.35, 0.15, 0.1]), 2), (0, 1.5, 0, 1))
    assert_close(candidate.fit_stump(X, y, np.array([0.3, 0.1, 0.3, 0.3]), 2)[2:], (0, 0))
    assert_close(candidate.fit_stump(X, y, np.array([0.1, 0.5, 0.2, 0.2]), 2), (0, 2.5, 1, 0))


@given(n=st.integers(2, 10), d=st.integers(1, 3), k=st.integers(2, 4), seed=SEEDS)
def test_stump_has_the_least_error(candidate, n, d, k, seed):
    """On random rows with repeated values, no split has a smaller weight of wrong rows."""
    rng = np.random.default_rng(seed)
    X, y, w = rng.integers(0, 4, (n, d)).astype(float), rng.integers(0, k, n), rng.dirichlet(np.ones(n))
    X[:2, 0] = 0.0, 1.0
    stump = candidate.fit_stump(X, y, w, k)
    assert_close(w[labels(stump, X) != y].sum(), least_error(X, y, w, k), rtol=1e-9, atol=1e-12)


def test_votes_by_hand(candidate):
    """With two classes, alpha is the log-odds of being right, and wrong rows gain weight."""
    X, y = column(1, 2, 3, 4), np.array([0, 0, 1, 0])
    # Errors 1/4, 1/6 and 1/5: the weights become 1/6, 1/6, 1/2, 1/6, then 1/10, 1/10, 3/10, 1/2.
    model = candidate.AdaBoost(3).fit(X, y)
    assert_close(model.alphas_, [math.log(3), math.log(5), math.log(4)])
    assert_close(model.predict(X), y)


def test_votes_of_three_classes(candidate):
    """With three classes, ln 2 is added to every alpha."""
    model = candidate.AdaBoost(1).fit(column(1, 2, 3, 4, 5), np.array([0, 0, 1, 1, 2]))
    assert_close(model.alphas_, [math.log(4) + math.log(2)])
    assert_close(model.stumps_, [(0, 2.5, 0, 1)])
    assert_close(model.decision_scores(column(2.5, 9)), math.log(8) * np.array([[1, 0, 0], [0, 1, 0]]))


@given(n=st.integers(4, 14), k=st.integers(2, 4), seed=SEEDS)
def test_rounds_follow_the_definition(candidate, n, k, seed):
    """On random rows, each stump is best for the weights that its predecessors leave, and has the vote it deserves."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(n, 2)), rng.permutation(np.arange(n) % k)
    w = np.full(n, 1 / n)
    if least_error(X, y, w, k) < 1e-9:
        return
    model = candidate.AdaBoost(5).fit(X, y)
    for stump, alpha in zip(model.stumps_, model.alphas_, strict=True):
        error, wrong = least_error(X, y, w, k), labels(stump, X) != y
        if error > 1 - 1 / k - 1e-9:
            return
        assert_close(w[wrong].sum(), error, rtol=1e-7, atol=1e-12)
        assert_close(alpha, math.log((1 - error) / error) + math.log(k - 1), rtol=1e-7, atol=1e-9)
        w = w * np.exp(alpha * wrong)
        w /= w.sum()


@given(n=st.integers(4, 14), k=st.integers(2, 4), seed=SEEDS)
def test_scores_add_up_the_votes(candidate, n, k, seed):
    """On new rows, scores are sums of alphas by class, and the prediction has the greatest score."""
    rng = np.random.default_rng(seed)
    model = candidate.AdaBoost(6).fit(rng.normal(size=(n, 2)), rng.permutation(np.arange(n) % k))
    Q, expected = rng.normal(size=(5, 2)), np.zeros((5, k))
    for stump, alpha in zip(model.stumps_, model.alphas_, strict=True):
        expected[np.arange(5), labels(stump, Q).astype(int)] += alpha
    assert_close(model.decision_scores(Q), expected)
    chosen = expected[np.arange(5), np.asarray(model.predict(Q)).astype(int)]
    assert_close(chosen, expected.max(axis=1))


def test_perfect_stump(candidate):
    """A stump without errors has the vote 1 and is the last."""
    model = candidate.AdaBoost(10).fit(column(1, 2, 3, 4), np.array([1, 1, 0, 0]))
    assert_close(model.alphas_, [1.0])
    assert_close(model.decision_scores(column(0, 5)), np.array([[0.0, 1.0], [1.0, 0.0]]))


def test_boosting_beats_one_stump(candidate, rng):
    """Forty stumps follow a slanted border that one stump cannot."""
    X = rng.uniform(-1, 1, (150, 2))
    y = (X.sum(axis=1) > 0).astype(int)
    wrong = [float(np.mean(np.asarray(candidate.AdaBoost(r).fit(X, y).predict(X)) != y)) for r in (1, 40)]
    assert_that(wrong[1] < 0.6 * wrong[0], f"has training errors {wrong} after 1 and 40 rounds")


@pytest.mark.fine
def test_ties_of_stumps(candidate):
    """Of equally good stumps, the lowest feature comes first, then the lowest threshold, then the smallest labels."""
    X, y = np.array([[0.0, 1.0, 3.0], [0.0, 2.0, 2.0], [0.0, 3.0, 1.0]]), np.array([0, 1, 0])
    assert_equal(candidate.fit_stump(X, y, np.array([0.25, 0.25, 0.25]), 2), (1, 1.5, 0, 0))
    assert_equal(candidate.fit_stump(column(1, 1, 2, 2), np.array([2, 1, 0, 1]), np.full(4, 0.25), 3), (0, 1.5, 1, 0))


@pytest.mark.fine
def test_constant_columns(candidate):
    """Without any split, the stump gives the heaviest label to every row."""
    X, y = np.ones((3, 2)), np.array([0, 1, 1])
    assert_equal(candidate.fit_stump(X, y, np.array([0.5, 0.2, 0.2]), 2), (0, math.inf, 0, 0))
    model = candidate.AdaBoost(4).fit(X, y)
    assert_close(model.alphas_[:1], [math.log(2)])
    assert_close(model.predict(2 * X), np.array([1, 1, 1]))


@pytest.mark.fine
def test_no_better_than_chance(candidate):
    """Boosting stops when the best stump does no better than chance, and keeps it only if it is the first."""
    model = candidate.AdaBoost(5).fit(XOR, np.array([0, 0, 1, 1]))
    assert_close(model.alphas_, [1.0])
    assert_close(model.predict(XOR), np.zeros(4))
    model = candidate.AdaBoost(5).fit(np.ones((3, 1)), np.array([0, 1, 1]))
    assert_close(model.alphas_, [math.log(2)])
    # With three classes, chance is an error of 2/3.
    model = candidate.AdaBoost(5).fit(np.ones((5, 1)), np.array([0, 1, 1, 2, 2]))
    assert_close(model.alphas_[:1], [math.log(2 / 3) + math.log(2)])
    model = candidate.AdaBoost(5).fit(np.ones((3, 1)), np.array([0, 1, 2]))
    assert_close(model.alphas_, [1.0])


@pytest.mark.fine
def test_ties_of_scores(candidate):
    """Of equal scores the smallest label wins."""
    assert_equal(np.asarray(candidate.AdaBoost(3).fit(XOR, np.array([1, 1, 0, 0])).predict(XOR)).tolist(), [0] * 4)


@pytest.mark.fine
def test_types(candidate):
    """A stump is of Python numbers, narrow integers do not wrap, and scores are float64."""
    X, y = np.array([[250], [254], [3]], dtype=np.uint8), np.array([1, 0, 1])
    assert_equal(candidate.fit_stump(X, y, np.array([0.5, 0.5, 0.125]), 2), (0, 252.0, 1, 0))
    assert_equal(candidate.fit_stump(column(1e8 + 1, 1e8 + 3), y[:2], np.array([0.5, 0.5]), 2), (0, 1e8 + 2, 1, 0))
    model = candidate.AdaBoost(2).fit(X, y)
    assert_dtype(model.decision_scores(X), np.float64)
    assert_close(model.predict(X), y)


@pytest.mark.fine
def test_small_data_and_refits(candidate):
    """One row, one class and no queries are legal, and a second fit replaces the first."""
    model = candidate.AdaBoost(3)
    for X, y, Q in (
        (XOR, np.array([0, 2, 1, 0]), XOR),
        (column(7), np.array([0]), column(1, 9)),
        (XOR, np.zeros(4, int), XOR),
    ):
        model.fit(X, y)
        assert_close(model.decision_scores(Q[:0]), np.zeros((0, y.max() + 1)))
    assert_close(model.alphas_, [1.0])
    assert_close(model.decision_scores(XOR), np.ones((4, 1)))


@pytest.mark.fine
def test_invalid_input_raises(candidate):
    """No rows, shapes that do not fit, negative labels and no rounds raise ValueError."""
    X, y = column(1, 2, 3), np.array([0, 1, 0])
    for rows, targets in ((X[:0], y[:0]), (X[:, 0], y), (X, y[:2]), (X, y[:, None]), (X, y - 1), (X[:1], y[:1, None])):
        with assert_raises(ValueError):
            candidate.AdaBoost(2).fit(rows, targets)
    with assert_raises(ValueError):
        candidate.AdaBoost(0)


@pytest.mark.scale
@pytest.mark.call_s(8)
def test_growth_of_a_stump(candidate, reference, rng):
    """A stump takes about twice the time for twice the rows."""

    def prepare(subject, rng, n):
        X, y, w = rng.normal(size=(n, 2)), rng.integers(0, 3, n), rng.dirichlet(np.ones(n))
        return lambda: subject.fit_stump(X, y, w, 3)

    growth(candidate, reference, prepare, rng, sizes=(500, 2000, 8000), limit=1.5)
