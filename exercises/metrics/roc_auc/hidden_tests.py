"""Hidden tests of roc_auc."""

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


def pair_auc(y, score):
    """Compare every positive with every negative."""
    wins = [(p > q) + 0.5 * (p == q) for p in score[y == 1].tolist() for q in score[y == 0].tolist()]
    return sum(wins) / len(wins)


def slow_curve(y, score):
    """Apply every threshold in turn."""
    thresholds = [INF, *sorted(set(score.tolist()), reverse=True)]
    rates = []
    for label in (0, 1):
        scores = [s for s, t in zip(score.tolist(), y.tolist(), strict=True) if t == label]
        # The point at infinity accepts nothing, not even an infinite score.
        rates.append([0.0, *(sum(s >= t for s in scores) / len(scores) for t in thresholds[1:])])
    return np.array(rates[0]), np.array(rates[1]), np.array(thresholds)


def assert_curve(got, y, score):
    """Check a curve in either direction, with or without the points that lie on a straight line."""
    assert_that(isinstance(got, (tuple, list)) and len(got) == 3, "is not (fpr, tpr, thresholds)", got)
    fpr, tpr, thresholds = (np.asarray(part, dtype=np.float64) for part in got)
    assert_that(fpr.ndim == 1 and fpr.shape == tpr.shape == thresholds.shape, "is not three vectors of one length", got)
    if fpr[0] + tpr[0] > fpr[-1] + tpr[-1]:
        fpr, tpr, thresholds = fpr[::-1], tpr[::-1], thresholds[::-1]
    # Every point is what its threshold gives; one above all scores accepts nothing.
    for rate, label in ((fpr, 0), (tpr, 1)):
        assert_close(rate, np.array([(score[y == label] >= t).mean() if t < INF else 0.0 for t in thresholds]))
    # Nothing is missing but points on a line: the corners are there, and the two ends.
    wanted = np.column_stack(slow_curve(y, score)[:2])
    steps = np.diff(wanted, axis=0)
    turns = np.abs(steps[:-1, 0] * steps[1:, 1] - steps[:-1, 1] * steps[1:, 0]) > 1e-12
    found = np.column_stack([fpr, tpr])
    for corner in wanted[np.concatenate([[True], turns, [True]])]:
        there = bool((np.abs(found - corner).max(axis=1) < 1e-9).any())
        assert_that(there, f"lacks the point ({corner[0]:g}, {corner[1]:g})", got)


