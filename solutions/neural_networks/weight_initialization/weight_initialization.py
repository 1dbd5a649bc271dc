"""Xavier, Kaiming and orthogonal initialisation of weights."""

from __future__ import annotations

import math

import numpy as np


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Count the inputs of an output and the outputs of an input.

    Parameters
    ----------
    shape : tuple of int
        Shape of a weight: out, in, and the kernel if there is one.

    Returns
    -------
    tuple of (int, int)
        Fan-in and fan-out.

    Raises
    ------
    ValueError
        If there are fewer than two dimensions.

    Examples
    --------
    >>> fans((4, 2, 3))
    (6, 12)
    """
    if len(shape) < 2:
        raise ValueError(f"a weight has at least two dimensions, got {shape}")
    area = math.prod(shape[2:])
    return shape[1] * area, shape[0] * area


def xavier_uniform(u: np.ndarray, gain: float = 1.0) -> np.ndarray:
    """Initialise a layer so that signals keep their size forward and backward.

    Parameters
    ----------
    u : ndarray of shape (out, in, ...)
        Uniform numbers from [0, 1).
    gain : float, default=1.0
        Factor for the nonlinearity.

    Returns
    -------
    ndarray of the shape of `u`
        Weights.

    Raises
    ------
    ValueError
        If there are fewer than two dimensions.

    Examples
    --------
    >>> xavier_uniform(np.array([[0.0], [0.5], [0.75]]), gain=2.0)
    array([[-2.44948974],
           [ 0.        ],
           [ 1.22474487]])
    """
    return (2 * u - 1) * (gain * math.sqrt(6 / sum(fans(u.shape))))


def kaiming_normal(z: np.ndarray, mode: str = "fan_in", a: float = 0.0) -> np.ndarray:
    """Initialise a layer before a ReLU so that signals keep their size.

    Parameters
    ----------
    z : ndarray of shape (out, in, ...)
        Standard normal numbers.
    mode : {"fan_in", "fan_out"}, default="fan_in"
        Whether the forward or the backward pass keeps its size.
    a : float, default=0.0
        Slope of the ReLU below 0.

    Returns
    -------
    ndarray of the shape of `z`
        Weights.

    Raises
    ------
    ValueError
        If there are fewer than two dimensions, or for another mode.

    Examples
    --------
    >>> kaiming_normal(np.ones((2, 8)))[0, 0]
    np.float64(0.5)
    """
    fan = fans(z.shape)[("fan_in", "fan_out").index(mode)]  # index raises ValueError for another mode
    return z * math.sqrt(2 / (1 + a * a) / fan)


def orthogonal(z: np.ndarray, gain: float = 1.0) -> np.ndarray:
    """Orthonormalise the shorter side of a matrix.

    Parameters
    ----------
    z : ndarray of shape (m, n)
        Standard normal numbers.
    gain : float, default=1.0
        Length of the orthogonal rows or columns.

    Returns
    -------
    ndarray of shape (m, n)
        Weights.

    Raises
    ------
    ValueError
        If `z` is not a matrix.

    Examples
    --------
    >>> orthogonal(np.array([[0.0, -3.0]]))
    array([[-0., -1.]])
    """
    if z.ndim != 2:
        raise ValueError(f"z must be a matrix, got {z.ndim} dimensions")
    wide = z.shape[0] < z.shape[1]
    q, r = np.linalg.qr(z.T if wide else z)
    q *= np.where(np.diag(r) < 0, -gain, gain)  # a positive diagonal makes the decomposition unique
    return q.T if wide else q
