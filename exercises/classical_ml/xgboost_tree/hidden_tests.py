"""Hidden tests of the XGBoost tree."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, growth

SEEDS = st.integers(0, 2**32 - 1)
NAN = math.nan
LINE, PULL, ONES = np.array([1.0, 2.0, 3.0, 4.0]), np.array([-1.0, -1.0, 1.0, 1.0]), np.ones(4)


def data(rng, n, d):
    """Random features on a grid, some of them missing, with derivatives that do not tie."""
    X = rng.integers(0, 6, (n, d)).astype(float)
    X[rng.random((n, d)) < 0.25] = NAN
    return X, rng.normal(size=n), rng.uniform(0.2, 1.5, n)


def gain_of(left, g, h, lam, gamma, least):
    """Gain of sending these rows to the left, -inf if it is not allowed."""
    if min(h[left].sum(), h[~left].sum()) < least:
        return -math.inf
    parts = [g[side].sum() ** 2 / (h[side].sum() + lam) for side in (left, ~left, left | ~left)]
    return 0.5 * (parts[0] + parts[1] - parts[2]) - gamma


def splits(x):
    """All (threshold, default_left, rows on the left)."""
    values = np.unique(x[~np.isnan(x)])
    for threshold in (values[1:] + values[:-1]) / 2:
        yield threshold, True, ~(x >= threshold)
        yield threshold, False, x < threshold


def greedy(X, g, h, depth, lam, gamma, least):
    """Weights that a greedy tree gives to its own rows."""
    found = [(gain_of(left, g, h, lam, gamma, least), left) for x in X.T for _, _, left in splits(x)]
    gain, left = max(found, key=lambda split: split[0], default=(0.0, None))
    if depth == 0 or gain <= 0:
        return np.full(len(g), -g.sum() / (h.sum() + lam))
    weights = np.empty(len(g))
    for side in (left, ~left):
        weights[side] = greedy(X[side], g[side], h[side], depth - 1, lam, gamma, least)
    return weights


def test_split_by_hand(candidate):
    """The gain is half of the bracket minus gamma, and the threshold is a midpoint, whatever the order of the rows."""
    threshold, gain, _ = candidate.best_split(LINE, PULL, ONES, 1.0, 0.25)
    assert_close(threshold, 2.5)
    assert_close(gain, 0.5 * (4 / 3 + 4 / 3) - 0.25)
    threshold, gain, _ = candidate.best_split(
        np.array([9.0, 1.0, 5.0]), np.array([3.0, -2.0, -2.0]), np.ones(3), 0.0, 0.0
    )
    assert_close(threshold, 7.0)
    assert_close(gain, 0.5 * (9.0 + 8.0 - 1 / 3))


def test_no_gain(candidate):
    """Where gamma eats the gain, or all rows pull alike, there is no split."""
    assert_equal(candidate.best_split(LINE, PULL, ONES, 1.0, 1.34), None)
    assert_equal(candidate.best_split(LINE, ONES, ONES, 1.0, 0.0), None)


def test_missing_values_choose_their_side(candidate):
    """Missing values go where they gain more, wherever they stand, and no threshold depends on them."""
    x = np.array([NAN, 1.0, 2.0, NAN, 3.0, 4.0])
    for pull, default_left in ((-1.0, True), (1.0, False)):
        g = np.array([pull, -1.0, -1.0, pull, 1.0, 1.0])
        threshold, gain, side = candidate.best_split(x, g, np.ones(6), 1.0, 0.0)
        assert_close(threshold, 2.5)
        assert_that(bool(side) == default_left, f"sends missing values {'left' if side else 'right'}")
        assert_close(gain, 0.5 * (16 / 5 + 4 / 3 - 4 / 7))


def test_least_weight_of_a_child(candidate):
    """A child with too little H is not allowed, so another split wins, or none."""
    g, h = np.array([5.0, -1.0, -1.0, -1.0]), np.array([0.5, 1.0, 1.0, 1.0])
    assert_close(candidate.best_split(LINE, g, h, 1.0, 0.0)[0], 1.5)
    assert_close(candidate.best_split(LINE, g, h, 1.0, 0.0, 1.0)[0], 2.5)
    assert_equal(candidate.best_split(LINE, g, h, 1.0, 0.0, 2.0), None)


@given(n=st.integers(2, 12), lam=st.sampled_from([0.0, 1.0]), least=st.sampled_from([0.0, 1.0]), seed=SEEDS)
def test_split_has_the_greatest_gain(candidate, n, lam, least, seed):
    """On random rows with repeated and missing values, the gain is the greatest of all splits, and that of its own."""
    X, g, h = data(np.random.default_rng(seed), n, 1)
    gains = {(t, side): gain_of(left, g, h, lam, 0.1, least) for t, side, left in splits(X[:, 0])}
    best = max(gains.values(), default=0.0)
    got = candidate.best_split(X[:, 0], g, h, lam, 0.1, least)
    if abs(best) < 1e-9:
        return
    if best < 0 or got is None:
        assert_that((best > 0) == (got is not None), f"is {got}, where the greatest gain is {best:.4g}")
        return
    assert_close(got[1], best)
    matching = [gain for (t, side), gain in gains.items() if abs(t - got[0]) < 1e-9 and side == bool(got[2])]
    assert_that(len(matching) == 1, f"has the threshold {got[0]}, which is no midpoint")
    assert_close(matching[0], best)


def test_tree_by_hand(candidate):
    """A tree of depth 2 splits both sides; rows at a threshold go right, missing ones to the default side."""
    X = np.array([[1.0, 0.0], [1.0, 9.0], [5.0, 0.0], [5.0, 9.0], [NAN, 0.0]])
    g, h = np.array([-8.0, -4.0, 2.0, 6.0, 2.0]), np.ones(5)
    tree = candidate.BoostedTree(2, 0.0, 0.0, 0.0).fit(X, g, h)
    Q = np.array([[0.0, 0.0], [2.9, 4.5], [3.0, 4.4], [NAN, 9.0], [NAN, -9.0]])
    assert_close(tree.predict(Q), np.array([8.0, 4.0, -2.0, -6.0, -2.0]))


@given(n=st.integers(1, 14), depth=st.integers(0, 4), lam=st.sampled_from([0.1, 1.0]), seed=SEEDS)
def test_tree_follows_the_definition(candidate, n, depth, lam, seed):
    """On random rows, the weights are those of a greedy search over all features, thresholds and default sides."""
    X, g, h = data(np.random.default_rng(seed), n, 3)
    tree = candidate.BoostedTree(depth, lam, 0.05, 0.4).fit(X, g, h)
    assert_close(tree.predict(X), greedy(X, g, h, depth, lam, 0.05, 0.4), rtol=1e-6, atol=1e-8)


@pytest.mark.fine
def test_ties(candidate):
    """Of equal gains, the lowest feature, then the lowest threshold, then the left side for missing values win."""
    assert_equal(candidate.best_split(LINE, np.array([1.0, 0.0, 0.0, -1.0]), ONES, 0.0, 0.0)[0], 1.5)
    assert_equal(candidate.best_split(LINE, PULL, ONES, 1.0, 0.0)[2], True)
    assert_equal(candidate.best_split(np.append(LINE, NAN), np.append(PULL, 0.0), np.ones(5), 1.0, 0.0)[2], True)
    tree = candidate.BoostedTree(1, 1.0, 0.0, 0.0).fit(np.column_stack([ONES, LINE, -LINE]), PULL, ONES)
    assert_close(
        tree.predict(np.array([[0.0, 1.0, 9.0], [0.0, 9.0, -9.0], [0.0, 1.0, -9.0]])), np.array([2, -2, 2]) / 3
    )
    # New missing values follow the default, which is the left without any in training.
    assert_close(tree.predict(np.array([[NAN, NAN, NAN]])), np.array([2 / 3]))


@pytest.mark.fine
def test_zero_denominators(candidate):
    """Where H + lam is 0, weight and score are 0, without a warning."""
    got = candidate.best_split(LINE, PULL, np.array([0.0, 0.0, 1.0, 1.0]), 0.0, 0.0)
    assert_close(got[:2], (2.5, 0.5 * 4 / 2))
    assert_close(candidate.best_split(LINE, PULL, 0.0 * ONES, 1.0, 0.0)[1], 4.0)
    tree = candidate.BoostedTree(1, 0.0, 0.0, 0.0).fit(LINE[:, None], PULL, np.array([0.0, 0.0, 1.0, 1.0]))
    assert_close(tree.predict(LINE[:, None]), np.array([0.0, 0.0, -1.0, -1.0]))


@pytest.mark.fine
def test_features_without_a_split(candidate):
    """Constant features, features with one value and features without any give no split."""
    for x in (ONES, np.full(4, NAN), np.array([NAN, 3.0, NAN, 3.0])):
        assert_equal(candidate.best_split(x, PULL, ONES, 1.0, 0.0), None)
    assert_equal(candidate.best_split(ONES[:1], PULL[:1], ONES[:1], 1.0, 0.0), None)
    assert_equal(candidate.best_split(LINE, PULL, ONES, 0.0, 2.0), None)


@pytest.mark.fine
def test_types(candidate):
    """Results are Python numbers, and narrow integers do not wrap."""
    x, g, h = (
        np.array([200, 250, 3], dtype=np.uint8),
        np.array([-100, 100, -100], dtype=np.int8),
        np.ones(3, dtype=bool),
    )
    assert_equal(candidate.best_split(x, g, h, 0, 0), (225.0, 0.5 * (20000.0 + 10000.0 - 10000.0 / 3), True))
    tree = candidate.BoostedTree(0, 1.0, 0.0, 0.0).fit(x[:, None], np.full(3, 100, dtype=np.int8), h)
    assert_close(tree.predict(x[:, None]), np.full(3, -75.0))


@pytest.mark.fine
def test_invalid_input_raises(candidate):
    """Negative lam or depth, no rows and shapes that do not fit raise ValueError."""
    X = LINE[:, None]
    for x, g, h, lam in ((LINE, PULL, ONES, -0.1), (LINE, PULL[:3], ONES, 1), (LINE, PULL, ONES[:1], 1), (X, X, X, 1)):
        with assert_raises(ValueError):
            candidate.best_split(x, g, h, lam, 0.0)
    with assert_raises(ValueError):
        candidate.best_split(LINE[:0], PULL[:0], ONES[:0], 1.0, 0.0)
    for depth, lam in ((-1, 1.0), (1, -1.0)):
        with assert_raises(ValueError):
            candidate.BoostedTree(depth, lam, 0.0, 0.0)
    for rows, g, h in ((LINE, PULL, ONES), (X, PULL[:3], ONES), (X, PULL, ONES[:3]), (X[:0], PULL[:0], ONES[:0])):
        with assert_raises(ValueError):
            candidate.BoostedTree(0, 1.0, 0.0, 0.0).fit(rows, g, h)


@pytest.mark.scale
@pytest.mark.call_s(8)
def test_growth_of_the_search(candidate, reference, rng):
    """Four times the rows take little more than four times as long."""

    def prepare(subject, rng, n):
        x, g, h = rng.normal(size=n), rng.normal(size=n), rng.uniform(0.5, 1.0, n)
        x[::5] = NAN
        return lambda: subject.best_split(x, g, h, 1.0, 0.0)[:2]

    growth(candidate, reference, prepare, rng, sizes=(1000, 4000, 16000), limit=1.5)
