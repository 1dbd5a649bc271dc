"""Hidden tests of image_augmentation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_shape

SEEDS = st.integers(0, 2**32 - 1)


def image(h, w, c=1, start=0):
    """Bytes that count up."""
    return (np.arange(h * w * c) + start).astype(np.uint8).reshape(h, w, c)


def draw_boxes(seed, k, h, w):
    """Random boxes inside an image, in quarters of pixels."""
    rng = np.random.default_rng(seed)
    x, y = (np.sort(rng.permutation(4 * n + 1)[: 2 * k].reshape(k, 2) if k else np.zeros((0, 2))) for n in (w, h))
    return np.stack([x[:, 0], y[:, 0], x[:, 1], y[:, 1]], axis=1) / 4


def test_flip_by_hand(candidate):
    """Pixels are mirrored in each row, and channels stay together."""
    img, boxes = candidate.hflip(image(2, 3, 2), np.array([[0.0, 0.0, 1.0, 2.0], [0.5, 1.0, 2.5, 2.0]]))
    assert_close(img, np.array([[[4, 5], [2, 3], [0, 1]], [[10, 11], [8, 9], [6, 7]]]))
    assert_close(boxes, np.array([[2.0, 0.0, 3.0, 2.0], [0.5, 1.0, 2.5, 2.0]]))


@given(w=st.integers(6, 12), seed=SEEDS)
def test_flip_moves_boxes_with_pixels(candidate, w, seed):
    """Corners stay in order, widths stay, and a second flip brings everything back."""
    img, boxes = image(6, w), draw_boxes(seed, 3, 6, w)
    once = candidate.hflip(img, boxes)
    assert_close(once[1], np.stack([w - boxes[:, 2], boxes[:, 1], w - boxes[:, 0], boxes[:, 3]], axis=1))
    twice = candidate.hflip(*once)
    assert_close(twice[0], img)
    assert_close(twice[1], boxes)


def test_crop_by_hand(candidate):
    """The window starts at row `top` and column `left`; boxes are clipped and moved."""
    boxes = np.array([[1.0, 0.0, 5.0, 4.0], [2.0, 1.0, 4.0, 2.0], [0.0, 3.0, 1.0, 4.0]])
    img, got, kept = candidate.crop(image(4, 6), boxes, 1, 2, 2, 3)
    assert_close(img, np.array([[8, 9, 10], [14, 15, 16]])[..., None])
    assert_close(got, np.array([[0.0, 0.0, 3.0, 2.0], [0.0, 0.0, 2.0, 1.0]]))
    assert_close(kept, [0, 1])


def test_crop_drops_what_is_hardly_visible(candidate):
    """A box is kept by the share of its own area that is left, not by that of the window."""
    boxes = np.array([[0.0, 0.0, 8.0, 1.0], [3.0, 0.0, 5.0, 1.0], [0.0, 0.0, 5.0, 2.0], [5.0, 0.0, 6.0, 2.0]])
    for min_visible, expected in ((0.3, [0, 1, 3]), (0.1, [0, 1, 2, 3]), (0.6, [3]), (0.45, [0, 1, 3])):
        _, got, kept = candidate.crop(image(2, 8), boxes, 0, 4, 2, 4, min_visible)
        assert_close(kept, expected)
        assert_shape(np.asarray(got), (len(expected), 4))
    assert_close(candidate.crop(image(2, 8), boxes, 0, 4, 2, 4)[2], [0, 1, 3])


@given(top=st.integers(0, 3), left=st.integers(0, 4), h=st.integers(1, 4), w=st.integers(1, 5), seed=SEEDS)
def test_crop_agrees_with_a_loop(candidate, top, left, h, w, seed):
    """Random windows and boxes, box by box."""
    # No share of areas in quarters of pixels comes within 1e-4 of this limit, so no tolerance decides.
    img, boxes, expected, kept = image(7, 9, 2), draw_boxes(seed, 4, 7, 9), [], []
    for i, (x1, y1, x2, y2) in enumerate(boxes.tolist()):
        c = [max(x1, left), max(y1, top), min(x2, left + w), min(y2, top + h)]
        seen = max(c[2] - c[0], 0) * max(c[3] - c[1], 0)
        if seen > 0.20013 * (x2 - x1) * (y2 - y1):
            expected.append([c[0] - left, c[1] - top, c[2] - left, c[3] - top])
            kept.append(i)
    got = candidate.crop(img, boxes, top, left, h, w, 0.20013)
    assert_close(got[0], img[top : top + h, left : left + w])
    assert_close(got[1], np.array(expected).reshape(-1, 4))
    assert_close(got[2], np.array(kept, dtype=np.int64))


def test_brightness(candidate):
    """Bytes are rounded and clipped; they don't wrap around."""
    img = np.array([[[0, 10, 100], [200, 255, 128]]], dtype=np.uint8)
    assert_close(candidate.adjust_brightness(img, 1.26), np.array([[[0, 13, 126], [252, 255, 161]]]))
    assert_close(candidate.adjust_brightness(img, 2), np.array([[[0, 20, 200], [255, 255, 255]]]))
    assert_close(candidate.adjust_brightness(img, 0.37), np.array([[[0, 4, 37], [74, 94, 47]]]))
    assert_close(candidate.adjust_brightness(img, 0.0), 0 * img)


