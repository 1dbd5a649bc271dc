"""Inverted dropout, and one mask a sequence for recurrent networks."""

from __future__ import annotations

import numpy as np


def dropout(x: np.ndarray, p: float, u: np.ndarray, training: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Drop units at random and scale up the others.

    Parameters
    ----------
    x : ndarray of float
        Activations.
    p : float
        Probability to drop a unit, from 0 to 1.
    u : ndarray of the shape of `x`
        Uniform numbers from [0, 1).
    training : bool, default=True
        Whether anything is dropped.

    Returns
    -------
    tuple of (ndarray, ndarray), both of the shape of `x`
        Output and scaled mask.

    Raises
    ------
    ValueError
        If `p` is not a probability.

    Examples
    --------
    >>> dropout(np.array([1.0, 1.0]), 0.75, np.array([0.8, 0.7]))
    (array([4., 0.]), array([4., 0.]))
    """
    raise NotImplementedError


def dropout_backward(dy: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return the gradient with respect to the input of dropout.

    Parameters
    ----------
    dy : ndarray
        Gradient with respect to the output.
    mask : ndarray of the shape of `dy`
        Mask that the forward pass returned.

    Returns
    -------
    ndarray of the shape of `dy`
        Gradient with respect to the input.

    Examples
    --------
    >>> dropout_backward(np.array([1.0, 3.0]), np.array([2.0, 0.0]))
    array([2., 0.])
    """
    raise NotImplementedError


def variational_mask(u: np.ndarray, p: float, T: int) -> np.ndarray:
    """Return one mask a sequence, the same at every step.

    Parameters
    ----------
    u : ndarray of shape (B, H)
        Uniform numbers from [0, 1).
    p : float
        Probability to drop a unit, from 0 to 1.
    T : int
        Number of steps, at least 1.

    Returns
    -------
    ndarray of shape (B, T, H)
        Scaled mask.

    Raises
    ------
    ValueError
        If `p` is not a probability, or `T` is less than 1.

    Examples
    --------
    >>> variational_mask(np.array([[0.9]]), 0.5, 2)
    array([[[2.],
            [2.]]])
    """
    raise NotImplementedError
