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
    (n, c, rows, cols), (_, o, kh, kw) = x.shape, w.shape
    if b is not None and b.shape != (o,):
        raise ValueError(f"biases of shape {b.shape} for {o} channels")
    if stride < 1 or padding < 0:
        raise ValueError(f"cannot work with stride {stride} and padding {padding}")
    height, width = (rows - 1) * stride + kh, (cols - 1) * stride + kw
    if min(height, width) <= 2 * padding:
        raise ValueError("the padding cuts everything off")
    y = np.zeros((n, o, height, width), dtype=x.dtype)
    for i in range(kh):
        for j in range(kw):
            stamps = (w[:, :, i, j].T @ x.reshape(n, c, rows * cols)).reshape(n, o, rows, cols)
            y[:, :, i : height - kh + i + 1 : stride, j : width - kw + j + 1 : stride] += stamps
    y = y[:, :, padding : height - padding, padding : width - padding]
    return y if b is None else y + b[:, None, None]


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
    if x.ndim != 4 or min(out) < 1:
        raise ValueError(f"cannot resize {x.shape} to {out}")
    for axis, size in enumerate(out, 2):
        old, places = x.shape[axis], np.arange(size)
        if align_corners:
            source = places * (old - 1) / max(size - 1, 1)
        else:
            source = np.maximum((places + 0.5) * old / size - 0.5, 0.0)
        before = source.astype(np.int64)
        after = np.minimum(before + 1, old - 1)
        share = (source - before).astype(x.dtype)
        if axis == 2:
            share = share[:, np.newaxis]
        x = x.take(before, axis) * (1 - share) + x.take(after, axis) * share
    return x


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
    if r < 1:
        raise ValueError(f"no block has {r} pixels a side")
    n, channels, h, w = x.shape
    c = channels // (r * r)  # if this is not exact, the next line refuses it
    return x.reshape(n, c, r, r, h, w).transpose(0, 1, 4, 2, 5, 3).reshape(n, c, h * r, w * r)
