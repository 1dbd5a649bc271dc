"""Augmentations of images and of what is marked in them."""

from __future__ import annotations

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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
