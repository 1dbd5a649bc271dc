"""Two-dimensional convolution, forward and backward."""

from __future__ import annotations

import numpy as np


def conv2d(
    x: np.ndarray, w: np.ndarray, b: np.ndarray | None, stride: int = 1, padding: int = 0, dilation: int = 1
) -> tuple[np.ndarray, tuple]:
    """Slide a bank of kernels over a batch of images.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        Images.
    w : ndarray of shape (O, C, kh, kw)
        Kernels, which are not flipped.
    b : ndarray of shape (O,) or None
        Biases.
    stride : int, default=1
        Step from one window to the next.
    padding : int, default=0
        Rows and columns of zeros on each side.
    dilation : int, default=1
        Step from one entry of a window to the next.

    Returns
    -------
    y : ndarray of shape (N, O, H', W')
        Responses.
    cache : tuple
        What the backward pass needs.

    Raises
    ------
    ValueError
        If shapes do not fit, the kernel does not fit into the padded image, or a setting is out of range.

    Examples
    --------
    >>> x, w = np.array([[[[1.0, 2.0, 4.0]]]]), np.array([[[[1.0, -1.0]]]])
    >>> conv2d(x, w, np.array([10.0]))[0].tolist()
    [[[[9.0, 8.0]]]]
    """
    if b is not None and b.shape != w.shape[:1]:
        raise ValueError(f"need one bias for each of {len(w)} kernels, got {b.shape}")
    if stride < 1 or dilation < 1:
        raise ValueError(f"stride and dilation must be at least 1, got {stride} and {dilation}")
    # NumPy raises ValueError itself for other axes and channels, negative padding and large kernels.
    margin = (padding, padding)
    windows = _windows(np.pad(x, ((0, 0), (0, 0), margin, margin)), w, stride, dilation)
    # Each response is the inner product of a window and a kernel: one matrix product over channels and both offsets.
    y = np.moveaxis(np.tensordot(windows, w, axes=([1, 4, 5], [1, 2, 3])), -1, 1)
    if b is not None:
        y = y + b[:, None, None]
    return y, (x, w, b, stride, padding, dilation)


def conv2d_backward(dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Gradients of a loss with respect to images, kernels and biases.

    Parameters
    ----------
    dy : ndarray of shape (N, O, H', W')
        Gradient of the loss with respect to the responses.
    cache : tuple
        What `conv2d` returned.

    Returns
    -------
    dx : ndarray of shape (N, C, H, W)
        Gradient with respect to the images.
    dw : ndarray of shape (O, C, kh, kw)
        Gradient with respect to the kernels.
    db : ndarray of shape (O,) or None
        Gradient with respect to the biases, None without biases.

    Raises
    ------
    ValueError
        If `dy` has not the shape of the responses.

    Examples
    --------
    >>> x, w = np.array([[[[1.0, 2.0, 4.0]]]]), np.array([[[[1.0, -1.0]]]])
    >>> _, cache = conv2d(x, w, None)
    >>> dx, dw, db = conv2d_backward(np.array([[[[1.0, 10.0]]]]), cache)
    >>> dx.tolist(), dw.tolist()
    ([[[[1.0, 9.0, -10.0]]]], [[[[21.0, 42.0]]]])
    """
    x, w, b, stride, padding, dilation = cache
    margin = (padding, padding)
    padded = np.pad(x, ((0, 0), (0, 0), margin, margin))
    windows = _windows(padded, w, stride, dilation)
    rows, columns = windows.shape[2:4]
    if dy.shape != (len(x), len(w), rows, columns):
        raise ValueError(f"dy must have the shape {(len(x), len(w), rows, columns)} of the responses, got {dy.shape}")
    dw = np.tensordot(dy, windows, axes=([0, 2, 3], [0, 2, 3]))
    # Windows overlap, so that a pixel collects from all of them. For one offset of the kernel they do not.
    dpadded = np.zeros_like(padded)
    for i, j in np.ndindex(w.shape[2:]):
        top, left = i * dilation, j * dilation
        part = dpadded[:, :, top : top + stride * rows : stride, left : left + stride * columns : stride]
        part += np.moveaxis(np.tensordot(dy, w[:, :, i, j], axes=(1, 0)), -1, 1)
    dx = dpadded[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]
    return dx, dw, None if b is None else dy.sum(axis=(0, 2, 3))


def _windows(padded: np.ndarray, w: np.ndarray, stride: int, dilation: int) -> np.ndarray:
    """Return all windows as a view of shape (N, C, H', W', kh, kw); raise ValueError where not even one fits."""
    height, width = (dilation * (size - 1) + 1 for size in w.shape[2:])
    windows = np.lib.stride_tricks.sliding_window_view(padded, (height, width), axis=(2, 3))
    return windows[:, :, ::stride, ::stride, ::dilation, ::dilation]
