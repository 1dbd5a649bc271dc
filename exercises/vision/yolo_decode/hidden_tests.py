"""Hidden tests of yolo_decode."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_raises, assert_shape, assert_that, put, speed

SEEDS = st.integers(0, 2**32 - 1)
SIDES = st.integers(1, 4)
ANCHORS = np.array([[10.0, 4.0], [3.0, 16.0], [7.0, 7.0]])


def sigma(t):
    """Logistic function of a float."""
    return 1 / (1 + math.exp(-t))


def logit(p):
    """Its inverse."""
    return math.log(p / (1 - p))


def slow_anchor(pred, anchors, stride, conf):
    """Cell by cell: class, score and box, by anchor, row and column."""
    found = []
    for (a, i, j), obj in np.ndenumerate(pred[:, 4]):
        x, y, w, h = (2 * sigma(float(v)) for v in pred[a, :4, i, j])
        cls = int(pred[a, 5:, i, j].argmax())
        score = sigma(obj) * sigma(pred[a, 5 + cls, i, j])
        x, y, w, h = (x - 0.5 + j) * stride, (y - 0.5 + i) * stride, w * w * anchors[a, 0], h * h * anchors[a, 1]
        if score > conf:
            found.append([cls, score, x - w / 2, y - h / 2, x + w / 2, y + h / 2])
    return found


def slow_dfl(reg, cls, stride, conf):
    """Cell by cell: class, score and box, by row and column."""
    found = []
    for i, j in np.ndindex(*cls.shape[1:]):
        best = int(cls[:, i, j].argmax())
        score = sigma(cls[best, i, j])
        sides = []
        for side in reg[:, :, i, j].tolist():
            weights = [math.exp(v - max(side)) for v in side]
            sides.append(stride * sum(r * p for r, p in enumerate(weights)) / sum(weights))
        x, y = (j + 0.5) * stride, (i + 0.5) * stride
        if score > conf:
            found.append([best, score, x - sides[0], y - sides[1], x + sides[2], y + sides[3]])
    return found


def in_rows(got):
    """Class, score and box of each detection, in the order of the result."""
    boxes, scores, classes = got
    return [[float(c), float(s), *map(float, box)] for box, s, c in zip(boxes, scores, classes, strict=True)]


def check(got, expected):
    """The same detections in any order."""
    assert_close(sorted(in_rows(got), key=lambda r: r[1:]), sorted(expected, key=lambda r: r[1:]))


def draw(seed, *shape):
    """Logits whose scores are not near 0.3."""
    return np.random.default_rng(seed).normal(size=shape) * 2


def test_anchor_in_the_middle_of_its_cell(candidate):
    """Logits 0 put a box of the anchor's size in the middle of its cell."""
    got = candidate.decode_anchor(np.zeros((1, 6, 1, 1)), np.array([[10.0, 4.0]]), 8, 0.2)
    check(got, [[0, 0.25, -1.0, 2.0, 9.0, 6.0]])


def test_columns_go_with_x_and_rows_with_y(candidate):
    """Cells move by the stride, columns to the right and rows down."""
    pred = np.full((1, 6, 2, 3), -20.0)
    pred[0, :, 1, 2] = [0, 0, 0, 0, 20, 20]
    check(candidate.decode_anchor(pred, np.array([[2.0, 2.0]]), 10, 0.5), [[0, 1.0, 24.0, 14.0, 26.0, 16.0]])
    cls = np.full((1, 2, 3), -20.0)
    cls[0, 1, 2] = 20
    check(candidate.decode_dfl(np.zeros((4, 2, 2, 3)), cls, 10, 0.5), [[0, 1.0, 20.0, 10.0, 30.0, 20.0]])


def test_centre_and_size_by_hand(candidate):
    """The centre moves from -0.5 to 1.5 cells, the size from 0 to 4 anchors."""
    t = [logit(0.75), logit(0.25), logit(0.25), logit(0.75), 20, 20]
    pred = np.array(t).reshape(1, 6, 1, 1)
    # x = (1.5 - 0.5) 8 = 8, y = 0, w = 0.25 · 8 = 2, h = 2.25 · 8 = 18.
    check(candidate.decode_anchor(pred, np.array([[8.0, 8.0]]), 8, 0.5), [[0, 1.0, 7.0, -9.0, 9.0, 9.0]])


