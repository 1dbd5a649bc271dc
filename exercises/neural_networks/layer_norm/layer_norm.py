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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
