"""Three ways to enlarge a feature map."""

from __future__ import annotations

import numpy as np


def conv_transpose2d(
    x: np.ndarray, w: np.ndarray, b: np.ndarray | None = None, stride: int = 1, padding: int = 0
) -> np.ndarray:
    """Stamp every pixel, times a kernel, onto a larger map.

    Parameters
    ----------
    x : ndarray of shape (n, c, h, w)
        Maps.
    w : ndarray of shape (c, o, kh, kw)
        Kernels.
    b : ndarray of shape (o,) or None
        Biases.
    stride : int
        Distance between the stamps of neighbours.
    padding : int
        Rows and columns to cut off on each side.

    Returns
    -------
    ndarray of shape (n, o, h', w')
        Enlarged maps.

    Raises
    ------
    ValueError
        If the shapes or settings do not fit.

    Examples
    --------
    >>> conv_transpose2d(np.array([[[[1.0, 2.0]]]]), np.array([[[[1.0, 10.0, 100.0]]]]), stride=2).tolist()
    [[[[1.0, 10.0, 102.0, 20.0, 200.0]]]]
    """
    raise NotImplementedError


def resize_bilinear(x: np.ndarray, out: tuple[int, int], align_corners: bool = False) -> np.ndarray:
    """Resize by mixing four neighbours.

    Parameters
    ----------
    x : ndarray of shape (n, c, h, w)
        Maps.
    out : tuple of int
        New height and width.
    align_corners : bool
        Whether the centres of corner pixels stay in the corners, instead of their edges.

    Returns
    -------
    ndarray of shape (n, c, h', w')
        Resized maps.

    Raises
    ------
    ValueError
        If `x` does not have four axes, or a size is not positive.

    Examples
    --------
    >>> resize_bilinear(np.array([[[[0.0, 4.0]]]]), (1, 4)).tolist()
    [[[[0.0, 1.0, 3.0, 4.0]]]]
    """
    raise NotImplementedError


def pixel_shuffle(x: np.ndarray, r: int) -> np.ndarray:
    """Turn blocks of channels into blocks of pixels.

    Parameters
    ----------
    x : ndarray of shape (n, c * r * r, h, w)
        Maps.
    r : int
        Side of a block.

    Returns
    -------
    ndarray of shape (n, c, h * r, w * r)
        Larger maps with fewer channels.

    Raises
    ------
    ValueError
        If `r` is not positive or the channels cannot be divided.

    Examples
    --------
    >>> pixel_shuffle(np.arange(4.0).reshape(1, 4, 1, 1), 2).tolist()
    [[[[0.0, 1.0], [2.0, 3.0]]]]
    """
    raise NotImplementedError
