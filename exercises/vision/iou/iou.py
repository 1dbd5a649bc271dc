"""Box formats, intersection over union and generalised IoU of axis-parallel boxes."""

from __future__ import annotations

import numpy as np


def convert(boxes: np.ndarray, src: str, dst: str) -> np.ndarray:
    """Convert boxes from one format to another.

    Parameters
    ----------
    boxes : ndarray of shape (..., 4)
        Boxes in the format `src`.
    src : {"xyxy", "xywh", "cxcywh"}
        Format of the input.
    dst : {"xyxy", "xywh", "cxcywh"}
        Format of the result.

    Returns
    -------
    ndarray of shape (..., 4)
        The same boxes in the format `dst`. float32 and float64 are kept, integers give float64.

    Raises
    ------
    ValueError
        If a format is unknown, or if the last axis does not have length 4.

    Examples
    --------
    >>> convert(np.array([1.0, 2.0, 4.0, 8.0]), "xyxy", "cxcywh")
    array([2.5, 5. , 3. , 6. ])
    >>> convert(np.array([[5, 5, 2, 4]]), "cxcywh", "xywh")
    array([[4., 3., 2., 4.]])
    """
    raise NotImplementedError


def box_iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Intersection over union of every box of one set with every box of another.

    Parameters
    ----------
    a : ndarray of shape (n, 4)
        Boxes in the format xyxy.
    b : ndarray of shape (m, 4)
        Boxes in the format xyxy.

    Returns
    -------
    ndarray of shape (n, m)
        IoU, 0 where the union has no area. float32 and float64 are kept, integers give float64.

    Raises
    ------
    ValueError
        If a shape is not (n, 4), or if a box has x2 < x1 or y2 < y1.

    Examples
    --------
    >>> box_iou(np.array([[0, 0, 2, 2]]), np.array([[0, 0, 2, 2], [0, 1, 2, 2], [5, 5, 6, 6]]))
    array([[1. , 0.5, 0. ]])
    """
    raise NotImplementedError


def giou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Generalised IoU of every box of one set with every box of another.

    Parameters
    ----------
    a : ndarray of shape (n, 4)
        Boxes in the format xyxy.
    b : ndarray of shape (m, 4)
        Boxes in the format xyxy.

    Returns
    -------
    ndarray of shape (n, m)
        Values in [-1, 1], 0 where the hull has no area. float32 and float64 are kept, integers give float64.

    Raises
    ------
    ValueError
        If a shape is not (n, 4), or if a box has x2 < x1 or y2 < y1.

    Examples
    --------
    >>> giou(np.array([[0, 0, 1, 1]]), np.array([[0, 0, 1, 1], [1, 0, 2, 1], [3, 0, 4, 1]]))
    array([[ 1. ,  0. , -0.5]])
    """
    raise NotImplementedError
