"""Takes out as width and height."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def max_pool2d(x: np.ndarray, k: int, stride: int, padding: int = 0) -> tuple[np.ndarray, tuple]:
    """Greatest value of each window.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Images, of a floating dtype.
    k : int
        Side of the square windows.
    stride : int
        Step from one window to the next.
    padding : int, default=0
        Rows and columns of minus infinity on each side, at most k / 2.

    Returns
    -------
    y : ndarray of shape (N, C, OH, OW)
        Maxima; NaN where a window holds NaN.
    cache : tuple
        What `max_pool2d_backward` needs.

    Raises
    ------
    ValueError
        If k, stride or padding is out of range, no window fits, or the dtype is not floating.

    Examples
    --------
    >>> y, cache = max_pool2d(np.array([[[[1.0, 3.0, 2.0], [4.0, 0.0, 5.0]]]]), k=2, stride=1)
    >>> y.tolist()
    [[[[4.0, 5.0]]]]
    """
    windows = _windows(x, k, stride, padding, -np.inf)
    flat = windows.reshape(*windows.shape[:4], k * k)
    # argmax takes the first of equal values; max hands NaN on.
    return flat.max(axis=4), (flat.argmax(axis=4), x.shape, k, stride, padding)


def max_pool2d_backward(dy: np.ndarray, cache: tuple) -> np.ndarray:
    """Gradient of max pooling with respect to its input.

    Parameters
    ----------
    dy : ndarray of shape (N, C, OH, OW)
        Gradient with respect to the maxima.
    cache : tuple
        Second result of `max_pool2d`.

    Returns
    -------
    ndarray of shape (N, C, H, W)
        Each entry of `dy`, added to the place of its maximum.

    Examples
    --------
    >>> y, cache = max_pool2d(np.array([[[[1.0, 9.0, 2.0], [4.0, 0.0, 5.0]]]]), k=2, stride=1)
    >>> max_pool2d_backward(np.array([[[[10.0, 1.0]]]]), cache).tolist()
    [[[[0.0, 11.0, 0.0], [0.0, 0.0, 0.0]]]]
    """
    where, shape, k, stride, padding = cache
    n, c, i, j = np.ix_(*map(np.arange, where.shape))
    rows, cols = i * stride + where // k, j * stride + where % k
    # Indices count from the padding above and on the left; no maximum lies in that below or on the right.
    dx = np.zeros((*shape[:2], shape[2] + padding, shape[3] + padding), dtype=dy.dtype)
    # Windows overlap, and dx[...] += dy would keep one of several gradients for a place.
    np.add.at(dx, (n, c, rows, cols), dy)
    return dx[:, :, padding:, padding:]


def avg_pool2d(x: np.ndarray, k: int, stride: int, padding: int = 0, count_include_pad: bool = True) -> np.ndarray:
    """Mean of each window.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Images, of a floating dtype.
    k : int
        Side of the square windows.
    stride : int
        Step from one window to the next.
    padding : int, default=0
        Rows and columns of zeros on each side, at most k / 2.
    count_include_pad : bool, default=True
        Whether the zeros count in the divisor.

    Returns
    -------
    ndarray of shape (N, C, OH, OW)
        Means.

    Raises
    ------
    ValueError
        If k, stride or padding is out of range, no window fits, or the dtype is not floating.

    Examples
    --------
    >>> x = np.array([[[[8.0]]]])
    >>> avg_pool2d(x, k=2, stride=1, padding=1).tolist()
    [[[[2.0, 2.0], [2.0, 2.0]]]]
    >>> avg_pool2d(x, k=2, stride=1, padding=1, count_include_pad=False).tolist()
    [[[[8.0, 8.0], [8.0, 8.0]]]]
    """
    total = _sums(_windows(x, k, stride, padding, 0.0))
    if count_include_pad:
        return total / (k * k)
    inside = np.ones((1, 1, *x.shape[2:]), dtype=x.dtype)
    return total / _sums(_windows(inside, k, stride, padding, 0.0))


def adaptive_avg_pool2d(x: np.ndarray, out: tuple[int, int]) -> np.ndarray:
    """Mean of as many windows as the result is to have entries.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Images, of a floating dtype.
    out : tuple of int
        Height and width of the result, (1, 1) for global average pooling.

    Returns
    -------
    ndarray of shape (N, C, *out)
        Means.

    Raises
    ------
    ValueError
        If a size of `out` is less than 1, or the dtype is not floating.

    Examples
    --------
    >>> adaptive_avg_pool2d(np.array([[[[1.0, 2.0, 4.0]]]]), (1, 2)).tolist()
    [[[[1.5, 3.0]]]]
    """
    _check_floating(x)
    if min(out) < 1:
        raise ValueError("the result must have at least one row and column")
    # Rows and columns are summed apart: each window is a product of an interval of rows and one of columns.
    rows, cols = _bins(x.shape[2], out[1], x.dtype), _bins(x.shape[3], out[0], x.dtype)
    return rows @ x @ cols.T / np.outer(rows.sum(axis=1), cols.sum(axis=1))


def _windows(x: np.ndarray, k: int, stride: int, padding: int, fill: float) -> np.ndarray:
    """Return a view of shape (N, C, OH, OW, k, k) of the padded images."""
    _check_floating(x)
    if k < 1 or stride < 1 or 2 * padding > k:
        raise ValueError("k and stride must be at least 1, and padding at most k / 2")
    # NumPy itself raises ValueError if padding is negative or no window fits.
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=fill)
    return sliding_window_view(x, (k, k), axis=(2, 3))[:, :, ::stride, ::stride]


def _sums(windows: np.ndarray) -> np.ndarray:
    # Quicker than sum(axis=(4, 5)), which starts anew for each of the many small windows.
    return np.einsum("ncijab->ncij", windows)


def _bins(size: int, n: int, dtype: np.dtype) -> np.ndarray:
    """Return an (n, size) matrix that is 1 where entry `place`, from place to place + 1, meets the i-th n-th of the line."""
    i, place = np.arange(n)[:, None], np.arange(size)
    return (((place + 1) * n > i * size) & (place * n < (i + 1) * size)).astype(dtype)


def _check_floating(x: np.ndarray) -> None:
    if not np.issubdtype(x.dtype, np.floating):
        raise ValueError(f"images must have a floating dtype, not {x.dtype}")
