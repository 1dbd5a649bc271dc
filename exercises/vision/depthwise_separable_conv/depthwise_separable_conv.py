"""Grouped and depthwise separable convolutions, and what they cost."""

from __future__ import annotations

import numpy as np


def grouped_conv2d(x: np.ndarray, w: np.ndarray, groups: int, stride: int = 1, padding: int = 0) -> np.ndarray:
    """Convolve each group of channels by itself.

    Parameters
    ----------
    x : ndarray of shape (n, c, h, w)
        Images.
    w : ndarray of shape (o, c / groups, kh, kw)
        Kernels, which are not flipped.
    groups : int
        Number of groups of neighbouring channels.
    stride : int
        Distance between windows.
    padding : int
        Zeros on each side.

    Returns
    -------
    ndarray of shape (n, o, h', w')
        Responses.

    Raises
    ------
    ValueError
        If shapes or settings do not fit.

    Examples
    --------
    >>> x = np.array([[[[1.0, 2.0]], [[10.0, 20.0]]]])
    >>> grouped_conv2d(x, np.array([3.0, 5.0]).reshape(2, 1, 1, 1), groups=2).tolist()
    [[[[3.0, 6.0]], [[50.0, 100.0]]]]
    """
    raise NotImplementedError


def depthwise_separable(x: np.ndarray, dw: np.ndarray, pw: np.ndarray, stride: int = 1, padding: int = 1) -> np.ndarray:
    """Filter each channel by itself, then mix channels at each pixel.

    Parameters
    ----------
    x : ndarray of shape (n, c, h, w)
        Images.
    dw : ndarray of shape (c * m, 1, k, k)
        Filters, m for each channel.
    pw : ndarray of shape (o, c * m)
        Weights of the 1 × 1 convolution.
    stride : int
        Distance between windows of the filters.
    padding : int
        Zeros on each side.

    Returns
    -------
    ndarray of shape (n, o, h', w')
        Responses.

    Raises
    ------
    ValueError
        If shapes or settings do not fit.

    Examples
    --------
    >>> x = np.array([[[[1.0, 2.0]], [[10.0, 20.0]]]])
    >>> depthwise_separable(x, np.ones((2, 1, 1, 1)), np.array([[3.0, 5.0]]), padding=0).tolist()
    [[[[53.0, 106.0]]]]
    """
    raise NotImplementedError


def conv_cost(c_in: int, c_out: int, k: int, h: int, w: int, separable: bool) -> tuple[int, int]:
    """Count the weights and the multiply-adds of a convolution.

    Parameters
    ----------
    c_in, c_out : int
        Channels.
    k : int
        Side of the kernel.
    h, w : int
        Size of the output.
    separable : bool
        Whether it is depthwise separable, with one filter a channel.

    Returns
    -------
    weights : int
        Number of weights, without biases.
    multiply_adds : int
        Multiplications with additions, for one image.

    Examples
    --------
    >>> conv_cost(32, 64, 3, 10, 10, separable=True)
    (2336, 233600)
    """
    raise NotImplementedError
