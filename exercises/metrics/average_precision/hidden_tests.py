"""Hidden tests of average_precision."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_raises,
    assert_shape,
    assert_that,
    assert_type,
    speed,
)

INF = math.inf
BOTH = pytest.mark.parametrize("name", ["average_precision", "precision_recall_curve"])


def slow_curve(y, score):
    """Apply every threshold in turn."""
    y, score = [int(t) for t in y], score.tolist()
    thresholds = sorted(set(score), reverse=True)
    precision, recall = [], []
    for threshold in thresholds:
        accepted = [t for s, t in zip(score, y, strict=True) if s >= threshold]
        precision.append(sum(accepted) / len(accepted))
        recall.append(sum(accepted) / sum(y) if any(y) else 0.0)
    return np.array(precision), np.array(recall), np.array(thresholds)


def slow_average(y, score):
    """Mean over the ones of the precision at their own score."""
    precision, _, thresholds = slow_curve(y, score)
    at = dict(zip(thresholds.tolist(), precision.tolist(), strict=True))
    values = [at[s] for s, t in zip(score.tolist(), y.tolist(), strict=True) if t == 1]
    return math.fsum(values) / len(values) if values else 0.0


def assert_curve(got, y, score):
    """Check a curve in either direction, with or without a point of recall 0 and those after full recall."""
    assert_that(isinstance(got, (tuple, list)) and len(got) == 3, "is not (precision, recall, thresholds)", got)
    precision, recall, thresholds = (np.asarray(part, dtype=np.float64) for part in got)
    assert_that(precision.shape == recall.shape and precision.ndim == thresholds.ndim == 1, "has odd shapes", got)
    if recall[0] > recall[-1] or thresholds[0] < thresholds[-1]:
        precision, recall, thresholds = precision[::-1], recall[::-1], thresholds[::-1]
    if (precision[0], recall[0]) == (1.0, 0.0):
        added = len(precision) > len(thresholds)
        precision, recall, thresholds = precision[1:], recall[1:], thresholds if added else thresholds[1:]
    expected = slow_curve(y, score)
    full = int(np.argmax(expected[1] > 1.0 - 1e-12)) + 1
    size = min(max(len(precision), full), len(expected[0]))
    assert_close((precision, recall, thresholds), tuple(part[:size] for part in expected))


def slow(name, y, score):
    """Return what the entry point of this name should give."""
    return slow_average(y, score) if name == "average_precision" else slow_curve(y, score)


def draw(seed, n, levels):
    """Labels, perhaps of one class only, and scores with many ties."""
    rng = np.random.default_rng(seed)
    return (rng.random(n) < rng.random()).astype(np.int64), rng.integers(0, levels, size=n) / 4 - 1


def test_average_by_hand(candidate):
    """Each gain in recall counts with the precision at its threshold."""
    got = candidate.average_precision(np.array([1, 0, 1, 0, 0]), np.array([0.9, 0.5, 0.5, 0.7, 0.1]))
    assert_close(got, 0.5 * 1 + 0.5 * 2 / 4)
    got = candidate.average_precision(np.array([0, 1, 0, 0, 1, 1]), np.array([6, 5, 4, 3, 2, 1]))
    assert_close(got, (1 / 2 + 2 / 5 + 3 / 6) / 3)


def test_later_precision_does_not_count(candidate):
    """A precision that rises again further down is no help to earlier steps, and between points nothing is drawn."""
    y, score = np.array([0, 1, 1, 1]), np.array([4.0, 3.0, 2.0, 1.0])
    assert_close(candidate.average_precision(y, score), (1 / 2 + 2 / 3 + 3 / 4) / 3)
    assert_curve(candidate.precision_recall_curve(y, score), y, score)


def test_average_of_ties(candidate):
    """Scores that are all equal have the share of ones as average precision; smaller groups count as one step too."""
    for y in ([1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]):
        assert_close(candidate.average_precision(np.array(y), np.full(4, 0.3)), 0.25)
    for y in ([1, 0, 1, 0, 1], [0, 1, 1, 1, 0]):
        assert_close(candidate.average_precision(np.array(y), np.array([2, 2, 1, 1, 1])), 1 / 3 * 1 / 2 + 2 / 3 * 3 / 5)


def test_perfect_and_reversed(candidate):
    """A perfect ranking has average precision 1; a reversed one still has more than 0."""
    y, score = np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 3.0, 4.0])
    assert_close(candidate.average_precision(y, score), 1.0)
    assert_close(candidate.average_precision(y, -score), (1 / 3 + 2 / 4) / 2)


def test_only_the_order_of_scores_matters(candidate, rng):
    """An increasing transform of the scores, or another order of the examples, does not change the average."""
    y, score = rng.permutation(np.arange(30) % 3 == 0), rng.normal(size=30)
    expected = slow_average(y, score)
    for other in (np.exp(score), 1e6 * score - 1e9, np.argsort(np.argsort(score))):
        assert_close(candidate.average_precision(y, other), expected)
    order = rng.permutation(30)
    assert_close(candidate.average_precision(y[order], score[order]), expected)


@given(n=st.integers(1, 12), levels=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_average_is_a_mean_over_ones(candidate, n, levels, seed):
    """The average is the mean, over the ones, of the precision at their own score."""
    y, score = draw(seed, n, levels)
    y[seed % n] = 1
    assert_close(candidate.average_precision(y, score), slow_average(y, score))


def test_curve_by_hand(candidate):
    """Each different score gives one point, with precision and recall of the examples that reach it."""
    y, score = np.array([1, 0, 1, 0, 0]), np.array([0.9, 0.5, 0.5, 0.7, 0.1])
    assert_curve(candidate.precision_recall_curve(y, score), y, score)
    y, score = np.array([0, 1, 0, 0, 1]), np.array([6, 5, 4, 3, 2])
    assert_curve(candidate.precision_recall_curve(y, score), y, score)


def test_ties_make_one_point(candidate):
    """Equal scores pass the threshold together, whatever the order of their labels."""
    for labels in ([1, 0, 1, 0], [0, 0, 1, 1], [1, 1, 0, 0]):
        y, score = np.array(labels), np.array([2, 2, 2, 2])
        assert_curve(candidate.precision_recall_curve(y, score), y, score)


@given(n=st.integers(1, 12), levels=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_curve_applies_thresholds(candidate, n, levels, seed):
    """The curve is what applying every threshold in turn gives."""
    y, score = draw(seed, n, levels)
    y[seed % n] = 1
    assert_curve(candidate.precision_recall_curve(y, score), y, score)


@pytest.mark.fine
def test_points_in_order(candidate):
    """There is one point for each score, from the greatest to the least, and no other point is added."""
    y, score = np.array([1, 0, 1, 0, 0]), np.array([0.9, 0.5, 0.5, 0.7, 0.1])
    precision, recall, thresholds = candidate.precision_recall_curve(y, score)
    assert_close(precision, np.array([1, 1 / 2, 2 / 4, 2 / 5]))
    assert_close(recall, np.array([0.5, 0.5, 1.0, 1.0]))
    assert_close(thresholds, np.array([0.9, 0.7, 0.5, 0.1]))


@pytest.mark.fine
@given(n=st.integers(1, 12), levels=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_every_point_in_order(candidate, n, levels, seed):
    """On random examples, perhaps of one class only, the arrays are those of applying every threshold in turn."""
    y, score = draw(seed, n, levels)
    assert_close(candidate.precision_recall_curve(y, score), slow_curve(y, score))
    assert_close(candidate.average_precision(y, score), slow_average(y, score))


@pytest.mark.fine
def test_points_after_full_recall(candidate):
    """Points stay after recall has reached 1, and before the first one is found."""
    precision, recall, thresholds = candidate.precision_recall_curve(np.array([0, 1, 0, 0]), np.array([9, 8, 7, 6]))
    assert_close(precision, np.array([0, 1 / 2, 1 / 3, 1 / 4]))
    assert_close(recall, np.array([0.0, 1.0, 1.0, 1.0]))
    assert_close(thresholds, np.array([9.0, 8.0, 7.0, 6.0]))


@pytest.mark.fine
def test_no_ones(candidate):
    """Without ones the average precision is 0.0 and all precisions and recalls are 0, without a warning."""
    for n in (1, 3):
        y, score = np.zeros(n, dtype=np.int64), np.arange(float(n))
        assert_close(candidate.average_precision(y, score), 0.0)
        precision, recall, thresholds = candidate.precision_recall_curve(y, score)
        assert_close(precision, np.zeros(n))
        assert_close(recall, np.zeros(n))
        assert_close(thresholds, score[::-1])


@pytest.mark.fine
def test_only_ones(candidate):
    """With ones only, every precision and the average are 1."""
    for n in (1, 3):
        y, score = np.ones(n, dtype=np.int64), np.arange(float(n))
        assert_close(candidate.average_precision(y, score), 1.0)
        precision, recall, _ = candidate.precision_recall_curve(y, score)
        assert_close(precision, np.ones(n))
        assert_close(recall, np.arange(1, n + 1) / n)


@pytest.mark.fine
def test_scores_that_differ_in_the_last_bit(candidate):
    """Scores are equal only if they are equal: neighbours among floats or large integers are told apart."""
    low = 1e8
    high = np.nextafter(low, INF)
    assert_close(candidate.average_precision(np.array([0, 1]), np.array([low, high])), 1.0)
    assert_shape(candidate.precision_recall_curve(np.array([0, 1]), np.array([low, high]))[2], (2,))
    y, score = np.array([0, 1]), np.array([2**53, 2**53 + 1])
    assert_close(candidate.average_precision(y, score), 1.0)
    assert_shape(candidate.precision_recall_curve(y, score)[2], (2,))


@pytest.mark.fine
@BOTH
def test_infinite_scores(candidate, name):
    """Infinite scores rank above and below all others, and tie with each other."""
    y, score = np.array([1, 0, 1, 0, 1, 0]), np.array([INF, INF, 1.0, -INF, -INF, 2.0])
    assert_close(getattr(candidate, name)(y, score), slow(name, y, score))


@pytest.mark.fine
def test_types_of_the_results(candidate):
    """The average is a Python float, also without ones; precision and recall are float64."""
    score = np.array([0.9, 0.5, 0.5, 0.7, 0.1])
    for y in (np.array([1, 0, 1, 0, 0]), np.zeros(5, dtype=np.int64)):
        assert_type(candidate.average_precision(y, score), float)
        precision, recall, _ = candidate.precision_recall_curve(y, score)
        assert_dtype(precision, "float64")
        assert_dtype(recall, "float64")


@pytest.mark.fine
@BOTH
def test_label_and_score_dtypes(candidate, name):
    """Labels may be booleans, floats or narrow integers, scores integers or float32."""
    y, score = np.array([0, 1, 1, 0, 1]), np.array([3, 200, 0, 100, 3])
    expected = slow(name, y, score)
    for labels in (y.astype(bool), y.astype(float), y.astype(np.uint8), y.astype(np.int8), y.astype(np.float16)):
        assert_close(getattr(candidate, name)(labels, score), expected)
    for scores in (score.astype(np.uint8), score.astype(np.float32), score.astype(np.int16)):
        assert_close(getattr(candidate, name)(y, scores), expected)


@pytest.mark.fine
@BOTH
def test_strided_input(candidate, name):
    """Strided views are treated like any other array."""
    y, score = np.arange(12) % 3 % 2, np.arange(12) * 7 % 5 / 4
    assert_close(getattr(candidate, name)(y[::-2], score[::-2]), slow(name, y[::-2], score[::-2]))


@pytest.mark.fine
@BOTH
def test_bad_input_is_refused(candidate, name):
    """No examples, other labels than 0 and 1, NaN scores and shapes other than two equal vectors raise ValueError."""
    f = getattr(candidate, name)
    y, score = np.array([0, 1, 1]), np.array([0.1, 0.2, 0.3])
    with assert_raises(ValueError):
        f(np.array([], dtype=np.int64), np.array([]))
    for labels in (
        np.array([0, 1, 2]),
        np.array([-1, 1, 1]),
        np.array([0.0, 0.5, 1.0]),
        np.array([0.0, math.nan, 1.0]),
    ):
        with assert_raises(ValueError):
            f(labels, score)
    for scores in (np.array([0.1, math.nan, 0.3]), np.array([0.1, 0.2]), np.array([[0.1, 0.2, 0.3]]), np.array([0.5])):
        with assert_raises(ValueError):
            f(y, scores)
    with assert_raises(ValueError):
        f(y[:, None], score[:, None])


@pytest.mark.scale
def test_many_examples(candidate, reference, rng):
    """Twenty thousand examples take about as long as sorting them."""

    def prepare(subject, rng):
        y, score = rng.permutation(np.arange(20_000) % 2), rng.normal(size=20_000)
        return lambda: subject.average_precision(y, score)

    speed(candidate, reference, prepare, rng, limit=10)
