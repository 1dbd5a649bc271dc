"""As the detectors of the R-CNN family write it: sort once, columns of corners, a shrinking order; no checks."""

from __future__ import annotations

import numpy as np


def nms(boxes: np.ndarray, scores: np.ndarray, iou_thr: float) -> list[int]:
    """Keep the best box, throw out what overlaps it, repeat."""
    x1, y1, x2, y2 = boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3]
    areas = (x2 - x1) * (y2 - y1)
    order = scores.argsort()[::-1]
    keep = []
    while order.size > 0:
        i = order[0]
        keep.append(i)
        rest = order[1:]
        w = np.maximum(0.0, np.minimum(x2[i], x2[rest]) - np.maximum(x1[i], x1[rest]))
        h = np.maximum(0.0, np.minimum(y2[i], y2[rest]) - np.maximum(y1[i], y1[rest]))
        inter = w * h
        iou = inter / (areas[i] + areas[rest] - inter)
        order = rest[iou <= iou_thr]
    return keep


def batched_nms(boxes: np.ndarray, scores: np.ndarray, classes: np.ndarray, iou_thr: float) -> list[int]:
    """Move each class to a place of its own, then one pass does."""
    offsets = classes * (boxes.max() + 1)
    return nms(boxes + offsets[:, None], scores, iou_thr)


def soft_nms(
    boxes: np.ndarray, scores: np.ndarray, sigma: float = 0.5, score_thr: float = 1e-3
) -> tuple[np.ndarray, np.ndarray]:
    """Bring the best of what is left to the front by a swap, decay the rest, filter at the end."""
    boxes, scores = boxes.copy(), scores.copy()
    index = np.arange(len(boxes))
    for i in range(len(boxes)):
        best = i + np.argmax(scores[i:])
        for array in (boxes, scores, index):
            array[[i, best]] = array[[best, i]]
        x1, y1, x2, y2 = boxes[i]
        rest = boxes[i + 1 :]
        w = np.maximum(0.0, np.minimum(x2, rest[:, 2]) - np.maximum(x1, rest[:, 0]))
        h = np.maximum(0.0, np.minimum(y2, rest[:, 3]) - np.maximum(y1, rest[:, 1]))
        inter = w * h
        iou = inter / ((x2 - x1) * (y2 - y1) + (rest[:, 2] - rest[:, 0]) * (rest[:, 3] - rest[:, 1]) - inter)
        scores[i + 1 :] *= np.exp(-iou * iou / sigma)
    keep = scores > score_thr
    return index[keep], scores[keep]
