"""Hidden tests of iou."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_shape, speed

# The same two boxes in the three formats.
SAME = {
    "xyxy": np.array([[10.0, 20.0, 30.0, 60.0], [-1.0, -3.0, 2.0, 2.0]]),
    "xywh": np.array([[10.0, 20.0, 20.0, 40.0], [-1.0, -3.0, 3.0, 5.0]]),
    "cxcywh": np.array([[20.0, 40.0, 20.0, 40.0], [0.5, -0.5, 3.0, 5.0]]),
}


def slow_scores(a, b):
    """Return IoU and GIoU of all pairs, one pair at a time."""
    iou, giou = np.zeros((len(a), len(b))), np.zeros((len(a), len(b)))
    for (i, p), (j, q) in itertools.product(enumerate(a.tolist()), enumerate(b.tolist())):
        overlap = max(min(p[2], q[2]) - max(p[0], q[0]), 0) * max(min(p[3], q[3]) - max(p[1], q[1]), 0)
        union = (p[2] - p[0]) * (p[3] - p[1]) + (q[2] - q[0]) * (q[3] - q[1]) - overlap
        hull = (max(p[2], q[2]) - min(p[0], q[0])) * (max(p[3], q[3]) - min(p[1], q[1]))
        iou[i, j] = overlap / union if union > 0 else 0.0
        giou[i, j] = iou[i, j] - (hull - union) / hull if hull > 0 else 0.0
    return iou, giou


def random_boxes(rng, n, high):
    """Return n boxes with integer corners from 0 to high, as floats; some have sides of length 0."""
    corners = np.sort(rng.integers(0, high + 1, size=(n, 2, 2)), axis=1)
    return corners.reshape(n, 4).astype(float)


def ordinary_boxes(rng, n, high):
    """Return n boxes with integer corners and sides from 1 to high, as floats."""
    low = rng.integers(0, high, size=(n, 2))
    return np.concatenate([low, low + rng.integers(1, high + 1, size=(n, 2))], axis=1).astype(float)


def test_every_conversion_by_hand(candidate):
    """Two boxes come out right for each of the nine pairs of formats."""
    for src, dst in itertools.product(SAME, SAME):
        assert_close(candidate.convert(SAME[src], src, dst), SAME[dst])


@pytest.mark.fine
def test_leading_axes_are_kept(candidate):
    """convert takes a single box, a stack of any rank, a strided view and an empty set, and keeps the shape."""
    boxes, expected = SAME["xywh"], SAME["cxcywh"]
    assert_close(candidate.convert(boxes[0], "xywh", "cxcywh"), expected[0])
    stack = np.broadcast_to(boxes, (3, 1, 2, 4))
    assert_close(candidate.convert(stack, "xywh", "cxcywh"), np.broadcast_to(expected, (3, 1, 2, 4)))
    assert_close(candidate.convert(np.asfortranarray(boxes)[::-1], "xywh", "cxcywh"), expected[::-1])
    assert_shape(candidate.convert(np.zeros((0, 4)), "cxcywh", "xyxy"), (0, 4))
    assert_shape(candidate.convert(np.zeros((2, 0, 4)), "xyxy", "xywh"), (2, 0, 4))


@pytest.mark.fine
def test_integer_boxes_convert_to_floats(candidate):
    """Integer boxes become float64: centres may end in a half, and small integer dtypes do not overflow."""
    got = candidate.convert(np.array([[0, 0, 3, 5]]), "xyxy", "cxcywh")
    assert_close(got, np.array([[1.5, 2.5, 3.0, 5.0]]), check_dtype=True)
    got = candidate.convert(np.array([[2, 3, 3, 5]]), "cxcywh", "xyxy")
    assert_close(got, np.array([[0.5, 0.5, 3.5, 5.5]]), check_dtype=True)
    got = candidate.convert(np.array([200, 100, 250, 255], dtype=np.uint8), "xyxy", "cxcywh")
    assert_close(got, np.array([225.0, 177.5, 50.0, 155.0]), check_dtype=True)
    got = candidate.convert(np.array([200, 100, 100, 200], dtype=np.uint8), "xywh", "xyxy")
    assert_close(got, np.array([200.0, 100.0, 300.0, 300.0]), check_dtype=True)
    assert_dtype(candidate.convert(np.array([[0, 0, 3, 5]]), "xyxy", "xyxy"), np.float64)


@pytest.mark.fine
def test_unknown_formats_are_refused(candidate):
    """A format that is not one of the three raises ValueError, as source or as target."""
    for src, dst in (("xyxy", "yxyx"), ("yxyx", "xyxy"), ("coco", "coco"), ("", "xywh"), ("xywh", "XYXY")):
        with assert_raises(ValueError):
            candidate.convert(SAME["xyxy"], src, dst)


@pytest.mark.fine
def test_other_shapes_are_refused(candidate):
    """convert needs a last axis of length 4, and the comparisons need matrices with four columns; else ValueError."""
    for shape in ((5,), (3, 5), (2, 3), (4, 1), (4, 8)):
        with assert_raises(ValueError):
            candidate.convert(np.ones(shape), "xyxy", "xywh")
    good = SAME["xyxy"]
    for shape in ((4,), (2, 5), (2, 3), (4, 1), (1, 2, 4), (0,)):
        bad = np.zeros(shape)
        for f in (candidate.box_iou, candidate.giou):
            with assert_raises(ValueError):
                f(bad, good)
            with assert_raises(ValueError):
                f(good, bad)


@given(
    src=st.sampled_from(sorted(SAME)),
    dst=st.sampled_from(sorted(SAME)),
    n=st.integers(1, 4),
    seed=st.integers(0, 2**32 - 1),
)
def test_there_and_back_again(candidate, src, dst, n, seed):
    """Boxes converted to another format and back are the same boxes."""
    boxes = np.random.default_rng(seed).uniform(1.0, 100.0, size=(n, 4))
    assert_close(candidate.convert(candidate.convert(boxes, src, dst), dst, src), boxes)


def test_overlap_by_hand(candidate):
    """Boxes that overlap in part, cross, or contain each other have the IoU that counting unit squares gives."""
    a = np.array([[0.0, 0.0, 2.0, 2.0]])
    b = np.array([[1.0, 1.0, 3.0, 3.0], [-1.0, 0.5, 4.0, 1.0], [0.5, 0.5, 1.5, 1.0], [-2.0, -1.0, 3.0, 5.0]])
    assert_close(candidate.box_iou(a, b), np.array([[1 / 7, 1 / 5.5, 0.5 / 4, 4 / 30]]))


def test_rows_belong_to_a_and_columns_to_b(candidate):
    """Every box of a meets every box of b: row i belongs to a[i], column j to b[j]; one box against one is a matrix."""
    a = np.array([[0.0, 0.0, 4.0, 1.0], [0.0, 0.0, 1.0, 4.0]])
    b = np.array([[0.0, 0.0, 2.0, 1.0], [0.0, 0.0, 1.0, 1.0], [3.0, 0.0, 4.0, 2.0]])
    iou = np.array([[1 / 2, 1 / 4, 1 / 5], [1 / 5, 1 / 4, 0.0]])
    assert_close(candidate.box_iou(a, b), iou)
    assert_close(candidate.box_iou(b, a), iou.T)
    assert_close(candidate.giou(a, b[2:]), np.array([[1 / 5 - 3 / 8], [-10 / 16]]))
    assert_close(candidate.box_iou(a, b[:2]), iou[:, :2])
    assert_close(candidate.box_iou(a[:1], b[:1]), iou[:1, :1])
    assert_shape(candidate.giou(a[:1], b[:1]), (1, 1))


def test_boxes_apart_score_zero(candidate):
    """Boxes apart along one axis, or along both, or that only touch, have an IoU of 0."""
    a = np.array([[0.0, 0.0, 2.0, 3.0]])
    b = np.array(
        [
            [5.0, 0.0, 6.0, 3.0],
            [0.0, -9.0, 2.0, -4.0],
            [5.0, 7.0, 6.0, 9.0],
            [-4.0, -5.0, -3.0, -2.0],
            [2.0, 0.0, 4.0, 3.0],
            [2.0, 3.0, 4.0, 5.0],
        ]
    )
    assert_close(candidate.box_iou(a, b), np.zeros((1, 6)))
    assert_close(candidate.box_iou(b, a), np.zeros((6, 1)))


def test_equal_boxes_score_one(candidate):
    """A box has an IoU and a GIoU of 1 with itself."""
    boxes = np.array([[0.0, 0.0, 2.0, 2.0], [-3.0, 1.0, 4.0, 1.5], [10.0, -20.0, 30.0, 5.0]])
    for f in (candidate.box_iou, candidate.giou):
        assert_close(np.diagonal(f(boxes, boxes)), np.ones(3))


@pytest.mark.fine
def test_equal_boxes_score_exactly_one(candidate):
    """A box has an IoU of exactly 1.0 with itself, whatever its size and place; its GIoU is 1."""
    rng = np.random.default_rng(11)
    for scale, dtype, _ in itertools.product((1e-3, 1.0, 1e3), (np.float32, np.float64), range(5)):
        low = rng.normal(scale=100.0, size=(1, 2))
        box = np.concatenate([low, low + scale * rng.uniform(0.5, 2.0, size=(1, 2))], axis=1).astype(dtype)
        assert_equal(candidate.box_iou(box, box), np.ones((1, 1), dtype=dtype))
        assert_close(candidate.giou(box, box), np.ones((1, 1), dtype=dtype))


@pytest.mark.fine
def test_tiny_boxes(candidate):
    """Boxes with sides of a millionth have the same IoU and GIoU as large ones."""
    a = np.array([[0.0, 0.0, 2.0, 2.0], [3.0, 0.0, 4.0, 1.0]])
    b = np.array([[1.0, 1.0, 3.0, 3.0], [0.0, 0.0, 2.0, 2.0]])
    iou, giou = slow_scores(a, b)
    assert_close(candidate.box_iou(a * 1e-6, b * 1e-6), iou, rtol=1e-9, atol=1e-12)
    assert_close(candidate.giou(a * 1e-6, b * 1e-6), giou, rtol=1e-9, atol=1e-12)


@pytest.mark.fine
def test_boxes_without_area(candidate):
    """Points and lines are legal: IoU is 0, and GIoU is -1 where they span a hull with an area, else 0."""
    point = np.array([[1.0, 1.0, 1.0, 1.0]])
    others = np.array(
        [
            [1.0, 1.0, 1.0, 1.0],  # the same point
            [3.0, 2.0, 3.0, 2.0],  # a point that spans a hull with it
            [1.0, 5.0, 1.0, 5.0],  # a point on the same vertical line
            [0.0, 1.0, 4.0, 1.0],  # a line through it
            [0.0, 0.0, 2.0, 2.0],  # a box around it
        ]
    )
    assert_close(candidate.box_iou(point, others), np.zeros((1, 5)), atol=0)
    assert_close(candidate.box_iou(others, point), np.zeros((5, 1)), atol=0)
    assert_close(candidate.giou(point, others), np.array([[0.0, -1.0, 0.0, 0.0, 0.0]]))
    assert_close(candidate.giou(others, point), np.array([[0.0, -1.0, 0.0, 0.0, 0.0]]).T)


def test_giou_by_hand(candidate):
    """GIoU takes off the share of the hull that neither box covers; a box inside another leaves nothing to take off."""
    a = np.array([[0.0, 0.0, 2.0, 2.0]])
    b = np.array(
        [
            [1.0, 1.0, 3.0, 3.0],  # intersection 1, union 7, hull 9
            [0.5, 0.5, 1.5, 1.0],  # inside
            [2.0, 0.0, 4.0, 2.0],  # side by side, no gap
            [3.0, 0.0, 5.0, 1.0],  # union 6, hull 10
            [-3.0, -4.0, -1.0, -1.0],  # union 10, hull 30
        ]
    )
    expected = np.array([[1 / 7 - 2 / 9, 0.5 / 4, 0.0, -4 / 10, -20 / 30]])
    assert_close(candidate.giou(a, b), expected)
    assert_close(candidate.giou(b, a), expected.T)


def test_giou_of_boxes_apart_falls_with_distance(candidate):
    """The further apart two boxes are, the lower their GIoU; it tends to -1."""
    a = np.array([[0.0, 0.0, 1.0, 1.0]])
    gaps = np.array([0.0, 1.0, 2.0, 98.0])
    b = np.stack([1.0 + gaps, np.zeros(4), 2.0 + gaps, np.ones(4)], axis=1)
    expected = -gaps / (2.0 + gaps)
    assert_close(candidate.giou(a, b), expected[np.newaxis])
    turned = b[:, [1, 0, 3, 2]]
    assert_close(candidate.giou(a, turned), expected[np.newaxis])


@pytest.mark.fine
def test_integer_boxes_do_not_overflow(candidate):
    """Integer boxes give float64 scores, and areas beyond the range of uint8, int16 or int32 do no harm."""
    shapes = np.array([[0, 0, 10, 10], [0, 5, 10, 10], [5, 5, 10, 10]])
    for unit, dtype in ((25, np.uint8), (3000, np.int16), (10**7, np.int32), (1, np.int64)):
        boxes = (shapes * unit).astype(dtype)
        iou, giou = slow_scores(shapes, shapes)
        assert_close(candidate.box_iou(boxes, boxes), iou, check_dtype=True)
        assert_close(candidate.giou(boxes, boxes), giou, check_dtype=True)
    apart = np.array([[0, 0, 10, 10], [200, 200, 250, 250]], dtype=np.uint8)
    assert_close(candidate.box_iou(apart, apart), np.eye(2))
    signed = np.array([[-100, -100, 100, 100], [-100, -100, 100, 0]], dtype=np.int8)
    assert_close(candidate.box_iou(signed, signed), np.array([[1.0, 0.5], [0.5, 1.0]]))


@pytest.mark.fine
def test_float_dtypes_are_kept(candidate):
    """float32 boxes give float32 results, and float64 boxes give float64 results."""
    for dtype in (np.float32, np.float64):
        boxes = ordinary_boxes(np.random.default_rng(2), 5, 9).astype(dtype)
        iou, giou = slow_scores(boxes, boxes)
        assert_close(candidate.box_iou(boxes, boxes), iou.astype(dtype), check_dtype=True)
        assert_close(candidate.giou(boxes, boxes), giou.astype(dtype), check_dtype=True)
        for src, dst in itertools.product(SAME, SAME):
            got = candidate.convert(SAME[src].astype(dtype), src, dst)
            assert_close(got, SAME[dst].astype(dtype), check_dtype=True)


@pytest.mark.fine
def test_empty_sets(candidate):
    """No boxes on one side, or on both, give an empty matrix of shape (N, M)."""
    for n, m in ((0, 3), (2, 0), (0, 0)):
        a, b = np.zeros((n, 4)), np.ones((m, 4))
        assert_shape(candidate.box_iou(a, b), (n, m))
        assert_shape(candidate.giou(a, b), (n, m))


@pytest.mark.fine
def test_reversed_corners_are_refused(candidate):
    """A box with x2 < x1 or y2 < y1 raises ValueError, in a or in b, for floats and for unsigned integers."""
    for dtype in (np.float64, np.uint8):
        good = np.array([[0, 0, 2, 2], [1, 1, 3, 3]], dtype=dtype)
        for box in ([3, 1, 2, 4], [1, 4, 2, 3], [5, 5, 4, 4]):
            bad = np.array([[0, 0, 1, 1], box], dtype=dtype)
            for f in (candidate.box_iou, candidate.giou):
                with assert_raises(ValueError):
                    f(good, bad)
                with assert_raises(ValueError):
                    f(bad, good)
    with assert_raises(ValueError):
        candidate.box_iou(np.zeros((0, 4)), np.array([[3.0, 0.0, 1.0, 2.0]]))


@pytest.mark.fine
def test_strided_input(candidate):
    """Slices, reversed views and transposed storage are treated like any other array."""
    base = ordinary_boxes(np.random.default_rng(8), 12, 6)
    for a, b in (
        (base[::2], base[1::3]),
        (base[::-1], np.asfortranarray(base)),
        (np.hstack([base, base])[:, 4:], base),
    ):
        iou, giou = slow_scores(a, b)
        assert_close(candidate.box_iou(a, b), iou)
        assert_close(candidate.giou(a, b), giou)


@given(n=st.integers(1, 4), m=st.integers(1, 4), shift=st.integers(-500, 500), seed=st.integers(0, 2**32 - 1))
def test_agrees_with_a_slow_specification(candidate, n, m, shift, seed):
    """Random boxes agree with a computation pair by pair, wherever the origin lies."""
    rng = np.random.default_rng(seed)
    a, b = ordinary_boxes(rng, n, 4), ordinary_boxes(rng, m, 4)
    iou, giou = slow_scores(a, b)
    assert_close(candidate.box_iou(a + shift, b + shift), iou)
    assert_close(candidate.giou(a + shift, b + shift), giou)


@pytest.mark.fine
@given(n=st.integers(1, 4), m=st.integers(1, 4), shift=st.integers(-500, 500), seed=st.integers(0, 2**32 - 1))
def test_degenerate_boxes_agree_with_a_slow_specification(candidate, n, m, shift, seed):
    """Random boxes, some of them lines or points, agree with a computation pair by pair."""
    rng = np.random.default_rng(seed)
    a, b = random_boxes(rng, n, 4), random_boxes(rng, m, 4)
    iou, giou = slow_scores(a, b)
    assert_close(candidate.box_iou(a + shift, b + shift), iou)
    assert_close(candidate.giou(a + shift, b + shift), giou)


@pytest.mark.scale
def test_many_pairs_are_quick(candidate, reference, rng):
    """Five hundred boxes against six hundred take no more than 20 times as long as in a vectorised solution."""

    def prepare(subject, rng):
        low = rng.uniform(0.0, 100.0, size=(1100, 2))
        boxes = np.concatenate([low, low + rng.uniform(1.0, 30.0, size=(1100, 2))], axis=1)
        a, b = boxes[:500], boxes[500:]
        return lambda: subject.box_iou(a, b)

    speed(candidate, reference, prepare, rng, limit=20)
