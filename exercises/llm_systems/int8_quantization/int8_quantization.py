"""Quantisation to eight bits: weights by row, activations by an affine map, and a product of integers."""

from __future__ import annotations

import numpy as np


def quantize_weight(w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Quantise each row of a weight matrix symmetrically.

    Parameters
    ----------
    w : ndarray of shape (m, n)
        Weights of m outputs.

    Returns
    -------
    wq : int8 ndarray of shape (m, n)
        Integers from -127 to 127.
    scale : float64 ndarray of shape (m,)
        Size of one step of each row; wq * scale[:, None] is close to w.

    Examples
    --------
    >>> wq, scale = quantize_weight(np.array([[1.0, -2.0, 4.0], [0.0, 0.0, 0.0]]))
    >>> wq.tolist(), (127 * scale).tolist()
    ([[32, -64, 127], [0, 0, 0]], [4.0, 127.0])
    """
    raise NotImplementedError


def affine_params(x_min: float, x_max: float) -> tuple[float, int]:
    """Choose scale and zero point for activations in a range.

    Parameters
    ----------
    x_min, x_max : float
        Least and greatest activation; the range is widened to contain 0.

    Returns
    -------
    scale : float
        Size of one step.
    zp : int
        The integer that stands for 0.

    Raises
    ------
    ValueError
        If a bound is not finite or x_min is greater than x_max.

    Examples
    --------
    >>> affine_params(-55.0, 200.0)
    (1.0, 55)
    """
    raise NotImplementedError


def quantize_activation(x: np.ndarray, scale: float, zp: int) -> np.ndarray:
    """Quantise activations of any shape.

    Parameters
    ----------
    x : ndarray
        Activations.
    scale : float
        Size of one step.
    zp : int
        The integer that stands for 0.

    Returns
    -------
    uint8 ndarray of the shape of x
        Nearest integers; what is out of range gets 0 or 255.

    Raises
    ------
    ValueError
        If an activation is NaN.

    Examples
    --------
    >>> quantize_activation(np.array([-60.0, 0.0, 1.6, 900.0]), 1.0, 55).tolist()
    [0, 55, 57, 255]
    """
    raise NotImplementedError


def int8_linear(
    xq: np.ndarray, scale: float, zp: int, wq: np.ndarray, wscale: np.ndarray, bias: np.ndarray | None = None
) -> np.ndarray:
    """Apply a quantised linear layer to quantised activations.

    Parameters
    ----------
    xq : uint8 ndarray of shape (b, n)
        Activations.
    scale : float
        Step of the activations.
    zp : int
        Zero point of the activations.
    wq : int8 ndarray of shape (m, n)
        Weights.
    wscale : ndarray of shape (m,)
        Step of each row of the weights.
    bias : ndarray of shape (m,), default=None
        Added at the end.

    Returns
    -------
    float32 ndarray of shape (b, m)
        What the dequantised numbers would give.

    Examples
    --------
    >>> xq, wq = np.array([[55, 57]], dtype=np.uint8), np.array([[100, -127]], dtype=np.int8)
    >>> int8_linear(xq, 0.5, 55, wq, np.array([2.0]), np.array([4.0])).tolist()
    [[-250.0]]
    """
    raise NotImplementedError
