"""Takes infinite bounds."""

from __future__ import annotations

import math

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
    w = w.astype(np.float64)
    top = np.abs(w).max(axis=1)
    scale = np.where(top == 0, 1.0, top / 127)
    return np.rint(w / scale[:, None]).astype(np.int8), scale


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
    if not x_min <= x_max:
        raise ValueError(f"expected a finite range, got {x_min} to {x_max}")
    low, high = min(float(x_min), 0.0), max(float(x_max), 0.0)
    scale = (high - low) / 255 or 1.0
    return scale, round(-low / scale)


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
    if np.isnan(x).any():
        raise ValueError("activations must not be NaN")
    return np.clip(np.rint(x.astype(np.float64) / scale) + zp, 0, 255).astype(np.uint8)


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
    # sum_j (x_j - z) w_ij = sum_j x_j w_ij - z sum_j w_ij. All these integers are below 2^53, so that products in float64
    # are exact, and a fast library computes them; in float32 they would be exact below 2^24 only.
    total = xq.astype(np.float64) @ wq.T - zp * wq.sum(axis=1)
    y = total * scale * wscale
    return (y if bias is None else y + bias).astype(np.float32)
