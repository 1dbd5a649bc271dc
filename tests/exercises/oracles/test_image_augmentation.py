"""The reference of image_augmentation against masks: every box is drawn, and augmented as an image."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.references import References


def drawn(box: np.ndarray, h: int, w: int) -> np.ndarray:
    """Draw a box of whole pixels as a mask."""
    x1, y1, x2, y2 = box.astype(int)
    mask = np.zeros((h, w, 1), dtype=np.uint8)
    mask[y1:y2, x1:x2] = 1
    return mask


@pytest.mark.parametrize("seed", range(20))
def test_boxes_follow_their_masks(reference: References, seed: int) -> None:
    """Flipping and cropping a drawn box gives the drawing of the box that comes back."""
    solution, rng = reference("image_augmentation"), np.random.default_rng(seed)
    h, w = rng.integers(8, 20, size=2).tolist()
    x, y = (np.sort([rng.permutation(n + 1)[:2] for _ in range(6)], axis=1) for n in (w, h))
    boxes = np.stack([x[:, 0], y[:, 0], x[:, 1], y[:, 1]], axis=1).astype(float)
    masks = [drawn(box, h, w) for box in boxes]
    for mask, box in zip(masks, solution.hflip(masks[0], boxes)[1], strict=True):
        np.testing.assert_array_equal(drawn(box, h, w), np.flip(mask, axis=1))
    top, left = int(rng.integers(h - 4)), int(rng.integers(w - 4))
    height, width = int(rng.integers(1, h - top + 1)), int(rng.integers(1, w - left + 1))
    _, got, kept = solution.crop(masks[0], boxes, top, left, height, width, 0.3)
    windows = [mask[top : top + height, left : left + width] for mask in masks]
    assert kept.tolist() == [i for i, (a, b) in enumerate(zip(masks, windows, strict=True)) if b.sum() >= 0.3 * a.sum()]
    for i, box in zip(kept, got, strict=True):
        np.testing.assert_array_equal(drawn(box, height, width), windows[i])


@pytest.mark.parametrize("seed", range(20))
def test_label_follows_the_pixels(reference: References, seed: int) -> None:
    """The label of a mixture of zeros and ones is the mean of the image; all bytes are multiplied exactly."""
    solution, rng = reference("image_augmentation"), np.random.default_rng(seed)
    h, w = rng.integers(1, 20, size=2).tolist()
    cy, cx, lam = int(rng.integers(h)), int(rng.integers(w)), float(rng.random())
    a = np.zeros((3, h, w))
    img, label = solution.cutmix(a, a + 1, np.zeros(1), np.ones(1), lam, cy, cx)
    assert label[0] == pytest.approx(img.mean())
    assert img.mean() <= 1 - lam + 1e-9
    bytes_, factor = np.arange(256, dtype=np.uint8), float(rng.uniform(0, 3))
    assert solution.adjust_brightness(bytes_, factor).tolist() == [min(round(v * factor), 255) for v in range(256)]
