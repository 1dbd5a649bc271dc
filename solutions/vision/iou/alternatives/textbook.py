"""As detection libraries write it: corners by broadcasting, areas by columns, no checks."""

from __future__ import annotations

import numpy as np


def convert(boxes: np.ndarray, src: str, dst: str) -> np.ndarray:
    """Convert boxes by way of their corners."""
    if src == "xywh":
        x, y, w, h = np.moveaxis(boxes, -1, 0)
        boxes = np.stack([x, y, x + w, y + h], axis=-1)
    elif src == "cxcywh":
        cx, cy, w, h = np.moveaxis(boxes, -1, 0)
        boxes = np.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], axis=-1)
    x1, y1, x2, y2 = np.moveaxis(boxes, -1, 0)
    if dst == "xywh":
        return np.stack([x1, y1, x2 - x1, y2 - y1], axis=-1)
    if dst == "cxcywh":
        return np.stack([(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1], axis=-1)
    return boxes


def box_iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Intersection over union of all pairs."""
    inter, union = _inter_union(a, b)
    return inter / union


def giou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Generalised intersection over union of all pairs."""
    inter, union = _inter_union(a, b)
    lt = np.minimum(a[:, None, :2], b[None, :, :2])
    rb = np.maximum(a[:, None, 2:], b[None, :, 2:])
    hull = np.prod(rb - lt, axis=-1)
    return inter / union - (hull - union) / hull


def _inter_union(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the areas of intersection and union of all pairs."""
    lt = np.maximum(a[:, None, :2], b[None, :, :2])
    rb = np.minimum(a[:, None, 2:], b[None, :, 2:])
    wh = np.clip(rb - lt, 0, None)
    inter = wh[..., 0] * wh[..., 1]
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    return inter, area_a[:, None] + area_b[None, :] - inter
