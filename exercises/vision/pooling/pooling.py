"""Max, average and adaptive pooling of images, with the gradient of max pooling."""

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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
