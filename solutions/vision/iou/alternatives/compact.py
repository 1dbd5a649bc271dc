"""One helper gives intersection, union and hull of all pairs."""

from __future__ import annotations

import numpy as np

_FORMATS = ("xyxy", "xywh", "cxcywh")


def convert(boxes: np.ndarray, src: str, dst: str) -> np.ndarray:
    """Convert boxes from one format to another."""
    if src not in _FORMATS or dst not in _FORMATS:
        raise ValueError("unknown format")
    if boxes.shape[-1:] != (4,):
        raise ValueError("boxes must have four numbers each")
    boxes = _as_float(boxes)
    p, q = boxes[..., :2], boxes[..., 2:]
    if src == "xyxy":
        low, size = p, q - p
    elif src == "xywh":
        low, size = p, q
    else:
        low, size = p - q / 2, q
    if dst == "xyxy":
        halves = low, low + size
    elif dst == "xywh":
        halves = low, size
    else:
        halves = low + size / 2, size
    return np.concatenate(halves, axis=-1)


def box_iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Intersection over union of all pairs."""
    _check(a)
    _check(b)
    inter, union, _ = _areas(_as_float(a), _as_float(b))
    return _divide(inter, union)


def giou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Generalised IoU of all pairs."""
    _check(a)
    _check(b)
    inter, union, hull = _areas(_as_float(a), _as_float(b))
    return _divide(inter, union) - _divide(hull - union, hull)


def _as_float(boxes: np.ndarray) -> np.ndarray:
    """Return the boxes in a float dtype."""
    return boxes if boxes.dtype.kind == "f" else boxes.astype(np.float64)


def _check(boxes: np.ndarray) -> None:
    """Raise ValueError for anything but a matrix of boxes with corners in order."""
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise ValueError("boxes must have shape (n, 4)")
    if (boxes[:, 2] < boxes[:, 0]).any() or (boxes[:, 3] < boxes[:, 1]).any():
        raise ValueError("corners are not in order")


def _areas(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the areas of intersection, union and hull of all pairs."""
    a, b = a[:, None], b[None, :]
    side = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    side = side.clip(min=0)
    inter = side[..., 0] * side[..., 1]
    side_a, side_b = a[..., 2:] - a[..., :2], b[..., 2:] - b[..., :2]
    union = side_a[..., 0] * side_a[..., 1] + side_b[..., 0] * side_b[..., 1] - inter
    side = np.maximum(a[..., 2:], b[..., 2:]) - np.minimum(a[..., :2], b[..., :2])
    return inter, union, side[..., 0] * side[..., 1]


def _divide(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Divide, with 0 where the denominator is 0."""
    return np.where(y > 0, x / np.where(y > 0, y, 1), 0).astype(x.dtype)
