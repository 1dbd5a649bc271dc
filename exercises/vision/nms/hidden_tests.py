"""Hidden tests of non-maximum suppression."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, speed

# Boxes with small integer corners have IoUs with small denominators: none of them is closer to 0.2137 or 0.7191 than
# rounding reaches, and 0, 0.5 and 1 are exact.
THRESHOLDS = st.sampled_from([0.0, 0.2137, 0.5, 0.7191, 1.0])
SEEDS = st.integers(0, 2**32 - 1)


def indices(*values):
    """The index array we expect."""
    return np.array(values, dtype=np.int64)


def overlap(a, b):
    """IoU of two boxes, from the definition."""
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    inter = w * h if w > 0 and h > 0 else 0.0
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter
    return inter / union if union > 0 else 0.0


def greedy(boxes, scores, classes, iou_thr):
    """Indices that greedy suppression keeps, pair by pair."""
    boxes, kept = boxes.tolist(), []
    for i in sorted(range(len(boxes)), key=lambda i: (-scores[i], i)):
        if all(classes[i] != classes[j] or overlap(boxes[i], boxes[j]) <= iou_thr for j in kept):
            kept.append(i)
    return indices(*kept)


def soft(boxes, scores, sigma, score_thr):
    """Picks and scores of soft suppression, pair by pair."""
    boxes, current, picks, values = boxes.tolist(), dict(enumerate(scores.tolist())), [], []
    while current := {j: s for j, s in current.items() if s >= score_thr}:
        i = min(current, key=lambda j: (-current[j], j))
        picks.append(i)
        values.append(current.pop(i))
        for j in current:
            current[j] *= math.exp(-(overlap(boxes[i], boxes[j]) ** 2) / sigma)
    return indices(*picks), np.array(values, dtype=np.float64)


def random_boxes(rng, n, extent=12):
    """Boxes with integer corners, as float64; some have no area."""
    corners = np.sort(rng.integers(0, extent + 1, size=(n, 2, 2)), axis=1)
    return corners.reshape(n, 4).astype(np.float64)


def crowd(rng, n):
    """Boxes of about 8 by 8 in a field of 60 by 60."""
    corner = rng.uniform(0.0, 60.0, size=(n, 2))
    return np.hstack([corner, corner + rng.uniform(5.0, 10.0, size=(n, 2))])


def ordinary_boxes(rng, n, extent=12):
    """Boxes with integer corners and sides of at least 1, as float64."""
    low = rng.integers(0, extent, size=(n, 2))
    return np.hstack([low, low + rng.integers(1, extent // 2 + 1, size=(n, 2))]).astype(np.float64)


def different_scores(rng, n):
    """Scores between 0 and 1 without ties, in random order."""
    return (rng.permutation(n) + rng.uniform(0.2, 0.8)) / n


def test_best_boxes_are_kept_by_descending_score(candidate):
    """The best box of each group survives, and the result lists the survivors from the best score down."""
    boxes = np.array([[0, 0, 10, 10], [1, 1, 11, 11], [20, 0, 30, 10], [20, 1, 30, 11], [50, 50, 51, 51]], dtype=float)
    assert_close(candidate.nms(boxes, np.array([0.6, 0.7, 0.9, 0.5, 0.8]), 0.5), indices(2, 4, 1))


def test_suppressed_box_suppresses_nothing(candidate):
    """In a chain of three, the box that only overlaps the suppressed middle one survives."""
    boxes = np.array([[0.0, 0.0, 4.0, 4.0], [1.0, 0.0, 5.0, 4.0], [2.0, 0.0, 6.0, 4.0]])
    assert_close(candidate.nms(boxes, np.array([0.9, 0.8, 0.7]), 0.5), indices(0, 2))


def test_overlap_at_the_threshold_survives(candidate):
    """A box is suppressed only if its IoU is strictly greater than the threshold."""
    boxes = np.array([[0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 2.0, 1.0]])
    scores = np.array([0.9, 0.8])
    assert_close(candidate.nms(boxes, scores, 0.5), indices(0, 1))
    assert_close(candidate.nms(boxes, scores, 0.499), indices(0))


def test_sides_are_continuous_lengths(candidate):
    """The width of a box is x2 - x1, so small boxes do not gain a pixel."""
    boxes = np.array([[0.0, 0.0, 2.0, 1.0], [1.0, 0.0, 3.0, 1.0], [10.0, 0.0, 10.9, 1.0], [11.0, 0.0, 12.0, 1.0]])
    # IoUs are 1/3 and 0; with a pixel added to each side they would be 1/2 and 0.3.
    assert_close(candidate.nms(boxes, np.array([0.9, 0.8, 0.7, 0.6]), 0.4), indices(0, 1, 2, 3))
    assert_close(candidate.nms(boxes, np.array([0.9, 0.8, 0.7, 0.6]), 0.1), indices(0, 2, 3))


def test_boxes_apart_suppress_nothing(candidate):
    """Boxes apart in one direction, or in both, have IoU 0 and all survive."""
    apart = np.array([[0.0, 0.0, 4.0, 4.0], [5.0, 5.0, 9.0, 9.0], [5.0, -5.0, 9.0, -1.0], [0.0, 9.0, 4.0, 12.0]])
    assert_close(candidate.nms(apart, np.array([0.9, 0.8, 0.7, 0.6]), 0.1), indices(0, 1, 2, 3))


@given(n=st.integers(1, 12), iou_thr=THRESHOLDS, seed=SEEDS)
def test_nms_follows_the_definition(candidate, n, iou_thr, seed):
    """On random boxes, nms keeps exactly what the definition keeps, pair by pair."""
    rng = np.random.default_rng(seed)
    boxes, scores = ordinary_boxes(rng, n), different_scores(rng, n)
    assert_close(candidate.nms(boxes, scores, iou_thr), greedy(boxes, scores, np.zeros(n), iou_thr))


def test_classes_do_not_suppress_each_other(candidate):
    """Equal boxes of different classes survive together; the result is sorted over all classes."""
    boxes = np.array([[0.0, 0.0, 4.0, 4.0]] * 4 + [[9.0, 9.0, 12.0, 12.0]])
    scores = np.array([0.5, 0.9, 0.7, 0.6, 0.8])
    assert_close(candidate.batched_nms(boxes, scores, np.array([2, 0, 2, 1, 2]), 0.5), indices(1, 4, 2, 3))


@given(n=st.integers(1, 12), iou_thr=THRESHOLDS, seed=SEEDS)
def test_batched_nms_follows_the_definition(candidate, n, iou_thr, seed):
    """On random boxes of three classes, batched_nms keeps what the definition keeps."""
    rng = np.random.default_rng(seed)
    boxes, scores = ordinary_boxes(rng, n, extent=6), different_scores(rng, n)
    classes = rng.integers(0, 3, size=n)
    assert_close(candidate.batched_nms(boxes, scores, classes, iou_thr), greedy(boxes, scores, classes, iou_thr))


def test_soft_nms_selects_again_after_each_decay(candidate):
    """A decayed box falls behind boxes it used to beat, and decays add up over the picks."""
    boxes = np.array([[0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 2.0, 1.0], [5.0, 5.0, 6.0, 6.0], [0.0, 1.0, 2.0, 2.0]])
    picks, decayed = candidate.soft_nms(boxes, np.array([0.9, 0.8, 0.5, 0.4]))
    assert_close(picks, indices(0, 2, 1, 3))
    half = math.exp(-0.25 / 0.5)
    assert_close(decayed, np.array([0.9, 0.5, 0.8 * half, 0.4 * half]))
    thirds = np.array([[0.0, 0.0, 2.0, 1.0], [1.0, 0.0, 3.0, 1.0], [2.0, 0.0, 4.0, 1.0]])
    picks, decayed = candidate.soft_nms(thirds, np.array([0.9, 0.5, 0.8]), 0.25)
    assert_close(picks, indices(0, 2, 1))
    assert_close(decayed, np.array([0.9, 0.8, 0.5 * math.exp(-8.0 / 9.0)]))


def test_soft_nms_drops_scores_below_the_threshold(candidate):
    """A score below score_thr is dropped, whether it was given so low or has decayed to it."""
    apart = np.arange(4.0)[:, None] * 10.0 + np.array([0.0, 0.0, 1.0, 1.0])
    picks, decayed = candidate.soft_nms(apart, np.array([0.3, 0.125, 0.5, 0.24]), 0.5, 0.25)
    assert_close(picks, indices(2, 0))
    assert_close(decayed, np.array([0.5, 0.3]))
    copies = np.tile([0.0, 0.0, 1.0, 1.0], (3, 1))
    picks, decayed = candidate.soft_nms(copies, np.array([0.9, 0.8, 0.7]), 0.5, 0.1)
    assert_close(decayed, np.array([0.9, 0.8 * math.exp(-2.0)]))
    assert_close(picks, indices(0, 1))


@given(
    n=st.integers(1, 10),
    sigma=st.sampled_from([0.1, 0.5, 2.0]),
    score_thr=st.sampled_from([0.001, 0.05, 0.3]),
    seed=SEEDS,
)
def test_soft_nms_follows_the_definition(candidate, n, sigma, score_thr, seed):
    """On random boxes, soft_nms makes the picks of the definition, with its scores."""
    rng = np.random.default_rng(seed)
    boxes, scores = ordinary_boxes(rng, n), rng.random(n)
    picks, decayed = candidate.soft_nms(boxes, scores, sigma, score_thr)
    expected_picks, expected_scores = soft(boxes, scores, sigma, score_thr)
    assert_close(picks, expected_picks)
    assert_close(decayed, expected_scores)


@pytest.mark.fine
def test_results_are_int64_indices_and_float64_scores(candidate):
    """Indices are int64 arrays, in all three functions, and decayed scores a float64 array."""
    boxes, scores = np.array([[0.0, 0.0, 4.0, 4.0], [1.0, 0.0, 5.0, 4.0], [3.0, 0.0, 7.0, 4.0]]), np.array([2, 5, 1])
    assert_equal(candidate.nms(boxes, scores, 0.5), indices(1, 2))
    assert_equal(candidate.batched_nms(boxes, scores, np.array([7, 1, 1]), 0.5), indices(1, 0, 2))
    picks, decayed = candidate.soft_nms(boxes[::2], scores[::2], 0.5, 0.1)
    assert_equal(picks, indices(0, 1))
    assert_close(decayed, np.array([2.0, math.exp(-2.0 / 49.0)]), check_dtype=True)


@pytest.mark.fine
def test_no_box_and_one_box(candidate):
    """No boxes give empty arrays of dtype int64; one box is kept."""
    nothing, none = np.zeros((0, 4)), np.zeros(0)
    assert_equal(candidate.nms(nothing, none, 0.5), indices())
    assert_equal(candidate.batched_nms(nothing, none, np.zeros(0, dtype=np.int64), 0.5), indices())
    picks, decayed = candidate.soft_nms(nothing, none)
    assert_equal(picks, indices())
    assert_equal(decayed, np.zeros(0))
    box = np.array([[0.0, 0.0, 1.0, 1.0]])
    assert_equal(candidate.nms(box, np.array([0.0]), 0.0), indices(0))
    assert_equal(candidate.batched_nms(box, np.array([0.5]), np.array([-1]), 0.5), indices(0))


@pytest.mark.fine
def test_thresholds_zero_and_one(candidate):
    """At threshold 1 copies survive, at threshold 0 the least overlap is too much, and a touch is none."""
    copies = np.array([[0.0, 0.0, 3.0, 3.0], [0.0, 0.0, 3.0, 3.0]])
    assert_close(candidate.nms(copies, np.array([0.5, 0.6]), 1.0), indices(1, 0))
    row = np.array([[0.0, 0.0, 2.0, 2.0], [2.0, 0.0, 4.0, 2.0], [3.9, 0.0, 6.0, 2.0]])
    assert_close(candidate.nms(row, np.array([0.9, 0.8, 0.7]), 0.0), indices(0, 1))


@pytest.mark.fine
def test_overlap_just_above_the_threshold_is_suppressed(candidate):
    """There is no tolerance around the threshold; batched_nms has the same strict comparison."""
    scores = np.array([0.9, 0.8])
    taller = np.array([[0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 2.0, 1.0 + 2e-11]])
    assert_close(candidate.nms(taller, scores, 0.5), indices(0))
    half = np.array([[0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 2.0, 1.0]])
    assert_close(candidate.batched_nms(half, scores, np.array([4, 4]), 0.5), indices(0, 1))


@pytest.mark.fine
def test_score_ties_go_to_the_lowest_index(candidate):
    """Of equal scores, the box with the lowest index ranks first."""
    apart = np.arange(60.0)[:, None] * 10.0 + np.array([0.0, 0.0, 1.0, 1.0])
    scores = np.tile([0.25, 0.75, 0.5], 20)
    order = indices(*range(1, 60, 3), *range(2, 60, 3), *range(0, 60, 3))
    assert_close(candidate.nms(apart, scores, 0.5), order)
    assert_close(candidate.batched_nms(apart, scores, np.arange(60) % 7, 0.5), order)
    copies = np.tile([0.0, 0.0, 1.0, 1.0], (30, 1))
    assert_close(candidate.nms(copies, np.full(30, 0.5), 0.5), indices(0))


@pytest.mark.fine
def test_boxes_without_area_overlap_nothing(candidate):
    """Boxes without area, even equal ones, have IoU 0 with every box; no warning is raised."""
    boxes = np.array([[1.0, 1.0, 1.0, 5.0], [1.0, 1.0, 1.0, 5.0], [0.0, 0.0, 4.0, 4.0], [2.0, 2.0, 2.0, 2.0]])
    scores = np.array([0.9, 0.8, 0.7, 0.6])
    assert_close(candidate.nms(boxes, scores, 0.0), indices(0, 1, 2, 3))
    picks, decayed = candidate.soft_nms(boxes, scores)
    assert_close(picks, indices(0, 1, 2, 3))
    assert_close(decayed, scores)


@pytest.mark.fine
def test_integer_and_float32_boxes(candidate):
    """Boxes and scores of any dtype are computed in float64: nothing overflows or wraps."""
    big = np.array([[0, 0, 100_000, 100_000], [0, 0, 100_000, 60_000]], dtype=np.int32)
    assert_equal(candidate.nms(big, np.array([0.9, 0.8], dtype=np.float32), 0.5), indices(0))
    assert_equal(candidate.nms(big, np.array([1, 7], dtype=np.uint8), 0.7), indices(1, 0))
    small = np.array([[0, 0, 10, 10], [200, 200, 220, 220], [1, 0, 11, 10]], dtype=np.uint8)
    # Negated as they are, the scores 5, 3 and 0 would become 251, 253 and 0.
    scores = np.array([5, 3, 0], dtype=np.uint8)
    assert_close(candidate.nms(small[:2], scores[::2], 0.5), indices(0, 1))
    assert_equal(candidate.batched_nms(small, scores, np.array([2, 1, 1]), 0.5), indices(0, 1, 2))
    assert_equal(candidate.batched_nms(small, scores, np.array([1, 1, 1]), 0.5), indices(0, 1))
    picks, decayed = candidate.soft_nms(small.astype(np.float32), np.array([0.75, 0.5, 0.25], dtype=np.float32))
    assert_equal(picks, indices(0, 1, 2))
    assert_close(decayed, np.array([0.75, 0.5, 0.25 * math.exp(-2.0 * (9.0 / 11.0) ** 2)]), check_dtype=True)


@pytest.mark.fine
def test_strided_arrays(candidate):
    """Views with strides give the same answer as their copies."""
    rng = np.random.default_rng(4)
    boxes, scores, classes = random_boxes(rng, 24), rng.random(24), rng.integers(0, 3, 24)
    expected = greedy(boxes[::2], scores[::-2], classes[1::2], 0.2137)
    columns = np.asfortranarray(boxes)[::2]
    assert_equal(candidate.batched_nms(columns, scores[::-2], classes[1::2], 0.2137), expected)


@pytest.mark.fine
@given(n=st.integers(1, 12), seed=SEEDS)
def test_survivors_survive_again(candidate, n, seed):
    """Running nms on what it kept keeps everything, in the same order."""
    rng = np.random.default_rng(seed)
    boxes, scores = random_boxes(rng, n), rng.random(n)
    kept = candidate.nms(boxes, scores, 0.2137)
    assert_equal(candidate.nms(boxes[kept], scores[kept], 0.2137), np.arange(len(kept)))


@pytest.mark.fine
def test_classes_stay_apart_wherever_the_boxes_lie(candidate):
    """Classes never mix, whatever the extent, the sign or the size of the coordinates."""
    scores = np.array([0.9, 0.8, 0.7])
    # An offset of 4096 a class moves the second box onto the first.
    wide = np.array([[4096.0, 4096.0, 4196.0, 4196.0], [0.0, 0.0, 100.0, 100.0], [9000.0, 0.0, 9010.0, 10.0]])
    assert_equal(candidate.batched_nms(wide, scores, np.array([0, 1, 0]), 0.5), indices(0, 1, 2))
    # An offset of the greatest coordinate plus one, here 11, does the same.
    left = np.array([[-500.0, -500.0, -490.0, -490.0], [-511.0, -511.0, -501.0, -501.0], [0.0, 0.0, 10.0, 10.0]])
    assert_equal(candidate.batched_nms(left, scores, np.array([0, 1, 2]), 0.5), indices(0, 1, 2))


@pytest.mark.fine
def test_labels_may_be_huge(candidate):
    """A label near 2^62 neither hides the overlap of two boxes nor runs into the label next to it."""
    boxes, scores = np.array([[0.0, 0.0, 4.0, 4.0], [0.0, 0.0, 4.0, 3.0]]), np.array([0.9, 0.8])
    assert_equal(candidate.batched_nms(boxes, scores, np.array([2**62, 2**62]), 0.5), indices(0))
    assert_equal(candidate.batched_nms(boxes, scores, np.array([2**62, 2**62 + 1]), 0.5), indices(0, 1))


@pytest.mark.fine
def test_small_boxes_at_large_coordinates(candidate):
    """Boxes a few units wide near coordinate 1e6, given as float32, are compared without loss."""
    corner = np.array([1_000_000.0, 999_990.0])
    shifts = np.array([[0.0, 0.0], [0.0, 3.0], [0.0, 9.0], [0.0, 0.0]])
    boxes = np.hstack([corner + shifts, corner + shifts + 6.0]).astype(np.float32)
    # IoU with the first box: 18/54, 0 and 1; the last box is of another class.
    scores, classes = np.array([0.9, 0.8, 0.7, 0.6]), np.array([79, 79, 79, 3])
    assert_equal(candidate.batched_nms(boxes, scores, classes, 0.3), indices(0, 2, 3))
    assert_equal(candidate.batched_nms(boxes, scores, classes, 0.34), indices(0, 1, 2, 3))
    assert_equal(candidate.nms(boxes, scores, 0.3), indices(0, 2))


@pytest.mark.fine
@given(n=st.integers(0, 12), iou_thr=THRESHOLDS, seed=SEEDS)
def test_ties_lines_and_points_follow_the_definition(candidate, n, iou_thr, seed):
    """Boxes without area, tied scores and labels of any size are treated as the definition says."""
    rng = np.random.default_rng(seed)
    boxes, scores = random_boxes(rng, n, extent=6), rng.integers(0, 5, size=n) / 4.0
    classes = rng.choice(np.array([-(2**62), -3, 0, 7, 2**62, 2**62 + 1]), size=n)
    assert_close(candidate.nms(boxes, scores, iou_thr), greedy(boxes, scores, np.zeros(n), iou_thr))
    assert_close(candidate.batched_nms(boxes, scores, classes, iou_thr), greedy(boxes, scores, classes, iou_thr))


@pytest.mark.fine
def test_soft_nms_keeps_a_score_at_the_threshold(candidate):
    """A score equal to score_thr is not below it; the threshold is 0.001 by default, and 0 drops nothing."""
    apart = np.arange(4.0)[:, None] * 10.0 + np.array([0.0, 0.0, 1.0, 1.0])
    picks, decayed = candidate.soft_nms(apart, np.array([0.25, 0.125, 0.5, 0.249]), 0.5, 0.25)
    assert_close(picks, indices(2, 0))
    assert_close(decayed, np.array([0.5, 0.25]))
    picks, _ = candidate.soft_nms(apart, np.array([0.001, 0.00099, 0.00101, 0.0]))
    assert_close(picks, indices(2, 0))
    copies = np.tile([0.0, 0.0, 1.0, 1.0], (3, 1))
    picks, _ = candidate.soft_nms(copies, np.zeros(3), 0.5, 0.0)
    assert_close(picks, indices(0, 1, 2))


@pytest.mark.fine
def test_soft_nms_ties_go_to_the_lowest_index(candidate):
    """Of equal current scores, also those that became equal by decay, the lowest index is picked."""
    boxes = np.array(
        [[0, 0, 2, 2], [20, 0, 22, 2], [2, 0, 6, 2], [1, 0, 3, 2], [3, 0, 5, 2], [40, 0, 42, 2]], dtype=float
    )
    picks, decayed = candidate.soft_nms(boxes, np.array([0.25, 0.25, 1.0, 0.5, 0.5, 0.25]), 0.5, 0.0)
    assert_close(picks[:1], indices(2))
    assert_that(list(picks).index(1) < list(picks).index(5), "ordered equal scores by something else than the index")
    mirror = np.array([[9.0, 0.0, 11.0, 2.0], [-1.0, 0.0, 1.0, 2.0], [0.0, 0.0, 10.0, 2.0], [30.0, 0.0, 31.0, 2.0]])
    picks, decayed = candidate.soft_nms(mirror, np.array([0.5, 0.5, 1.0, 0.25]))
    assert_close(picks, indices(2, 0, 1, 3))
    assert_close(decayed[1], decayed[2])


@pytest.mark.fine
@given(n=st.integers(0, 8), seed=SEEDS)
def test_soft_nms_of_lines_and_points_follows_the_definition(candidate, n, seed):
    """Boxes without area decay nothing and are not decayed, and a threshold of 0 keeps all of them."""
    rng = np.random.default_rng(seed)
    boxes, scores = random_boxes(rng, n, extent=5), rng.random(n)
    picks, decayed = candidate.soft_nms(boxes, scores, 0.3, 0.0)
    expected_picks, expected_scores = soft(boxes, scores, 0.3, 0.0)
    assert_close(picks, expected_picks)
    assert_close(decayed, expected_scores)


@pytest.mark.fine
def test_invalid_arguments_raise(candidate):
    """Wrong shapes, a threshold outside [0, 1] and a sigma that is not positive raise ValueError."""
    boxes, scores, classes = np.tile([0.0, 0.0, 1.0, 1.0], (3, 1)), np.ones(3), np.zeros(3, dtype=np.int64)
    for f, rest in ((candidate.nms, (0.5,)), (candidate.batched_nms, (classes, 0.5)), (candidate.soft_nms, ())):
        for bad_boxes in (boxes[:, :3], boxes[0], np.ones((3, 5)), np.ones((3, 4, 1))):
            with assert_raises(ValueError):
                f(bad_boxes, scores, *rest)
        for bad_scores in (np.ones(2), np.ones((3, 1)), np.ones(1)):
            with assert_raises(ValueError):
                f(boxes, bad_scores, *rest)
    for iou_thr in (-0.01, 1.01, math.nan):
        with assert_raises(ValueError):
            candidate.nms(boxes, scores, iou_thr)
        with assert_raises(ValueError):
            candidate.batched_nms(boxes, scores, classes, iou_thr)
        with assert_raises(ValueError):
            candidate.batched_nms(boxes[:0], scores[:0], classes[:0], iou_thr)
    for bad_classes in (classes[:2], classes[:, None]):
        with assert_raises(ValueError):
            candidate.batched_nms(boxes, scores, bad_classes, 0.5)
    for sigma in (0.0, -1.0):
        with assert_raises(ValueError):
            candidate.soft_nms(boxes, scores, sigma)


@pytest.mark.scale
def test_speed(candidate, reference, rng):
    """On 1000 boxes of which some 400 are kept, nms works with arrays, not pair by pair."""

    def prepare(subject, rng):
        boxes, scores = crowd(rng, 1000), rng.random(1000)
        return lambda: subject.nms(boxes, scores, 0.5)

    speed(candidate, reference, prepare, rng, limit=8.0)