def test_cutmix_by_hand(candidate):
    """The patch lies around (cy, cx), rows first, and the label follows its area."""
    a, b = np.zeros((2, 4, 8)), np.ones((2, 4, 8))
    img, label = candidate.cutmix(a, b, np.array([1.0, 0.0]), np.array([0.0, 1.0]), 0.75, 1, 5)
    expected = np.zeros((2, 4, 8))
    expected[:, 0:2, 3:7] = 1
    assert_close(img, expected)
    assert_close(label, [0.75, 0.25])


def test_cutmix_at_the_border(candidate):
    """Where the patch is clipped the label follows the real area, not lam."""
    a, b = np.zeros((1, 4, 8)), np.ones((1, 4, 8))
    img, label = candidate.cutmix(a, b, np.array([1.0, 0.0]), np.array([0.0, 1.0]), 0.75, 0, 7)
    assert_close(float(np.asarray(img).sum()), 3.0)
    assert_close(label, [1 - 3 / 32, 3 / 32])
    assert_close(candidate.cutmix(a, b, np.array([1.0]), np.array([5.0]), 1.0, 2, 2)[1], [1.0])
    assert_close(candidate.cutmix(a, b, np.array([1.0]), np.array([5.0]), 0.0, 2, 4)[1], [5.0])


def test_patch_of_an_odd_size(candidate):
    """A patch of 3 rows covers one above and one below cy, so 2 in all: half its size, rounded down, either way."""
    img, label = candidate.cutmix(
        np.zeros((1, 6, 6)), np.ones((1, 6, 6)), np.array([1.0, 0.0]), np.array([0.0, 1.0]), 0.75, 3, 2
    )
    expected = np.zeros((1, 6, 6))
    expected[:, 2:4, 1:3] = 1
    assert_close(img, expected)
    assert_close(label, [1 - 4 / 36, 4 / 36])


