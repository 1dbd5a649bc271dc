"""Non-maximum suppression: greedy, per class, and soft."""

from __future__ import annotations

import numpy as np


def nms(boxes: np.ndarray, scores: np.ndarray, iou_thr: float) -> np.ndarray:
    """Keep the best-scored boxes and suppress those that overlap a kept one.

    Parameters
    ----------
    boxes : ndarray of shape (n, 4)
        Corners x1, y1, x2, y2 of each box.
    scores : ndarray of shape (n,)
        Confidence of each box.
    iou_thr : float
        Greatest overlap with a kept box that a box survives; between 0 and 1.

    Returns
    -------
    ndarray of shape (m,)
        Indices of the kept boxes, int64, by descending score; equal scores by ascending index.

    Raises
    ------
    ValueError
        If `boxes` is not of shape (n, 4), `scores` is not of shape (n,), or `iou_thr` lies outside [0, 1].

    Examples
    --------
    >>> boxes = np.array([[0.0, 0.0, 2.0, 2.0], [5.0, 5.0, 6.0, 6.0], [0.0, 0.0, 2.0, 1.5]])
    >>> nms(boxes, np.array([0.6, 0.7, 0.9]), 0.5).tolist()
    [2, 1]
    """
    raise NotImplementedError


def batched_nms(boxes: np.ndarray, scores: np.ndarray, classes: np.ndarray, iou_thr: float) -> np.ndarray:
    """Suppress within each class; boxes of different classes never touch each other.

    Parameters
    ----------
    boxes : ndarray of shape (n, 4)
        Corners x1, y1, x2, y2 of each box.
    scores : ndarray of shape (n,)
        Confidence of each box.
    classes : ndarray of shape (n,)
        Integer label of each box; any int64 values.
    iou_thr : float
        Greatest overlap with a kept box of the same class that a box survives; between 0 and 1.

    Returns
    -------
    ndarray of shape (m,)
        Indices of the kept boxes of all classes, int64, by descending score; equal scores by ascending index.

    Raises
    ------
    ValueError
        If `boxes` is not of shape (n, 4), `scores` or `classes` is not of shape (n,), or `iou_thr` lies outside
        [0, 1].

    Examples
    --------
    >>> boxes = np.array([[0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 2.0, 2.0]])
    >>> batched_nms(boxes, np.array([0.6, 0.7, 0.9]), np.array([3, 3, 8]), 0.5).tolist()
    [2, 1]
    """
    raise NotImplementedError


def soft_nms(
    boxes: np.ndarray, scores: np.ndarray, sigma: float = 0.5, score_thr: float = 1e-3
) -> tuple[np.ndarray, np.ndarray]:
    """Lower the scores of overlapping boxes instead of removing the boxes.

    Parameters
    ----------
    boxes : ndarray of shape (n, 4)
        Corners x1, y1, x2, y2 of each box.
    scores : ndarray of shape (n,)
        Confidence of each box, not negative.
    sigma : float, default=0.5
        Width of the Gaussian decay; positive.
    score_thr : float, default=1e-3
        A box whose score is below this value is dropped.

    Returns
    -------
    indices : ndarray of shape (m,)
        Boxes in the order in which they were picked, int64.
    decayed : ndarray of shape (m,)
        Score of each box at the moment of its pick, float64.

    Raises
    ------
    ValueError
        If `boxes` is not of shape (n, 4), `scores` is not of shape (n,), or `sigma` is not positive.

    Examples
    --------
    >>> boxes = np.array([[0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 2.0, 1.0], [5.0, 5.0, 6.0, 6.0]])
    >>> indices, decayed = soft_nms(boxes, np.array([0.9, 0.8, 0.5]))
    >>> indices.tolist(), decayed.round(4).tolist()
    ([0, 2, 1], [0.9, 0.5, 0.4852])
    """
    raise NotImplementedError