def test_each_anchor_has_its_size(candidate):
    """Anchors are in pixels, width first, whatever the stride is."""
    got = candidate.decode_anchor(np.zeros((3, 6, 1, 1)), ANCHORS, 32, 0.2)
    check(got, [[0, 0.25, 16 - w / 2, 16 - h / 2, 16 + w / 2, 16 + h / 2] for w, h in ANCHORS.tolist()])


def test_score_of_an_anchor(candidate):
    """The score is objectness times the best class, and that class is returned."""
    pred = np.zeros((1, 8, 1, 1))
    pred[0, 4:, 0, 0] = [logit(0.8), logit(0.3), logit(0.9), logit(0.5)]
    box = [-1.0, 2.0, 9.0, 6.0]
    check(candidate.decode_anchor(pred, ANCHORS[:1], 8, 0.7), [[1, 0.72, *box]])
    check(candidate.decode_anchor(pred, ANCHORS[:1], 8, 0.73), [])


@given(a=st.integers(1, 3), c=SIDES, h=SIDES, w=SIDES, seed=SEEDS)
def test_anchors_agree_with_a_loop(candidate, a, c, h, w, seed):
    """Random predictions give what a loop over cells gives."""
    pred = draw(seed, a, 5 + c, h, w)
    check(candidate.decode_anchor(pred, ANCHORS[:a], 16, 0.3), slow_anchor(pred, ANCHORS, 16, 0.3))


def test_distances_by_hand(candidate):
    """A distance is the mean of a distribution over bins; sides are left, top, right, bottom."""
    bins = np.array([[30, 0, 0, 0], [0, 30, 0, 0], [0, 30, 30, 0], [0, 0, 0, 30]], dtype=float)
    got = candidate.decode_dfl(bins.reshape(4, 4, 1, 1), np.full((1, 1, 1), 20.0), 8, 0.5)
    check(got, [[0, 1.0, 4.0, -4.0, 16.0, 28.0]])
    spread = np.log(np.array([0.5, 0.25, 0.25])).reshape(1, 3, 1, 1).repeat(4, axis=0)
    check(candidate.decode_dfl(spread, np.full((1, 1, 1), 20.0), 4, 0.5), [[0, 1.0, -1.0, -1.0, 5.0, 5.0]])


def test_score_without_anchors(candidate):
    """The score is that of the best class alone."""
    cls = np.array([logit(0.3), logit(0.9), logit(0.5)]).reshape(3, 1, 1)
    check(candidate.decode_dfl(np.zeros((4, 3, 1, 1)), cls, 8, 0.8), [[1, 0.9, -4.0, -4.0, 12.0, 12.0]])
    check(candidate.decode_dfl(np.zeros((4, 3, 1, 1)), cls, 8, 0.91), [])


@given(r=SIDES, c=SIDES, h=SIDES, w=SIDES, seed=SEEDS)
def test_distances_agree_with_a_loop(candidate, r, c, h, w, seed):
    """Random bins and classes give what a loop over cells gives."""
    reg, cls = draw(seed, 4, r, h, w), draw(seed + 1, c, h, w)
    check(candidate.decode_dfl(reg, cls, 16, 0.6), slow_dfl(reg, cls, 16, 0.6))


@pytest.mark.fine
def test_order(candidate):
    """Detections come by anchor, then row, then column."""
    pred = draw(7, 3, 7, 4, 5)
    assert_close(in_rows(candidate.decode_anchor(pred, ANCHORS, 16, 0.2)), slow_anchor(pred, ANCHORS, 16, 0.2))
    reg, cls = draw(8, 4, 5, 4, 5), draw(9, 2, 4, 5)
    assert_close(in_rows(candidate.decode_dfl(reg, cls, 16, 0.5)), slow_dfl(reg, cls, 16, 0.5))


@pytest.mark.fine
def test_threshold_and_ties(candidate):
    """A score equal to the threshold is not kept, and of equal classes the first wins."""
    pred, cls = np.zeros((1, 8, 1, 1)), np.zeros((3, 1, 1))
    check(candidate.decode_anchor(pred, ANCHORS[:1], 8, 0.25), [])
    check(candidate.decode_dfl(np.zeros((4, 3, 1, 1)), cls, 8, 0.5), [])
    pred[0, 6:] = cls[1:] = 1.0
    assert_close([row[0] for row in in_rows(candidate.decode_anchor(pred, ANCHORS[:1], 8, 0.3))], [1.0])
    assert_close([row[0] for row in in_rows(candidate.decode_dfl(np.zeros((4, 3, 1, 1)), cls, 8, 0.5))], [1.0])


