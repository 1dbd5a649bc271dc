"""Hidden tests of confusion_matrix_f1."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, speed

# Rows are true classes. Column sums 4, 5, 3; row sums 5, 3, 4.
CM = np.array([[3, 2, 0], [0, 2, 1], [1, 1, 2]], dtype=np.int64)


def slow_confusion_matrix(y_true, y_pred, n_classes, ignore_index=None):
    """Count the pairs of labels one by one."""
    counts = [[0] * n_classes for _ in range(n_classes)]
    for t, p in zip(y_true.ravel().tolist(), y_pred.ravel().tolist(), strict=True):
        if t != ignore_index:
            counts[t][p] += 1
    return np.array(counts, dtype=np.int64)


def slow_ratio(a, b):
    """Divide two integers, with 0/0 = 0."""
    return a / b if b else 0.0


def slow_counts(cm):
    """Return TP, FP and FN of each class as a list of triples of int."""
    c, classes = cm.tolist(), range(len(cm))
    return [
        (c[k][k], sum(c[i][k] for i in classes if i != k), sum(c[k][j] for j in classes if j != k)) for k in classes
    ]


def slow_scores(tp, fp, fn):
    """Return precision, recall and F1 from three counts."""
    return slow_ratio(tp, tp + fp), slow_ratio(tp, tp + fn), slow_ratio(2 * tp, 2 * tp + fp + fn)


def slow_average(cm, average):
    """Return averaged precision, recall and F1."""
    counts = slow_counts(cm)
    if average == "micro":
        return slow_scores(*(sum(column) for column in zip(*counts, strict=True)))
    weights = [tp + fn if average == "weighted" else 1 for tp, _, fn in counts]
    scores = [slow_scores(*triple) for triple in counts]
    return tuple(
        slow_ratio(sum(w * s[i] for w, s in zip(weights, scores, strict=True)), sum(weights)) for i in range(3)
    )


def slow_iou_dice(cm):
    """Return mean IoU and mean Dice over the classes that occur."""
    counts = [(tp, fp, fn) for tp, fp, fn in slow_counts(cm) if tp + fp + fn]
    iou = sum(tp / (tp + fp + fn) for tp, fp, fn in counts)
    dice = sum(2 * tp / (2 * tp + fp + fn) for tp, fp, fn in counts)
    return slow_ratio(iou, len(counts)), slow_ratio(dice, len(counts))


def test_counts_by_hand(candidate):
    """Twelve labels of three classes are counted with true classes in rows and predicted classes in columns."""
    y_true = np.array([0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2])
    y_pred = np.array([0, 1, 0, 1, 0, 1, 2, 1, 2, 0, 1, 2])
    assert_close(candidate.confusion_matrix(y_true, y_pred, 3), CM)
    got = candidate.confusion_matrix(np.array([0, 0]), np.array([1, 1]), 2)
    assert_close(got, np.array([[0, 2], [0, 0]]))


def test_classes_that_never_occur_keep_their_row_and_column(candidate):
    """The matrix has n_classes rows and columns, whatever labels occur; one label alone is enough."""
    expected = np.zeros((4, 4), dtype=np.int64)
    expected[1, 0] = 1
    assert_close(candidate.confusion_matrix(np.array([1]), np.array([0]), 4), expected)
    assert_close(candidate.confusion_matrix(np.array([0, 0]), np.array([0, 0]), 1), np.array([[2]]))


def test_scores_of_each_class_by_hand(candidate):
    """Precision, recall and F1 of three classes come out as fractions, in this order."""
    expected = (
        np.array([3 / 4, 2 / 5, 2 / 3]),
        np.array([3 / 5, 2 / 3, 1 / 2]),
        np.array([2 / 3, 1 / 2, 4 / 7]),
    )
    assert_close(candidate.precision_recall_f1(CM), expected)
    assert_close(candidate.precision_recall_f1(CM, average=None), expected)


def test_zero_over_zero_is_zero(candidate):
    """Classes that are absent, never predicted or never hit score 0."""
    cm = np.array([[4, 0, 0, 1], [2, 0, 0, 0], [0, 0, 0, 0], [3, 0, 0, 0]], dtype=np.int64)
    expected = tuple(np.array([first, 0.0, 0.0, 0.0]) for first in (4 / 9, 4 / 5, 4 / 7))
    assert_close(candidate.precision_recall_f1(cm), expected)


def test_macro_f1_is_the_mean_of_the_f1_values(candidate):
    """Macro scores are plain means over all classes, absent ones included; macro F1 is the mean of the F1 values."""
    got = candidate.precision_recall_f1(CM, average="macro")
    expected = ((3 / 4 + 2 / 5 + 2 / 3) / 3, (3 / 5 + 2 / 3 + 1 / 2) / 3, (2 / 3 + 1 / 2 + 4 / 7) / 3)
    assert_close(got, expected)
    cm = np.array([[2, 0, 0], [0, 2, 0], [0, 0, 0]], dtype=np.int64)
    assert_close(candidate.precision_recall_f1(cm, average="macro"), (2 / 3, 2 / 3, 2 / 3))


def test_micro_equals_accuracy(candidate):
    """Micro precision, recall and F1 pool the counts first, and all three equal accuracy."""
    assert_close(candidate.precision_recall_f1(CM, average="micro"), (7 / 12, 7 / 12, 7 / 12))
    cm = np.array([[90, 0], [9, 1]], dtype=np.int64)
    assert_close(candidate.precision_recall_f1(cm, average="micro"), (0.91, 0.91, 0.91))


def test_weighted_uses_true_support(candidate):
    """Weighted scores weigh each class by its number of true labels, not of predictions."""
    cm = np.array([[6, 3, 0], [0, 1, 0], [0, 0, 0]], dtype=np.int64)  # 9 and 1 true labels
    expected = (0.9 * 1 + 0.1 * 1 / 4, 0.9 * 6 / 9 + 0.1 * 1, 0.9 * 12 / 15 + 0.1 * 2 / 5)
    assert_close(candidate.precision_recall_f1(cm, average="weighted"), expected)


@given(n=st.integers(1, 12), k=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_agrees_with_a_slow_specification(candidate, n, k, seed):
    """Random labels agree with counts made one by one, and so do the scores of the classifier."""
    rng = np.random.default_rng(seed)
    y_true, y_pred = rng.integers(0, k, n), rng.integers(0, k, n)
    cm = slow_confusion_matrix(y_true, y_pred, k)
    assert_close(candidate.confusion_matrix(y_true, y_pred, k), cm)
    per_class = tuple(np.array(column) for column in zip(*(slow_scores(*c) for c in slow_counts(cm)), strict=True))
    assert_close(candidate.precision_recall_f1(cm), per_class)
    for average in ("macro", "micro", "weighted"):
        assert_close(candidate.precision_recall_f1(cm, average=average), slow_average(cm, average))


@pytest.mark.fine
def test_iou_and_dice_by_hand(candidate):
    """Mean IoU and mean Dice of three classes come out as exact fractions, also for large counts."""
    expected = ((3 / 6 + 2 / 6 + 2 / 5) / 3, (6 / 9 + 4 / 8 + 4 / 7) / 3)
    assert_close(candidate.mean_iou_dice(CM), expected, rtol=1e-12, atol=0)
    assert_close(candidate.mean_iou_dice(CM * 10**9), expected, rtol=1e-12, atol=0)
    assert_close(candidate.mean_iou_dice(np.array([[5]], dtype=np.int64)), (1.0, 1.0), rtol=1e-12)


@pytest.mark.fine
def test_iou_and_dice_skip_absent_classes(candidate):
    """Classes in neither truth nor predictions leave mean IoU and mean Dice alone; with no class at all both are 0."""
    cm = np.array([[2, 0, 2, 0], [0, 0, 0, 0], [0, 0, 4, 0], [0, 0, 0, 0]], dtype=np.int64)
    assert_close(candidate.mean_iou_dice(cm), ((2 / 4 + 4 / 6) / 2, (4 / 6 + 8 / 10) / 2), rtol=1e-12, atol=0)
    assert_close(candidate.mean_iou_dice(np.zeros((3, 3), dtype=np.int64)), (0.0, 0.0), atol=0)


@pytest.mark.fine
def test_class_that_is_only_predicted_counts_as_zero(candidate):
    """A class that is only predicted, or only true, is present and enters both means as 0."""
    only_predicted = np.array([[1, 1], [0, 0]], dtype=np.int64)
    assert_close(candidate.mean_iou_dice(only_predicted), (1 / 4, 1 / 3), rtol=1e-12, atol=0)
    assert_close(candidate.mean_iou_dice(only_predicted.T), (1 / 4, 1 / 3), rtol=1e-12, atol=0)


@pytest.mark.fine
def test_ignore_index_looks_at_true_labels_only(candidate):
    """A position is dropped for its true label, never for its prediction."""
    y_true = np.array([[0, 2, 1], [1, 2, 0]])
    y_pred = np.array([[2, 2, 1], [2, 0, 0]])
    got = candidate.confusion_matrix(y_true, y_pred, 3, ignore_index=2)
    assert_close(got, np.array([[1, 0, 1], [0, 1, 1], [0, 0, 0]], dtype=np.int64))


@pytest.mark.fine
def test_class_zero_can_be_ignored(candidate):
    """ignore_index=0 drops class 0, which is often the background; None drops nothing."""
    y_true, y_pred = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    got = candidate.confusion_matrix(y_true, y_pred, 2, 0)
    assert_close(got, np.array([[0, 0], [1, 1]], dtype=np.int64))
    assert_close(candidate.confusion_matrix(y_true, y_pred, 2, None), np.ones((2, 2), dtype=np.int64))


@pytest.mark.fine
def test_ignored_positions_are_not_checked(candidate):
    """ignore_index may lie outside the classes, and predictions at ignored positions may be anything."""
    for ignore, dtype in ((255, np.uint8), (-1, np.int64), (255, np.int64), (-100, np.int16)):
        y_true = np.array([0, ignore, 1, ignore], dtype=dtype)
        y_pred = np.array([1, ignore, 1, 7], dtype=dtype)
        got = candidate.confusion_matrix(y_true, y_pred, 2, ignore_index=ignore)
        assert_close(got, np.array([[0, 1], [0, 1]], dtype=np.int64))


@pytest.mark.fine
@given(n=st.integers(0, 12), k=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_ignored_and_present_classes_agree_with_a_slow_specification(candidate, n, k, seed):
    """Random labels with an ignored class agree with counts made one by one, and so do mean IoU and mean Dice."""
    rng = np.random.default_rng(seed)
    y_true, y_pred = rng.integers(0, k, n), rng.integers(0, k, n)
    ignored = slow_confusion_matrix(y_true, y_pred, k, k - 1)
    assert_close(candidate.confusion_matrix(y_true, y_pred, k, ignore_index=k - 1), ignored)
    cm = slow_confusion_matrix(y_true, y_pred, k)
    assert_close(candidate.mean_iou_dice(cm), slow_iou_dice(cm), rtol=1e-12)


@pytest.mark.fine
def test_masks_of_any_rank_and_layout(candidate):
    """Masks, stacks of masks, transposed and strided views count position by position."""
    rng = np.random.default_rng(3)
    y_true, y_pred = rng.integers(0, 4, (2, 6, 8)), rng.integers(0, 4, (2, 6, 8))
    views = ((y_true, y_pred), (y_true[0], y_pred[0]), (y_true.T, y_pred.T), (y_true[:, ::2], y_pred[:, 1::2]))
    for t, p in views:
        assert_close(candidate.confusion_matrix(t, p, 4), slow_confusion_matrix(t, p, 4))
    mixed = candidate.confusion_matrix(y_true[0].T, np.ascontiguousarray(y_pred[0].T), 4)
    assert_close(mixed, slow_confusion_matrix(y_true[0], y_pred[0], 4))


@pytest.mark.fine
def test_narrow_label_dtypes_do_not_overflow(candidate):
    """Labels in int8 or uint8, also mixed with wider dtypes, are counted right with many classes."""
    rng = np.random.default_rng(4)
    y_true, y_pred = rng.integers(0, 100, 400), rng.integers(0, 100, 400)
    expected = slow_confusion_matrix(y_true, y_pred, 100)
    for t, p in ((np.uint8, np.uint8), (np.int8, np.int8), (np.uint8, np.int64), (np.int16, np.uint64)):
        assert_close(candidate.confusion_matrix(y_true.astype(t), y_pred.astype(p), 100), expected)


@pytest.mark.fine
def test_no_labels_give_a_matrix_of_zeros(candidate):
    """Empty labels, or labels that are all ignored, give zeros in int64."""
    expected = np.zeros((3, 3), dtype=np.int64)
    for shape in ((0,), (0, 4)):
        empty = np.zeros(shape, dtype=np.int64)
        assert_equal(candidate.confusion_matrix(empty, empty, 3), expected)
    ignored = np.full((2, 2), 9)
    assert_equal(candidate.confusion_matrix(ignored, ignored, 3, ignore_index=9), expected)


@pytest.mark.fine
def test_scores_of_no_labels(candidate):
    """Of a matrix of zeros, all scores and all averages are 0."""
    empty = np.zeros((2, 2), dtype=np.int64)
    assert_close(candidate.precision_recall_f1(empty), (np.zeros(2), np.zeros(2), np.zeros(2)), atol=0)
    for average in ("macro", "micro", "weighted"):
        assert_close(candidate.precision_recall_f1(empty, average=average), (0.0, 0.0, 0.0), atol=0)


@pytest.mark.fine
def test_scores_are_exact(candidate):
    """Scores of each class are float64 arrays that are right to 1e-12, so nothing is added to a denominator."""
    expected = (
        np.array([3 / 4, 2 / 5, 2 / 3]),
        np.array([3 / 5, 2 / 3, 1 / 2]),
        np.array([2 / 3, 1 / 2, 4 / 7]),
    )
    assert_close(candidate.precision_recall_f1(CM), expected, rtol=1e-12, atol=0, check_dtype=True)
    for average in ("macro", "micro", "weighted"):
        got = candidate.precision_recall_f1(CM, average=average)
        assert_close(got, slow_average(CM, average), rtol=1e-12, atol=0)


@pytest.mark.fine
def test_averages_are_python_floats(candidate):
    """Averaged scores, mean IoU and mean Dice are tuples of Python floats."""
    for cm, value in ((np.eye(2, dtype=np.int64), 1.0), (np.zeros((2, 2), dtype=np.int64), 0.0)):
        for average in ("macro", "micro", "weighted"):
            assert_equal(candidate.precision_recall_f1(cm, average=average), (value, value, value))
        assert_equal(candidate.mean_iou_dice(cm), (value, value))


@pytest.mark.fine
def test_labels_out_of_range_are_refused(candidate):
    """A label below 0 or above n_classes - 1 raises ValueError, true or predicted, also when another one is ignored."""
    good = np.array([0, 1, 2, 1])
    for label, position, ignore in itertools.product((-1, 3, 255), (0, 2), (None, 1, 100)):
        bad = good.copy()
        bad[position] = label
        with assert_raises(ValueError):
            candidate.confusion_matrix(good, bad, 3, ignore_index=ignore)
        with assert_raises(ValueError):
            candidate.confusion_matrix(bad, good, 3, ignore_index=ignore)
    with assert_raises(ValueError):
        candidate.confusion_matrix(good, np.array([0, 1, 255, 1]), 3, ignore_index=255)
    with assert_raises(ValueError):
        candidate.confusion_matrix(good, np.array([0, 1, -1, 1]), 3, ignore_index=-1)


@pytest.mark.fine
def test_shapes_must_agree(candidate):
    """Different shapes raise ValueError, even where they broadcast or hold equally many labels."""
    zeros = np.zeros((2, 3), dtype=np.int64)
    for shape in ((3, 2), (6,), (1, 3), (3,), (2, 3, 1)):
        with assert_raises(ValueError):
            candidate.confusion_matrix(zeros, np.zeros(shape, dtype=np.int64), 2)
    with assert_raises(ValueError):
        candidate.confusion_matrix(np.array([0, 1, 5]), np.array([0, 1]), 2, ignore_index=5)


@pytest.mark.fine
def test_unknown_average_is_refused(candidate):
    """An average other than None, macro, micro and weighted raises ValueError."""
    for average in ("samples", "Macro", "binary", ""):
        with assert_raises(ValueError):
            candidate.precision_recall_f1(CM, average=average)


@pytest.mark.scale
def test_a_large_mask_is_quick(candidate, reference, rng):
    """Masks of 600 x 1000 positions and 8 classes take no more than 12 times as long as in a vectorised solution."""

    def prepare(subject, rng):
        y_true, y_pred = rng.integers(0, 8, (2, 600, 1000), dtype=np.uint8)
        return lambda: subject.confusion_matrix(y_true, y_pred, 8)

    speed(candidate, reference, prepare, rng, limit=12, check=assert_equal)