def draw(seed, n, levels):
    """Labels of both classes and scores with many ties."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % 2)
    return y, rng.integers(0, levels, size=n) / 4


def test_auc_by_hand(candidate):
    """Of six pairs, the ones win four and tie one."""
    y, score = np.array([1, 0, 1, 0, 0]), np.array([0.9, 0.5, 0.5, 0.7, 0.1])
    assert_close(candidate.roc_auc(y, score), 4.5 / 6)


def test_ties_count_half(candidate):
    """A positive and a negative of equal score count one half, whatever the order of the examples."""
    for y in ([1, 0, 1, 0], [0, 0, 1, 1], [1, 1, 0, 0]):
        assert_close(candidate.roc_auc(np.array(y), np.full(4, 0.3)), 0.5)
    y, score = np.array([0, 1, 1, 0, 1]), np.array([1, 1, 1, 3, 3])
    assert_close(candidate.roc_auc(y, score), (2 * 0.5 + 0.5 + 1) / 6)


def test_perfect_and_reversed(candidate):
    """A perfect ranking has area 1, a reversed one 0."""
    y, score = np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 3.0, 4.0])
    assert_close(candidate.roc_auc(y, score), 1.0)
    assert_close(candidate.roc_auc(y, -score), 0.0)
    assert_close(candidate.roc_auc(1 - y, score), 0.0)


@given(n=st.integers(2, 12), levels=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_auc_counts_pairs(candidate, n, levels, seed):
    """The area is the share of pairs won, ties counting half."""
    y, score = draw(seed, n, levels)
    assert_close(candidate.roc_auc(y, score), pair_auc(y, score))


def test_increasing_transforms_change_nothing(candidate, rng):
    """Only the order of the scores matters to the area."""
    y, score = rng.permutation(np.arange(30) % 2), rng.normal(size=30)
    area = candidate.roc_auc(y, score)
    for other in (np.exp(score), 1e6 * score - 1e9, np.argsort(np.argsort(score))):
        assert_close(candidate.roc_auc(y, other), area)
    assert_close(candidate.roc_auc(y, -score), 1.0 - area)


def test_curve_by_hand(candidate):
    """Each different score gives one point, with the rates of the examples that reach it."""
    y, score = np.array([1, 0, 1, 0, 0]), np.array([0.9, 0.5, 0.5, 0.7, 0.1])
    assert_curve(candidate.roc_curve(y, score), y, score)
    assert_curve(candidate.roc_curve(1 - y, score), 1 - y, score)


def test_ties_make_one_point(candidate):
    """Equal scores make one step together, whatever the order of their labels."""
    for labels in ([1, 0, 1, 0], [0, 0, 1, 1], [1, 1, 0, 0]):
        y, score = np.array(labels), np.array([2, 2, 2, 2])
        assert_curve(candidate.roc_curve(y, score), y, score)
        fpr, tpr, _ = candidate.roc_curve(y, score)
        assert_close(np.sort(fpr), np.array([0.0, 1.0]))
        assert_close(np.sort(tpr), np.array([0.0, 1.0]))


def test_two_examples(candidate):
    """One example of each class is enough."""
    assert_close(candidate.roc_auc(np.array([1, 0]), np.array([5.0, 5.0])), 0.5)
    y, score = np.array([0, 1]), np.array([5.0, 6.0])
    assert_curve(candidate.roc_curve(y, score), y, score)


@given(n=st.integers(2, 12), levels=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_curve_applies_thresholds(candidate, n, levels, seed):
    """The curve is what applying every threshold in turn gives; points on a straight line may be left out."""
    y, score = draw(seed, n, levels)
    assert_curve(candidate.roc_curve(y, score), y, score)


@pytest.mark.fine
def test_points_in_order(candidate):
    """The points come in descending order of the score, after (0, 0) with threshold infinity."""
    y, score = np.array([1, 0, 1, 0, 0]), np.array([0.9, 0.5, 0.5, 0.7, 0.1])
    fpr, tpr, thresholds = candidate.roc_curve(y, score)
    assert_close(fpr, np.array([0, 0, 1, 2, 3]) / 3)
    assert_close(tpr, np.array([0, 1, 1, 2, 2]) / 2)
    assert_close(thresholds, np.array([INF, 0.9, 0.7, 0.5, 0.1]))


@pytest.mark.fine
def test_no_point_is_left_out(candidate):
    """Points on a straight line stay."""
    fpr, tpr, thresholds = candidate.roc_curve(np.array([1, 1, 1, 0]), np.array([4.0, 3.0, 2.0, 1.0]))
    assert_close(tpr, np.array([0, 1, 2, 3, 3]) / 3)
    assert_close(fpr, np.array([0.0, 0.0, 0.0, 0.0, 1.0]))
    assert_shape(thresholds, (5,))


@pytest.mark.fine
@given(n=st.integers(2, 12), levels=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_every_point_in_order(candidate, n, levels, seed):
    """On random scores the three arrays are those of applying every threshold in turn, in descending order."""
    y, score = draw(seed, n, levels)
    assert_close(candidate.roc_curve(y, score), slow_curve(y, score))


@pytest.mark.fine
def test_one_class_has_no_area(candidate):
    """With one class only, or no examples, the area is NaN."""
    for y in ([1, 1, 1], [0, 0, 0], []):
        got = candidate.roc_auc(np.array(y, dtype=np.int64), np.arange(float(len(y))))
        assert_type(got, float)
        assert_close(got, math.nan)


@pytest.mark.fine
def test_one_class_has_no_curve(candidate):
    """With one class only, or no examples, roc_curve raises ValueError."""
    for y in ([1, 1, 1], [0, 0, 0], []):
        with assert_raises(ValueError):
            candidate.roc_curve(np.array(y, dtype=np.int64), np.arange(float(len(y))))


@pytest.mark.fine
@pytest.mark.parametrize("name", ["roc_auc", "roc_curve"])
def test_infinite_scores(candidate, name):
    """Infinite scores rank above and below all others, and tie with each other."""
    y, score = np.array([1, 0, 1, 0, 1, 0]), np.array([INF, INF, 1.0, -INF, -INF, 2.0])
    expected = pair_auc(y, score) if name == "roc_auc" else slow_curve(y, score)
    assert_close(getattr(candidate, name)(y, score), expected)


@pytest.mark.fine
def test_scores_that_differ_in_the_last_bit(candidate):
    """Scores are equal only if they are equal: neighbours among the floats are told apart."""
    low = 1e8
    high = np.nextafter(low, INF)
    assert_close(candidate.roc_auc(np.array([0, 1]), np.array([low, high])), 1.0)
    assert_shape(candidate.roc_curve(np.array([0, 1]), np.array([low, high]))[2], (3,))


@pytest.mark.fine
def test_types_of_the_results(candidate):
    """The area is a Python float, and the rates are float64."""
    y, score = np.array([1, 0, 1, 0, 0]), np.array([0.9, 0.5, 0.5, 0.7, 0.1])
    assert_type(candidate.roc_auc(y, score), float)
    fpr, tpr, _ = candidate.roc_curve(y, score)
    assert_dtype(fpr, "float64")
    assert_dtype(tpr, "float64")


@pytest.mark.fine
@pytest.mark.parametrize("name", ["roc_auc", "roc_curve"])
def test_label_and_score_dtypes(candidate, name):
    """Labels may be booleans, floats or narrow integers, scores integers or float32."""
    y, score = np.array([0, 1, 1, 0, 1]), np.array([3, 200, 0, 100, 3])
    expected = pair_auc(y, score) if name == "roc_auc" else slow_curve(y, score)
    for labels in (y.astype(bool), y.astype(float), y.astype(np.uint8), y.astype(np.int8)):
        assert_close(getattr(candidate, name)(labels, score), expected)
    for scores in (score.astype(np.uint8), score.astype(np.float32), score.astype(np.int16)):
        assert_close(getattr(candidate, name)(y, scores), expected)


@pytest.mark.fine
def test_large_counts(candidate):
    """The counts of a hundred thousand examples do not overflow, nor do those of narrow labels."""
    y = np.arange(100_000) % 2
    assert_close(candidate.roc_auc(y, y), 1.0)
    assert_close(candidate.roc_auc(y.astype(np.int32), -y), 0.0)


@pytest.mark.fine
@pytest.mark.parametrize("name", ["roc_auc", "roc_curve"])
def test_strided_input(candidate, name):
    """Strided views are treated like any other array."""
    y, score = draw(3, 12, 5)
    expected = pair_auc(y[::-2], score[::-2]) if name == "roc_auc" else slow_curve(y[::-2], score[::-2])
    assert_close(getattr(candidate, name)(y[::-2], score[::-2]), expected)


@pytest.mark.fine
@pytest.mark.parametrize("name", ["roc_auc", "roc_curve"])
def test_bad_input_is_refused(candidate, name):
    """Labels other than 0 and 1, NaN scores and shapes that are not two equal vectors raise ValueError."""
    f = getattr(candidate, name)
    y, score = np.array([0, 1, 1]), np.array([0.1, 0.2, 0.3])
    for labels in (np.array([0, 1, 2]), np.array([-1, 1, 1]), np.array([0.0, 0.5, 1.0])):
        with assert_raises(ValueError):
            f(labels, score)
    for scores in (np.array([0.1, math.nan, 0.3]), np.array([0.1, 0.2]), np.array([[0.1, 0.2, 0.3]]), np.array([0.5])):
        with assert_raises(ValueError):
            f(y, scores)
    with assert_raises(ValueError):
        f(y[:, None], score[:, None])


@pytest.mark.scale
def test_many_examples(candidate, reference, rng):
    """Twenty thousand examples are sorted once, and pairs are not compared one by one."""

    def prepare(subject, rng):
        y, score = rng.permutation(np.arange(20_000) % 2), rng.normal(size=20_000)
        return lambda: subject.roc_auc(y, score)

    speed(candidate, reference, prepare, rng, limit=10)
