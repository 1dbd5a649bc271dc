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
    raise NotImplementedError


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
    raise NotImplementedError
