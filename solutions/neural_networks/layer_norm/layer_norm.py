"""Layer normalisation and RMS normalisation, forward and backward."""

from __future__ import annotations

import numpy as np


def layer_norm(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, eps: float = 1e-5) -> tuple[np.ndarray, tuple]:
    """Give every row mean 0 and variance 1, then scale and shift it.

    Parameters
    ----------
    x : ndarray of shape (..., d)
        Rows along the last axis.
    gamma : ndarray of shape (d,)
        Scale of each entry of a row.
    beta : ndarray of shape (d,)
        Shift of each entry of a row.
    eps : float, default=1e-5
        Added to the variance.

    Returns
    -------
    y : ndarray of shape (..., d)
        Normalised rows, in the dtype of x.
    cache : tuple
        What `layer_norm_backward` needs.

    Raises
    ------
    ValueError
        If rows have no entries, or `gamma` or `beta` is not a vector of their length.

    Examples
    --------
    >>> y, _ = layer_norm(np.array([[1.0, 5.0], [3.0, 3.0]]), np.ones(2), np.array([0.0, 10.0]))
    >>> y.round(4).tolist()
    [[-1.0, 11.0], [0.0, 10.0]]
    """
    _check(x, gamma, beta)
    rows, scale, shift = _widened(x), _widened(gamma), _widened(beta)
    # Squares of deviations, not the mean square less the squared mean: those cancel when the mean is large.
    centred = rows - rows.mean(axis=-1, keepdims=True)
    inverse = 1 / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + eps)
    normed = centred * inverse
    return (normed * scale + shift).astype(x.dtype), (normed, inverse, scale)


def layer_norm_backward(dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of layer normalisation.

    Parameters
    ----------
    dy : ndarray of shape (..., d)
        Gradient of the loss with respect to the result.
    cache : tuple
        The second result of `layer_norm`.

    Returns
    -------
    dx : ndarray of shape (..., d)
        Gradient with respect to the input.
    dgamma : ndarray of shape (d,)
        Gradient with respect to the scale.
    dbeta : ndarray of shape (d,)
        Gradient with respect to the shift.

    Raises
    ------
    ValueError
        If `dy` has not the shape of the input.

    Examples
    --------
    >>> _, cache = layer_norm(np.array([[1.0, 5.0]]), np.ones(2), np.zeros(2))
    >>> dx, dgamma, dbeta = layer_norm_backward(np.array([[3.0, 1.0]]), cache)
    >>> dgamma.round(4).tolist(), dbeta.tolist()
    ([-3.0, 1.0], [3.0, 1.0])
    """
    normed, inverse, scale = cache
    grad = _upstream(dy, normed)
    # z = (x - mean) r moves with x_j in three ways: directly, through the mean, and through r. With g = dL/dz they
    # add up to dx = r (g - mean(g) - z mean(g z)): what is left of g off the directions of ones and of z.
    g = grad * scale
    dx = inverse * (g - g.mean(axis=-1, keepdims=True) - normed * (g * normed).mean(axis=-1, keepdims=True))
    dgamma, dbeta = _sum_of_rows(grad * normed), _sum_of_rows(grad)
    return dx.astype(dy.dtype), dgamma.astype(dy.dtype), dbeta.astype(dy.dtype)


def rms_norm(x: np.ndarray, gamma: np.ndarray, eps: float = 1e-6) -> tuple[np.ndarray, tuple]:
    """Give every row root mean square 1, then scale it.

    Parameters
    ----------
    x : ndarray of shape (..., d)
        Rows along the last axis.
    gamma : ndarray of shape (d,)
        Scale of each entry of a row.
    eps : float, default=1e-6
        Added to the mean square.

    Returns
    -------
    y : ndarray of shape (..., d)
        Normalised rows, in the dtype of x.
    cache : tuple
        What `rms_norm_backward` needs.

    Raises
    ------
    ValueError
        If rows have no entries, or `gamma` is not a vector of their length.

    Examples
    --------
    >>> y, _ = rms_norm(np.array([[1.0, 7.0], [0.0, 0.0]]), np.array([1.0, 2.0]))
    >>> y.round(4).tolist()
    [[0.2, 2.8], [0.0, 0.0]]
    """
    _check(x, gamma)
    rows, scale = _widened(x), _widened(gamma)
    inverse = 1 / np.sqrt((rows**2).mean(axis=-1, keepdims=True) + eps)
    normed = rows * inverse
    return (normed * scale).astype(x.dtype), (normed, inverse, scale)


def rms_norm_backward(dy: np.ndarray, cache: tuple) -> tuple[np.ndarray, np.ndarray]:
    """Gradients of RMS normalisation.

    Parameters
    ----------
    dy : ndarray of shape (..., d)
        Gradient of the loss with respect to the result.
    cache : tuple
        The second result of `rms_norm`.

    Returns
    -------
    dx : ndarray of shape (..., d)
        Gradient with respect to the input.
    dgamma : ndarray of shape (d,)
        Gradient with respect to the scale.

    Raises
    ------
    ValueError
        If `dy` has not the shape of the input.

    Examples
    --------
    >>> _, cache = rms_norm(np.array([[1.0, 7.0]]), np.ones(2))
    >>> dx, dgamma = rms_norm_backward(np.array([[5.0, 5.0]]), cache)
    >>> dx.round(4).tolist(), dgamma.round(4).tolist()
    ([[0.84, -0.12]], [1.0, 7.0])
    """
    normed, inverse, scale = cache
    grad = _upstream(dy, normed)
    # As for layer_norm, without the way through the mean.
    g = grad * scale
    dx = inverse * (g - normed * (g * normed).mean(axis=-1, keepdims=True))
    return dx.astype(dy.dtype), _sum_of_rows(grad * normed).astype(dy.dtype)


def _check(x: np.ndarray, *parameters: np.ndarray) -> None:
    if x.ndim == 0 or x.shape[-1] == 0:
        raise ValueError(f"rows must have entries, got shape {x.shape}")
    if any(p.shape != x.shape[-1:] for p in parameters):
        raise ValueError(f"parameters must have shape {x.shape[-1:]}")


def _widened(a: np.ndarray) -> np.ndarray:
    # 300 squared is beyond float16, and a sum of ones ends at 2048 there.
    return a.astype(np.float32) if a.dtype == np.float16 else a


def _upstream(dy: np.ndarray, normed: np.ndarray) -> np.ndarray:
    if dy.shape != normed.shape:
        raise ValueError(f"dy must have shape {normed.shape}, got {dy.shape}")
    return _widened(dy)


def _sum_of_rows(a: np.ndarray) -> np.ndarray:
    return a.sum(axis=tuple(range(a.ndim - 1)))
