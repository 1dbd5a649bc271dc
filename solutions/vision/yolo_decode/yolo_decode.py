"""Boxes from the raw output of YOLO heads, with and without anchors."""

from __future__ import annotations

import numpy as np


def decode_anchor(
    pred: np.ndarray, anchors: np.ndarray, stride: float, conf: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Decode a head with anchors.

    Parameters
    ----------
    pred : ndarray of shape (a, 5 + c, h, w)
        Raw numbers: centre, size, objectness and classes.
    anchors : ndarray of shape (a, 2)
        Width and height of each anchor in pixels.
    stride : float
        Pixels between neighbouring cells.
    conf : float
        Scores have to be above it.

    Returns
    -------
    boxes : ndarray of shape (k, 4)
        Corners in pixels.
    scores : ndarray of shape (k,)
        Objectness times the probability of the best class.
    classes : ndarray of shape (k,)
        Best classes.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> boxes, scores, classes = decode_anchor(np.zeros((1, 6, 1, 1)), np.array([[10.0, 4.0]]), stride=8, conf=0.2)
    >>> boxes.tolist(), scores.tolist(), classes.tolist()
    ([[-1.0, 2.0, 9.0, 6.0]], [0.25], [0])
    """
    if anchors.shape != (len(pred), 2):
        raise ValueError(f"predictions {pred.shape} and anchors {anchors.shape} do not fit")
    scores = _sigmoid(pred[:, 4]) * _sigmoid(pred[:, 5:].max(axis=1))
    anchor, row, col = kept = np.nonzero(scores > conf)
    x, y, w, h = _sigmoid(pred[anchor, :4, row, col]).T * 2
    x, y = (x - 0.5 + col) * stride, (y - 0.5 + row) * stride
    half_w, half_h = w**2 * anchors[anchor, 0] / 2, h**2 * anchors[anchor, 1] / 2
    boxes = np.stack([x - half_w, y - half_h, x + half_w, y + half_h], axis=1)
    return boxes.astype(pred.dtype), scores[kept], pred[:, 5:].argmax(axis=1)[kept]


def decode_dfl(
    reg: np.ndarray, cls: np.ndarray, stride: float, conf: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Decode a head without anchors, whose distances are distributions over bins.

    Parameters
    ----------
    reg : ndarray of shape (4, r, h, w)
        Logits of the bins for left, top, right and bottom.
    cls : ndarray of shape (c, h, w)
        Logits of the classes.
    stride : float
        Pixels between neighbouring cells.
    conf : float
        Scores have to be above it.

    Returns
    -------
    boxes : ndarray of shape (k, 4)
        Corners in pixels.
    scores : ndarray of shape (k,)
        Probabilities of the best class.
    classes : ndarray of shape (k,)
        Best classes.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> boxes, _, _ = decode_dfl(np.zeros((4, 3, 1, 1)), np.zeros((2, 1, 1)), stride=8, conf=0.2)
    >>> boxes.tolist()
    [[-4.0, -4.0, 12.0, 12.0]]
    """
    if reg.shape[2:] != cls.shape[1:]:
        raise ValueError(f"bins {reg.shape} and classes {cls.shape} do not fit")
    scores = _sigmoid(cls.max(axis=0))
    row, col = kept = np.nonzero(scores > conf)
    logits = reg[:, :, row, col]  # (4, r, k): only what is kept is decoded
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    bins = np.arange(reg.shape[1])[:, np.newaxis]
    left, top, right, bottom = (weights * bins).sum(axis=1) / weights.sum(axis=1) * stride
    x, y = (col + 0.5) * stride, (row + 0.5) * stride
    boxes = np.stack([x - left, y - top, x + right, y + bottom], axis=1)
    return boxes.astype(reg.dtype), scores[kept], cls.argmax(axis=0)[kept]


def _sigmoid(x: np.ndarray) -> np.ndarray:
    """Return the logistic function, which is a tanh and so cannot overflow."""
    return 0.5 + 0.5 * np.tanh(0.5 * x)
