"""All IoUs in one matrix, then a scan over its rows."""

import numpy as np


def iou_matrix(boxes):
    """IoU of every pair, shape (n, n)."""
    x1, y1, x2, y2 = boxes.T
    width = np.clip(np.minimum.outer(x2, x2) - np.maximum.outer(x1, x1), 0, None)
    height = np.clip(np.minimum.outer(y2, y2) - np.maximum.outer(y1, y1), 0, None)
    inter = width * height
    area = (x2 - x1) * (y2 - y1)
    union = np.add.outer(area, area) - inter
    return inter / np.where(union > 0, union, 1)


def prepare(boxes, scores):
    """Arguments as float64."""
    boxes, scores = np.array(boxes, dtype=float), np.array(scores, dtype=float)
    if boxes.ndim != 2 or boxes.shape[1:] != (4,) or scores.shape != (len(boxes),):
        raise ValueError("boxes must be (n, 4) and scores (n,)")
    return boxes, scores


def scan(boxes, scores, classes, iou_thr):
    """Greedy suppression on the matrix; only pairs of one class count."""
    if not (0 <= iou_thr <= 1):
        raise ValueError("iou_thr must lie in [0, 1]")
    over = (iou_matrix(boxes) > iou_thr) & np.equal.outer(classes, classes)
    alive = np.ones(len(boxes), dtype=bool)
    kept = []
    for i in np.lexsort((np.arange(len(boxes)), -scores)):
        if alive[i]:
            kept.append(i)
            alive[over[i]] = False
    return np.array(kept, dtype=np.int64)


def nms(boxes, scores, iou_thr):
    """Greedy suppression."""
    boxes, scores = prepare(boxes, scores)
    return scan(boxes, scores, np.zeros(len(boxes)), iou_thr)


def batched_nms(boxes, scores, classes, iou_thr):
    """Greedy suppression within each class."""
    boxes, scores = prepare(boxes, scores)
    classes = np.asarray(classes)
    if classes.shape != scores.shape:
        raise ValueError("one class a box")
    return scan(boxes, scores, classes, iou_thr)


def soft_nms(boxes, scores, sigma=0.5, score_thr=1e-3):
    """Gaussian decay, with minus infinity for the boxes that are done."""
    boxes, scores = prepare(boxes, scores)
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    decay = np.exp(-(iou_matrix(boxes) ** 2) / sigma)
    picks, values = [], []
    for _ in range(len(boxes)):
        scores[scores < score_thr] = -np.inf
        best = int(scores.argmax())
        if scores[best] == -np.inf:
            break
        picks.append(best)
        values.append(scores[best])
        scores[best] = -np.inf
        scores *= decay[best]
    return np.array(picks, dtype=np.int64), np.array(values, dtype=float)
