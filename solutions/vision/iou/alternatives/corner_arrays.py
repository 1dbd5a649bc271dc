"""Arrays of corners of shape (n, m, 2), products over the last axis, and boolean indexing for the empty unions."""

from __future__ import annotations

import numpy as np


def convert(boxes: np.ndarray, src: str, dst: str) -> np.ndarray:
    """Convert boxes from one format to another."""
    # Each format is a linear map from corners, so a conversion is one product of 4 x 4 matrices.
    maps = {
        "xyxy": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]],
        "xywh": [[1, 0, 0, 0], [0, 1, 0, 0], [-1, 0, 1, 0], [0, -1, 0, 1]],
        "cxcywh": [[0.5, 0, 0.5, 0], [0, 0.5, 0, 0.5], [-1, 0, 1, 0], [0, -1, 0, 1]],
    }
    try:
        matrix = np.array(maps[dst]) @ np.linalg.inv(np.array(maps[src]))
    except KeyError as error:
        raise ValueError(f"unknown format {error}") from None
    if boxes.shape[-1] != 4:
        raise ValueError("the last axis must hold four numbers")
    boxes = _floats(boxes)
    return boxes @ matrix.T.astype(boxes.dtype)


def box_iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Intersection over union of all pairs."""
    a, b = _corners(a), _corners(b)
    overlap = _overlap(a, b)
    union = _union(a, b, overlap)
    empty = union == 0
    union[empty] = 1
    return overlap / union


def giou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Generalised IoU of all pairs."""
    iou = box_iou(a, b)
    a, b = _corners(a), _corners(b)
    union = _union(a, b, _overlap(a, b))
    low = np.minimum(a[:, None, 0], b[None, :, 0])
    high = np.maximum(a[:, None, 1], b[None, :, 1])
    hull = np.prod(high - low, axis=-1)
    some = hull > 0
    iou[some] += union[some] / hull[some] - 1
    return iou


def _floats(boxes: np.ndarray) -> np.ndarray:
    """Return the boxes in a float dtype."""
    return boxes if boxes.dtype.kind == "f" else boxes.astype(float)


def _corners(boxes: np.ndarray) -> np.ndarray:
    """Return checked boxes as an array of shape (n, 2, 2): low and high corner."""
    if boxes.shape[1:] != (4,):
        raise ValueError("boxes must have shape (n, 4)")
    corners = _floats(boxes).reshape(len(boxes), 2, 2)
    if (corners[:, 1] < corners[:, 0]).any():
        raise ValueError("the low corner must come first")
    return corners


def _overlap(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the areas shared by each pair."""
    sides = np.minimum(a[:, None, 1], b[None, :, 1]) - np.maximum(a[:, None, 0], b[None, :, 0])
    return np.prod(np.where(sides > 0, sides, 0), axis=-1)


def _union(a: np.ndarray, b: np.ndarray, overlap: np.ndarray) -> np.ndarray:
    """Return the areas covered by each pair."""
    area_a, area_b = np.prod(a[:, 1] - a[:, 0], axis=-1), np.prod(b[:, 1] - b[:, 0], axis=-1)
    return np.add.outer(area_a, area_b) - overlap
