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
    raise NotImplementedError


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
    raise NotImplementedError
