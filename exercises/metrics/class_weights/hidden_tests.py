"""Hidden tests of class_weights."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_type, growth, put

P = np.array([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6]])
INF = math.inf


def slow_threshold(y, p, cost_fp, cost_fn):
    """All thresholds, the largest first; a later one must be better."""
    best = (INF, cost_fn * sum(y))
    for t in sorted(set(p), reverse=True):
        pairs = [(label, int(score >= t)) for label, score in zip(y, p, strict=True)]
        cost = cost_fp * pairs.count((0, 1)) + cost_fn * pairs.count((1, 0))
        if cost < best[1]:
            best = (t, cost)
    return best


def test_weights_by_hand(candidate):
    """Three rows of one class and one of the other have weights 2/3 and 2."""
    assert_close(candidate.balanced_class_weights(np.array([0, 0, 0, 1]), 2), [2 / 3, 2.0])
    assert_close(candidate.balanced_class_weights(np.array([2, 0, 1, 2, 2, 1]), 3), [2.0, 1.0, 2 / 3])


def test_balanced_data(candidate):
    """Balanced classes have weight 1."""
    assert_close(candidate.balanced_class_weights(np.array([0, 1, 2, 2, 1, 0]), 3), np.ones(3))


def test_absent_classes(candidate):
    """A class without rows has weight 0 and does not share the total."""
    assert_close(candidate.balanced_class_weights(np.array([0, 0, 0, 3]), 5), [2 / 3, 0.0, 0.0, 2.0, 0.0])
    assert_close(candidate.balanced_class_weights(np.array([1, 1]), 3), [0.0, 1.0, 0.0])


@given(y=st.lists(st.integers(0, 4), min_size=1, max_size=20))
def test_every_class_counts_the_same(candidate, y):
    """The weights of the rows add up to n, in equal parts for the classes that occur."""
    w = np.asarray(candidate.balanced_class_weights(np.array(y), 5))
    assert_close([w[c] * y.count(c) for c in set(y)], [len(y) / len(set(y))] * len(set(y)))


def test_loss_by_hand(candidate):
    """Each row's loss is weighed by its class, and divided by the sum of the rows' weights."""
    y, w = np.array([0, 1, 2]), np.array([1.0, 2.0, 5.0])
    expected = -(math.log(0.5) + 2 * math.log(0.8) + 5 * math.log(0.6)) / 8
    assert_close(candidate.weighted_cross_entropy(np.log(P), y, w), expected)
    assert_close(candidate.weighted_cross_entropy(np.log(P[:1]), y[2:], w), -math.log(0.25))
    y = np.array([2, 2, 1])
    expected = -(5 * math.log(0.25) + 5 * math.log(0.1) + 2 * math.log(0.2)) / 12
    assert_close(candidate.weighted_cross_entropy(np.log(P), y, w), expected)


def test_scale_of_the_weights_does_not_matter(candidate):
    """Twice the weights give the same loss, and equal weights the plain mean."""
    logits, y = np.log(P) + 3.0, np.array([0, 1, 2])
    plain = -(math.log(0.5) + math.log(0.8) + math.log(0.6)) / 3
    for w in (np.ones(3), np.full(3, 7.0), np.full(3, 0.01)):
        assert_close(candidate.weighted_cross_entropy(logits, y, w), plain)


def test_rows_without_weight(candidate):
    """Rows of a class with weight 0 do not count."""
    got = candidate.weighted_cross_entropy(np.log(P), np.array([0, 1, 2]), np.array([0.0, 1.0, 0.0]))
    assert_close(got, -math.log(0.8))


def test_large_logits(candidate):
    """Logits of 1000 and -1000 give finite losses, side by side."""
    logits = np.array([[1000.0, 0.0], [-1000.0, -1001.0], [0.0, 1.0]])
    got = candidate.weighted_cross_entropy(logits, np.array([1, 0, 1]), np.array([2.0, 1.0]))
    assert_close(got, (1000.0 + 3 * math.log1p(math.exp(-1))) / 4)


def test_sampler_by_hand(candidate):
    """Classes share the probability equally, and the rows of a class share its part."""
    assert_close(candidate.sampler_probabilities(np.array([0, 1, 0, 0])), [1 / 6, 1 / 2, 1 / 6, 1 / 6])
    assert_close(candidate.sampler_probabilities(np.array([7, 3, 3, -1])), [1 / 3, 1 / 6, 1 / 6, 1 / 3])
    assert_close(candidate.sampler_probabilities(np.array([4, 4])), [0.5, 0.5])


def test_threshold_by_hand(candidate):
    """Costly misses pull the threshold down, costly alarms push it up."""
    y, p = np.array([0, 1, 0, 1]), np.array([0.1, 0.4, 0.6, 0.9])
    for cost_fp, cost_fn, expected in ((1.0, 5.0, (0.4, 1.0)), (5.0, 1.0, (0.9, 1.0)), (2.0, 3.0, (0.4, 2.0))):
        assert_close(candidate.best_threshold(y, p, cost_fp, cost_fn), expected)


def test_predicting_nothing_may_be_best(candidate):
    """If alarms are dear, or there are no positives, the threshold is infinite."""
    y, p = np.array([1, 0, 0, 1]), np.array([0.2, 0.9, 0.8, 0.3])
    assert_close(candidate.best_threshold(y, p, 10.0, 1.0), (INF, 2.0))
    assert_close(candidate.best_threshold(np.zeros(3, dtype=int), np.array([0.1, 0.5, 0.9]), 1.0, 1.0), (INF, 0.0))


def test_predicting_everything_may_be_best(candidate):
    """If misses are dear the lowest score is the threshold."""
    y, p = np.array([1, 0, 0, 1]), np.array([0.2, 0.9, 0.8, 0.3])
    assert_close(candidate.best_threshold(y, p, 1.0, 10.0), (0.2, 2.0))


def test_equal_scores_go_together(candidate):
    """Rows with equal scores are all positive or all negative."""
    y, p = np.array([1, 0, 0, 1]), np.array([0.5, 0.5, 0.5, 0.7])
    assert_close(candidate.best_threshold(y, p, 1.0, 1.5), (0.7, 1.5))
    assert_close(candidate.best_threshold(y, p, 1.0, 3.0), (0.5, 2.0))


def test_largest_of_equal_thresholds(candidate):
    """Of thresholds with the same cost the largest is taken."""
    y, p = np.array([0, 1, 0, 1]), np.array([0.1, 0.4, 0.6, 0.9])
    assert_close(candidate.best_threshold(y, p, 1.0, 1.0), (0.9, 1.0))
    assert_close(candidate.best_threshold(np.array([1, 0]), np.array([0.3, 0.8]), 1.0, 1.0), (INF, 1.0))


@given(
    rows=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6)), min_size=1, max_size=12),
    costs=st.tuples(st.integers(0, 5), st.integers(0, 5)),
)
def test_random_scores(candidate, rows, costs):
    """Threshold and cost are those of trying all thresholds."""
    y, p = [row[0] for row in rows], [row[1] / 8 for row in rows]
    got = candidate.best_threshold(np.array(y), np.array(p), *map(float, costs))
    assert_close(got, slow_threshold(y, p, *map(float, costs)))


@pytest.mark.fine
def test_free_errors(candidate):
    """With free misses nothing is predicted; with free alarms the largest threshold without a miss is taken."""
    y, p = np.array([0, 1, 0, 1]), np.array([0.1, 0.4, 0.6, 0.9])
    assert_equal(candidate.best_threshold(y, p, 1.0, 0.0), (INF, 0.0))
    assert_equal(candidate.best_threshold(y, p, 0.0, 1.0), (0.4, 0.0))
    assert_equal(candidate.best_threshold(y, p, 0.0, 0.0), (INF, 0.0))


@pytest.mark.fine
def test_types(candidate):
    """Loss, threshold and cost are Python floats, also for whole costs and float32; labels may be bool."""
    loss = candidate.weighted_cross_entropy(np.log(P).astype(np.float32), np.array([0, 1, 2]), np.array([1, 2, 3]))
    got = candidate.best_threshold(np.array([False, True]), np.array([0.25, 0.75], dtype=np.float32), 1, 2)
    for value in (loss, *got):
        assert_type(value, float)
    assert_equal(got, (0.75, 0.0))
    assert_close(candidate.sampler_probabilities(np.array(["yes", "no", "no"])), [0.5, 0.25, 0.25])


@pytest.mark.fine
def test_bad_labels_are_refused(candidate):
    """No labels, and labels outside the range, raise ValueError."""
    none, logits, w = np.zeros(0, dtype=int), np.zeros((2, 3)), np.ones(3)
    for y in (none, np.array([0, 3]), np.array([-1, 2])):
        with assert_raises(ValueError):
            candidate.balanced_class_weights(y, 3)
        with assert_raises(ValueError):
            candidate.weighted_cross_entropy(logits[: len(y)], y, w)
    for y in (none, np.array([0, 2])):
        with assert_raises(ValueError):
            candidate.best_threshold(y, np.ones(len(y)), 1.0, 1.0)
    with assert_raises(ValueError):
        candidate.sampler_probabilities(none)


@pytest.mark.fine
def test_bad_weights_and_costs_are_refused(candidate):
    """Rows without any weight, and negative costs, raise ValueError."""
    with assert_raises(ValueError):
        candidate.weighted_cross_entropy(np.zeros((2, 3)), np.array([0, 1]), np.array([0.0, 0.0, 1.0]))
    for costs in ((-1.0, 1.0), (1.0, -1.0)):
        with assert_raises(ValueError):
            candidate.best_threshold(np.array([0, 1]), np.array([0.1, 0.9]), *costs)


@pytest.mark.scale
def test_threshold_does_not_scan(candidate, reference, rng):
    """The time to find a threshold grows like sorting, not like the square of the number of rows."""

    def prepare(subject, rng, n):
        y, p = put(subject, rng.integers(0, 2, size=n)), put(subject, rng.random(n))
        return lambda: subject.best_threshold(y, p, 1.0, 3.0)

    growth(candidate, reference, prepare, rng, sizes=(4000, 16000, 64000), limit=1.6)
