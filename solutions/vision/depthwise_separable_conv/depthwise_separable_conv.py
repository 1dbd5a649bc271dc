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
    if groups < 1 or stride < 1:
        raise ValueError(f"cannot work with {groups} groups and stride {stride}")
    o, members, kh, kw = w.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    height, width = (x.shape[2] - kh) // stride + 1, (x.shape[3] - kw) // stride + 1
    if min(height, width) < 1:
        raise ValueError("the kernel is larger than the padded image")
    n = len(x)
    # Both refuse channels that cannot be split.
    x = x.reshape(n, groups, members, *x.shape[2:])
    w = w.reshape(groups, o // groups, members, kh, kw)
    y = np.zeros((n, groups, o // groups, height, width), dtype=x.dtype)
    for i in range(kh):
        for j in range(kw):
            patch = x[..., i : i + (height - 1) * stride + 1 : stride, j : j + (width - 1) * stride + 1 : stride]
            y += np.einsum("ngcuv,goc->ngouv", patch, w[..., i, j])
    return y.reshape(n, o, height, width)


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
    if pw.ndim != 2:
        raise ValueError(f"the weights of a 1 × 1 convolution form a matrix, not {pw.shape}")
    y = grouped_conv2d(x, dw, x.shape[1], stride, padding)
    n, channels, height, width = y.shape
    return (pw @ y.reshape(n, channels, height * width)).reshape(n, len(pw), height, width)


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
    weights = c_in * k * k + c_in * c_out if separable else c_in * c_out * k * k
    return weights, weights * h * w  # every weight is used once for each pixel of the output
