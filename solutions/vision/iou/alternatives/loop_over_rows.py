"""One box of a at a time against all of b, with lists of branches for the formats."""

from __future__ import annotations

import numpy as np


def convert(boxes: np.ndarray, src: str, dst: str) -> np.ndarray:
    """Convert boxes from one format to another."""
    for name in (src, dst):
        if name not in ("xyxy", "xywh", "cxcywh"):
            raise ValueError(f"no format {name!r}")
    if boxes.shape[-1] != 4:
        raise ValueError("the last axis must hold four numbers")
    out = boxes.astype(_dtype(boxes))  # astype copies
    if src == "cxcywh":
        out[..., :2] -= out[..., 2:] / 2
    elif src == "xyxy":
        out[..., 2:] -= out[..., :2]
    if dst == "cxcywh":
        out[..., :2] += out[..., 2:] / 2
    elif dst == "xyxy":
        out[..., 2:] += out[..., :2]
    return out


def box_iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Intersection over union of all pairs."""
    return _each_row(a, b, generalised=False)


def giou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Generalised IoU of all pairs."""
    return _each_row(a, b, generalised=True)


def _each_row(a: np.ndarray, b: np.ndarray, generalised: bool) -> np.ndarray:
    """Fill the matrix row by row."""
    for boxes in (a, b):
        if boxes.ndim != 2 or boxes.shape[-1] != 4:
            raise ValueError("boxes must be a matrix with four columns")
        if not ((boxes[:, 0] <= boxes[:, 2]) & (boxes[:, 1] <= boxes[:, 3])).all():
            raise ValueError("the low corner must come first")
    a, b = a.astype(_dtype(a)), b.astype(_dtype(b))
    left, top, right, bottom = np.ascontiguousarray(b.T)
    area = (right - left) * (bottom - top)
    result = np.zeros((len(a), len(b)), dtype=a.dtype)
    for row, (x1, y1, x2, y2) in zip(result, a, strict=True):
        overlap = np.clip(np.minimum(x2, right) - np.maximum(x1, left), 0, None)
        overlap *= np.clip(np.minimum(y2, bottom) - np.maximum(y1, top), 0, None)
        union = (x2 - x1) * (y2 - y1) + area - overlap
        np.divide(overlap, union, out=row, where=union != 0)
        if generalised:
            hull = (np.maximum(x2, right) - np.minimum(x1, left)) * (np.maximum(y2, bottom) - np.minimum(y1, top))
            filled = np.ones_like(hull)
            np.divide(union, hull, out=filled, where=hull != 0)
            row += filled - 1
    return result


def _dtype(boxes: np.ndarray) -> np.dtype:
    """Return the dtype of the result."""
    return boxes.dtype if boxes.dtype in (np.float32, np.float64) else np.dtype(np.float64)
