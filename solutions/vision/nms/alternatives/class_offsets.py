"""The offset trick done safely: float64, ranks of the labels, and the full extent of the boxes."""

import numpy as np


def area(b):
    """Area of each box."""
    return np.prod(b[:, 2:] - b[:, :2], axis=1)


def overlaps(box, others):
    """IoU of one box with the others."""
    low = np.maximum(box[:2], others[:, :2])
    high = np.minimum(box[2:], others[:, 2:])
    inter = np.prod(np.where(high > low, high - low, 0.0), axis=1)
    union = area(box[None]) + area(others) - inter
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(inter / union, nan=0.0)


def check(boxes, scores):
    """Raise ValueError for wrong shapes."""
    if np.ndim(boxes) != 2 or np.shape(boxes)[1] != 4:
        raise ValueError("boxes must have four columns")
    if np.shape(scores) != (len(boxes),):
        raise ValueError("one score a box")


def nms(boxes, scores, iou_thr):
    """Mark dead boxes in a mask while walking down the ranking."""
    check(boxes, scores)
    if not 0 <= iou_thr <= 1:
        raise ValueError("bad threshold")
    boxes = boxes.astype(np.float64)
    order = np.argsort(-np.asarray(scores, dtype=np.float64), kind="mergesort")
    ranked = boxes[order]
    dead = np.zeros(len(order), dtype=bool)
    kept = []
    for position, index in enumerate(order):
        if dead[position]:
            continue
        kept.append(int(index))
        dead[position + 1 :] |= overlaps(ranked[position], ranked[position + 1 :]) > iou_thr
    return np.asarray(kept, dtype="int64")


def batched_nms(boxes, scores, classes, iou_thr):
    """Shift each class by a multiple of the extent."""
    check(boxes, scores)
    if np.shape(classes) != np.shape(scores):
        raise ValueError("one class a box")
    if len(boxes) == 0:
        return nms(boxes, scores, iou_thr)
    boxes = boxes.astype(np.float64)
    rank = np.unique(classes, return_inverse=True)[1]
    return nms(boxes + (rank * (np.ptp(boxes) + 1.0))[:, None], scores, iou_thr)


def soft_nms(boxes, scores, sigma=0.5, score_thr=1e-3):
    """Shrinking arrays of indices, boxes and scores."""
    check(boxes, scores)
    if sigma <= 0:
        raise ValueError("bad sigma")
    index = np.arange(len(boxes))
    boxes, scores = boxes.astype(np.float64), scores.astype(np.float64)
    picks, values = [], []
    while True:
        alive = ~(scores < score_thr)
        index, boxes, scores = index[alive], boxes[alive], scores[alive]
        if not len(index):
            return np.array(picks, dtype=np.int64), np.array(values, dtype=np.float64)
        best = np.flatnonzero(scores == scores.max())[0]
        picks.append(index[best])
        values.append(scores[best])
        rest = np.arange(len(index)) != best
        weights = np.exp(-np.square(overlaps(boxes[best], boxes[rest])) / sigma)
        index, boxes, scores = index[rest], boxes[rest], scores[rest] * weights
