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
    if src not in _TO_CORNERS or dst not in _FROM_CORNERS:
        raise ValueError(f"cannot convert from {src!r} to {dst!r}; the formats are {', '.join(_TO_CORNERS)}")
    if boxes.shape[-1:] != (4,):
        raise ValueError(f"boxes must have shape (..., 4), not {boxes.shape}")
    first, second = np.split(_as_float(boxes), 2, axis=-1)
    low, high = _TO_CORNERS[src](first, second)
    return np.concatenate(_FROM_CORNERS[dst](low, high), axis=-1)


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
    a, b = _checked(a), _checked(b)
    return _ratio(*_intersection_and_union(a, b))


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
    a, b = _checked(a), _checked(b)
    intersection, union = _intersection_and_union(a, b)
    hull = _hull(a, b)
    return _ratio(intersection, union) - _ratio(hull - union, hull)


# Each format is read as two halves of two numbers; the corners are the common form.
_TO_CORNERS = {
    "xyxy": lambda low, high: (low, high),
    "xywh": lambda low, size: (low, low + size),
    "cxcywh": lambda centre, size: (centre - size / 2, centre + size / 2),
}
_FROM_CORNERS = {
    "xyxy": lambda low, high: (low, high),
    "xywh": lambda low, high: (low, high - low),
    "cxcywh": lambda low, high: ((low + high) / 2, high - low),
}


def _as_float(boxes: np.ndarray) -> np.ndarray:
    """Return the boxes in a float dtype, so that no area wraps around in uint8 or int32."""
    return boxes if np.issubdtype(boxes.dtype, np.floating) else boxes.astype(np.float64)


def _checked(boxes: np.ndarray) -> np.ndarray:
    """Return the boxes as floats, or raise ValueError if they are no list of boxes."""
    if boxes.shape[1:] != (4,):
        raise ValueError(f"boxes must have shape (n, 4), not {boxes.shape}")
    if np.any(boxes[:, 2:] < boxes[:, :2]):
        raise ValueError("boxes must have x1 <= x2 and y1 <= y2")
    return _as_float(boxes)


def _intersection_and_union(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return two matrices of areas."""
    # One coordinate at a time keeps every temporary array at n x m.
    # Sides are clipped before they are multiplied: two negative sides would make a positive area.
    ax1, ay1, ax2, ay2 = a.T[:, :, np.newaxis]
    bx1, by1, bx2, by2 = b.T[:, np.newaxis, :]
    width = np.maximum(np.minimum(ax2, bx2) - np.maximum(ax1, bx1), 0)
    height = np.maximum(np.minimum(ay2, by2) - np.maximum(ay1, by1), 0)
    intersection = width * height
    # For equal boxes this is S + S - S = S to the last bit, and their IoU is exactly 1.
    return intersection, (ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - intersection


def _hull(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the areas of the smallest boxes that contain both boxes of a pair."""
    ax1, ay1, ax2, ay2 = a.T[:, :, np.newaxis]
    bx1, by1, bx2, by2 = b.T[:, np.newaxis, :]
    return (np.maximum(ax2, bx2) - np.minimum(ax1, bx1)) * (np.maximum(ay2, by2) - np.minimum(ay1, by1))


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Divide, with 0 where the denominator is 0 and no constant that would bias the rest."""
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0)