@given(h=st.integers(2, 12), w=st.integers(2, 12), share=st.integers(0, 10), seed=SEEDS)
def test_cutmix_agrees_with_a_loop(candidate, h, w, share, seed):
    """Random patches, pixel by pixel."""
    rng, lam = np.random.default_rng(seed), share / 10 + (0.003 if share < 10 else 0)
    cy, cx = int(rng.integers(h)), int(rng.integers(w))
    a, b, ya, yb = rng.normal(size=(2, h, w)), rng.normal(size=(2, h, w)), rng.random(3), rng.random(3)
    half = [int(n * math.sqrt(1 - lam)) // 2 for n in (h, w)]
    inside = np.array(
        [[abs(y - cy + 0.5) < half[0] and abs(x - cx + 0.5) < half[1] for x in range(w)] for y in range(h)]
    )
    img, label = candidate.cutmix(a, b, ya, yb, lam, cy, cx)
    assert_close(img, np.where(inside, b, a))
    assert_close(label, ya + (yb - ya) * inside.mean())


@pytest.mark.fine
def test_dtypes(candidate):
    """Images keep their dtype, and inputs stay as they are."""
    img, boxes = image(4, 4), draw_boxes(0, 2, 4, 4)
    assert_dtype(candidate.hflip(img, boxes)[0], np.uint8)
    assert_dtype(candidate.crop(img, boxes, 0, 0, 2, 2)[0], np.uint8)
    assert_dtype(candidate.adjust_brightness(img, 1.5), np.uint8)
    a, b = np.zeros((1, 4, 4), dtype=np.float32), np.ones((1, 4, 4), dtype=np.float32)
    assert_dtype(candidate.cutmix(a, b, np.array([1.0]), np.array([0.0]), 0.5, 2, 2)[0], np.float32)


@pytest.mark.fine
def test_halves_go_to_the_even_number(candidate):
    """Rounding is NumPy's."""
    img = np.array([1, 3, 5, 7, 255], dtype=np.uint8)
    assert_close(candidate.adjust_brightness(img, 0.5), np.array([0, 2, 2, 4, 128]))


@pytest.mark.fine
def test_share_equal_to_the_limit(candidate):
    """A share that equals the limit is enough; boxes without area never are."""
    boxes = np.array([[0.0, 0.0, 4.0, 2.0], [2.0, 0.0, 2.0, 2.0], [0.0, 0.0, 2.0, 2.0], [3.0, 1.0, 4.0, 1.0]])
    assert_close(candidate.crop(image(2, 4), boxes, 0, 2, 2, 2, 0.5)[2], [0])
    assert_close(candidate.crop(image(2, 4), boxes, 0, 2, 2, 2, 0.0)[2], [0])


@pytest.mark.fine
def test_no_boxes(candidate):
    """Images without boxes have none afterwards."""
    none = np.zeros((0, 4))
    assert_shape(candidate.hflip(image(2, 3), none)[1], (0, 4))
    _, boxes, kept = candidate.crop(image(2, 3), none, 0, 0, 1, 1)
    assert_shape(boxes, (0, 4))
    assert_equal(list(kept), [])


@pytest.mark.fine
def test_windows_outside(candidate):
    """A window that is empty or leaves the image raises ValueError."""
    for window in ((-1, 0, 2, 2), (0, -1, 2, 2), (3, 0, 2, 2), (0, 4, 2, 2), (0, 0, 0, 2), (0, 0, 2, 0), (0, 0, -1, 2)):
        with assert_raises(ValueError):
            candidate.crop(image(4, 5), np.zeros((0, 4)), *window)
    assert_shape(candidate.crop(image(4, 5), np.zeros((0, 4)), 0, 0, 4, 5)[0], (4, 5, 1))


@pytest.mark.fine
def test_what_cannot_be_mixed(candidate):
    """Floats or negative factors for brightness, other shapes and shares for CutMix raise ValueError."""
    for img, factor in ((np.ones((2, 2, 1)), 1.0), (image(2, 2), -0.5), (image(2, 2).astype(np.int64), 1.0)):
        with assert_raises(ValueError):
            candidate.adjust_brightness(img, factor)
    for shape, lam in (((1, 3, 4), 0.5), ((2, 4, 4), 0.5), ((1, 4, 4), -0.1), ((1, 4, 4), 1.1)):
        with assert_raises(ValueError):
            candidate.cutmix(np.zeros((1, 4, 4)), np.zeros(shape), np.ones(1), np.ones(1), lam, 2, 2)
