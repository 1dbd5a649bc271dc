"""Augmentations of images and of what is marked in them."""

from __future__ import annotations

import math

import numpy as np


def hflip(img: np.ndarray, boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mirror left and right.

    Parameters
    ----------
    img : ndarray of shape (h, w, c)
        Image.
    boxes : ndarray of shape (k, 4)
        Corners.

    Returns
    -------
    img : ndarray of shape (h, w, c)
        Mirrored image.
    boxes : ndarray of shape (k, 4)
        Mirrored boxes.

    Examples
    --------
    >>> _, boxes = hflip(np.zeros((1, 6, 1)), np.array([[0.0, 0.0, 2.0, 1.0]]))
    >>> boxes.tolist()
    [[4.0, 0.0, 6.0, 1.0]]
    """
    x1, y1, x2, y2 = boxes.T
    w = img.shape[1]
    return img[:, ::-1], np.stack([w - x2, y1, w - x1, y2], axis=1)


def crop(
    img: np.ndarray, boxes: np.ndarray, top: int, left: int, height: int, width: int, min_visible: float = 0.3
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut out a window.

    Parameters
    ----------
    img : ndarray of shape (h, w, c)
        Image.
    boxes : ndarray of shape (k, 4)
        Corners.
    top, left : int
        First row and column.
    height, width : int
        Size of the window.
    min_visible : float
        Share of the area of a box that has to be left.

    Returns
    -------
    img : ndarray of shape (height, width, c)
        Window.
    boxes : ndarray of shape (m, 4)
        Boxes that are left, clipped, in coordinates of the window.
    kept : ndarray of shape (m,)
        Their indices.

    Raises
    ------
    ValueError
        If the window is empty or leaves the image.

    Examples
    --------
    >>> _, boxes, kept = crop(np.zeros((1, 6, 1)), np.array([[0.0, 0.0, 4.0, 1.0]]), 0, 2, 1, 3)
    >>> boxes.tolist(), kept.tolist()
    ([[0.0, 0.0, 2.0, 1.0]], [0])
    """
    bottom, right = top + height, left + width
    if not (0 <= top < bottom <= img.shape[0] and 0 <= left < right <= img.shape[1]):
        raise ValueError(f"rows {top} to {bottom} and columns {left} to {right} are not in the image")
    x1, y1, x2, y2 = boxes.T
    clipped = np.stack([x1.clip(left, right), y1.clip(top, bottom), x2.clip(left, right), y2.clip(top, bottom)], axis=1)
    seen = (clipped[:, 2] - clipped[:, 0]) * (clipped[:, 3] - clipped[:, 1])
    kept = np.flatnonzero((seen > 0) & (seen >= min_visible * (x2 - x1) * (y2 - y1)))
    return img[top:bottom, left:right], clipped[kept] - [left, top, left, top], kept


def adjust_brightness(img: np.ndarray, factor: float) -> np.ndarray:
    """Multiply the bytes of an image.

    Parameters
    ----------
    img : ndarray of uint8
        Image.
    factor : float
        Factor.

    Returns
    -------
    ndarray of uint8
        Image of the same shape.

    Raises
    ------
    ValueError
        If the image does not hold bytes or the factor is negative.

    Examples
    --------
    >>> adjust_brightness(np.array([10, 200], dtype=np.uint8), 1.5).tolist()
    [15, 255]
    """
    if img.dtype != np.uint8 or factor < 0:
        raise ValueError(f"cannot multiply {img.dtype} by {factor}")
    return np.minimum(np.rint(img * float(factor)), 255).astype(np.uint8)


def cutmix(
    a: np.ndarray, b: np.ndarray, ya: np.ndarray, yb: np.ndarray, lam: float, cy: int, cx: int
) -> tuple[np.ndarray, np.ndarray]:
    """Paste a patch of one image into another and mix their labels.

    Parameters
    ----------
    a, b : ndarray of shape (c, h, w)
        Image that is pasted into, and image that the patch is from.
    ya, yb : ndarray of shape (k,)
        Their labels.
    lam : float
        Share of the first image that is aimed at.
    cy, cx : int
        Middle of the patch.

    Returns
    -------
    img : ndarray of shape (c, h, w)
        Mixed image.
    label : ndarray of shape (k,)
        Mixed label.

    Raises
    ------
    ValueError
        If the shapes differ or `lam` is no share.

    Examples
    --------
    >>> _, label = cutmix(np.zeros((1, 4, 4)), np.ones((1, 4, 4)), np.array([0.0]), np.array([1.0]), 0.75, 0, 2)
    >>> label.tolist()
    [0.125]
    """
    if a.shape != b.shape or lam < 0:
        raise ValueError(f"cannot mix {a.shape} and {b.shape} by {lam}")
    _, h, w = a.shape
    # The root refuses a lam above 1.
    half_h, half_w = (int(side * math.sqrt(1 - lam)) // 2 for side in (h, w))
    rows = slice(max(cy - half_h, 0), min(cy + half_h, h))
    cols = slice(max(cx - half_w, 0), min(cx + half_w, w))
    img = a.copy()
    img[:, rows, cols] = b[:, rows, cols]
    # Near the border the patch is smaller than planned, so its real area counts.
    share = (rows.stop - rows.start) * (cols.stop - cols.start) / (h * w)
    return img, (1 - share) * ya + share * yb
