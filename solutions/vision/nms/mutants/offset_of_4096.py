"""Separates the classes by an offset of 4096, less than the extent of the boxes."""

from __future__ import annotations

import numpy as np


def nms(boxes: np.ndarray, scores: np.ndarray, iou_thr: float) -> np.ndarray:
    """Keep the best-scored boxes and suppress those that overlap a kept one."""
    boxes, scores = _checked(boxes, scores)
    _check_threshold(iou_thr)
    # Negated scores and a stable sort: descending, and equal scores stay in index order.
    waiting = np.argsort(-scores, kind="stable")
    kept = []
    while waiting.size:
        best, waiting = waiting[0], waiting[1:]
        kept.append(best)
        # A suppressed box leaves the queue here, so it never gets a turn to suppress others.
        waiting = waiting[_iou(boxes[best], boxes[waiting]) <= iou_thr]
    return np.array(kept, dtype=np.int64)


def batched_nms(boxes: np.ndarray, scores: np.ndarray, classes: np.ndarray, iou_thr: float) -> np.ndarray:
    """Suppress within each class; boxes of different classes never touch each other."""
    boxes, scores = _checked(boxes, scores)
    if classes.shape != scores.shape:
        raise ValueError(f"classes must have shape {scores.shape}, got {classes.shape}")
    _check_threshold(iou_thr)
    ranks = np.unique(classes, return_inverse=True)[1]
    return nms(boxes + 4096.0 * ranks[:, None], scores, iou_thr)


def soft_nms(
    boxes: np.ndarray, scores: np.ndarray, sigma: float = 0.5, score_thr: float = 1e-3
) -> tuple[np.ndarray, np.ndarray]:
    """Lower the scores of overlapping boxes instead of removing the boxes."""
    boxes, current = _checked(boxes, scores)
    if not sigma > 0:
        raise ValueError(f"sigma must be positive, got {sigma}")
    picked = []
    waiting = np.arange(len(boxes))
    while (waiting := waiting[current[waiting] >= score_thr]).size:
        # `waiting` ascends and argmax returns the first maximum: equal scores go to the lowest index.
        best = waiting[np.argmax(current[waiting])]
        picked.append(best)
        waiting = waiting[waiting != best]
        current[waiting] *= np.exp(-(_iou(boxes[best], boxes[waiting]) ** 2) / sigma)
    # A picked box has left `waiting`, so its entry in `current` is still the score it was picked with.
    indices = np.array(picked, dtype=np.int64)
    return indices, current[indices]


def _checked(boxes: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Boxes and scores as float64; the scores are a copy. Integer areas would overflow, unsigned sides wrap."""
    boxes = np.asarray(boxes, dtype=np.float64)
    scores = np.array(scores, dtype=np.float64)
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise ValueError(f"boxes must have shape (n, 4), got {boxes.shape}")
    if scores.shape != boxes.shape[:1]:
        raise ValueError(f"scores must have shape ({len(boxes)},), got {scores.shape}")
    return boxes, scores


def _check_threshold(iou_thr: float) -> None:
    """Refuse a threshold outside [0, 1], NaN included."""
    if not 0.0 <= iou_thr <= 1.0:
        raise ValueError(f"iou_thr must lie in [0, 1], got {iou_thr}")


def _iou(box: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Overlap of one box (4,) with each of the others (m, 4); 0 where the union has no area."""
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    # Disjoint boxes have a negative side; two of them would multiply to a positive area.
    sides = np.maximum(sides, 0.0)
    inter = sides[:, 0] * sides[:, 1]
    union = _area(box) + _area(others) - inter
    return np.divide(inter, union, out=np.zeros_like(inter), where=union > 0.0)


def _area(boxes: np.ndarray) -> np.ndarray:
    """Area of each box, continuous coordinates."""
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])