@pytest.mark.fine
@pytest.mark.parametrize("great", [1e3, -1e3])
def test_great_logits(candidate, great):
    """Logits of 1000 in either direction give finite boxes without a warning."""
    pred = np.array([great, -great, great, -great, 1e3, 1e3]).reshape(1, 6, 1, 1)
    x, y = (12.0, -4.0) if great > 0 else (-4.0, 12.0)
    w, h = (40.0, 0.0) if great > 0 else (0.0, 16.0)
    got = candidate.decode_anchor(pred, ANCHORS[:1], 8, 0.5)
    check(got, [[0, 1.0, x - w / 2, y - h / 2, x + w / 2, y + h / 2]])
    check(candidate.decode_anchor(-np.abs(pred), ANCHORS[:1], 8, 0.5), [])
    reg = np.array([great, -great, 0.0]).reshape(1, 3, 1, 1).repeat(4, axis=0)
    side = 0.0 if great > 0 else 8.0
    got = candidate.decode_dfl(reg, np.full((1, 1, 1), 1e3), 8, 0.5)
    check(got, [[0, 1.0, 4 - side, 4 - side, 4 + side, 4 + side]])
    check(candidate.decode_dfl(reg, np.full((1, 1, 1), -1e3), 8, 0.5), [])


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes(candidate, dtype):
    """Boxes and scores keep the dtype of the numbers, classes are integers."""
    pred, reg, cls = (
        draw(1, 2, 7, 3, 3).astype(dtype),
        draw(2, 4, 3, 3, 3).astype(dtype),
        draw(3, 2, 3, 3).astype(dtype),
    )
    for boxes, scores, classes in (
        candidate.decode_anchor(pred, ANCHORS[:2], 8, 0.2),
        candidate.decode_dfl(reg, cls, 8, 0.5),
    ):
        assert_dtype(boxes, dtype)
        assert_dtype(scores, dtype)
        assert_that(np.issubdtype(classes.dtype, np.integer), f"has classes of {classes.dtype}, not integers")


@pytest.mark.fine
def test_nothing_found(candidate):
    """Without detections the results are empty, but have their axes."""
    pred, reg, cls = np.full((1, 7, 2, 2), -9.0), np.zeros((4, 3, 2, 2)), np.full((2, 2, 2), -9.0)
    for got in (candidate.decode_anchor(pred, ANCHORS[:1], 8, 0.5), candidate.decode_dfl(reg, cls, 8, 0.5)):
        for part, shape in zip(got, [(0, 4), (0,), (0,)], strict=True):
            assert_shape(part, shape)


@pytest.mark.fine
def test_shapes_that_do_not_fit(candidate):
    """Anchors of another number or size, and grids that differ, raise ValueError."""
    for anchors in ((2, 2), (1, 3), (1,), (2,), (1, 2, 1)):
        with assert_raises(ValueError):
            candidate.decode_anchor(np.zeros((1, 6, 2, 2)), np.ones(anchors), 8, 0.0)
    for grid in ((2, 1), (3, 2), (1, 1)):
        with assert_raises(ValueError):
            candidate.decode_dfl(np.zeros((4, 4, 2, 2)), np.ones((1, *grid)), 8, 0.0)


@pytest.mark.scale
def test_large_grids_are_quick(candidate, reference, rng):
    """Thousands of cells without a Python loop."""

    def prepare(subject, rng):
        pred = put(subject, rng.normal(size=(3, 25, 40, 40)).astype(np.float32))
        reg, cls = (put(subject, rng.normal(size=n).astype(np.float32)) for n in ((4, 16, 40, 40), (20, 40, 40)))
        return lambda: [
            *subject.decode_anchor(pred, ANCHORS, 16, 0.8)[:2],
            *subject.decode_dfl(reg, cls, 16, 0.9)[:2],
        ]

    speed(candidate, reference, prepare, rng, limit=12)
