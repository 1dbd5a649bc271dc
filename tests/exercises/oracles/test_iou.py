"""The reference of iou against areas counted square by square and against exact fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from tests.support.references import References

SIDE = 12


def random_boxes(seed: int, n: int) -> np.ndarray:
    """Return n boxes with a positive area and corners on the grid of integers from 0 to SIDE."""
    rng = np.random.default_rng(seed)
    low = rng.integers(0, SIDE, size=(n, 2))
    return np.concatenate([low, rng.integers(low + 1, SIDE + 1)], axis=1)


def squares(box: np.ndarray) -> np.ndarray:
    """Return the mask of the unit squares that lie in a box with integer corners."""
    x1, y1, x2, y2 = box
    mask = np.zeros((SIDE, SIDE), dtype=bool)
    mask[y1:y2, x1:x2] = True
    return mask


def hull_area(mask: np.ndarray) -> int:
    """Return how many squares the smallest rectangle around a mask holds."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(np.ptp(rows) + 1) * int(np.ptp(columns) + 1)


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float32, np.float64])
@pytest.mark.parametrize("seed", range(5))
def test_scores_agree_with_counted_squares(reference: References, dtype: type, seed: int) -> None:
    """IoU and GIoU agree with logical operations on rasterised boxes."""
    solution = reference("iou")
    a, b = random_boxes(seed, 9), random_boxes(seed + 1000, 7)
    iou, giou = np.zeros((9, 7)), np.zeros((9, 7))
    for i, first in enumerate(map(squares, a)):
        for j, second in enumerate(map(squares, b)):
            both, either = int((first & second).sum()), int((first | second).sum())
            hull = hull_area(first | second)
            iou[i, j] = Fraction(both, either)
            giou[i, j] = Fraction(both, either) - Fraction(hull - either, hull)
    tolerance = 1e-6 if dtype is np.float32 else 1e-14
    np.testing.assert_allclose(solution.box_iou(a.astype(dtype), b.astype(dtype)), iou, atol=tolerance)
    np.testing.assert_allclose(solution.giou(a.astype(dtype), b.astype(dtype)), giou, atol=tolerance)


@pytest.mark.parametrize("seed", range(5))
def test_iou_agrees_with_sampling(reference: References, seed: int) -> None:
    """IoU of boxes with real corners agrees with the share of random points that fall into both boxes."""
    rng = np.random.default_rng(seed)
    corners = np.sort(rng.random((2, 2, 2)), axis=1)
    a, b = corners.reshape(2, 1, 4)
    points = rng.random((200_000, 2))
    in_a, in_b = (np.all((points >= box[0, :2]) & (points < box[0, 2:]), axis=1) for box in (a, b))
    either = np.count_nonzero(in_a | in_b)
    np.testing.assert_allclose(
        reference("iou").box_iou(a, b)[0, 0], np.count_nonzero(in_a & in_b) / either, atol=4 / np.sqrt(either)
    )


@pytest.mark.parametrize("src", ["xyxy", "xywh", "cxcywh"])
@pytest.mark.parametrize("dst", ["xyxy", "xywh", "cxcywh"])
def test_convert_agrees_with_linear_maps(reference: References, src: str, dst: str) -> None:
    """Each conversion is a linear map: the matrix of one format times the inverse matrix of the other."""
    half = 0.5 * np.eye(2)
    eye, zero = np.eye(2), np.zeros((2, 2))
    to_corners = {
        "xyxy": np.eye(4),
        "xywh": np.block([[eye, zero], [eye, eye]]),
        "cxcywh": np.block([[eye, -half], [eye, half]]),
    }
    matrix = np.linalg.inv(to_corners[dst]) @ to_corners[src]
    boxes = np.random.default_rng(0).normal(size=(3, 5, 4))
    np.testing.assert_allclose(reference("iou").convert(boxes, src, dst), boxes @ matrix.T, atol=1e-14)
