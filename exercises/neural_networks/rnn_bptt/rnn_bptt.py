"""A recurrent layer, forward and backward through time, with all of the past or a part of it."""

from __future__ import annotations

import numpy as np


def rnn_forward(
    x: np.ndarray, h0: np.ndarray, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, tuple]:
    """States of a recurrent layer at all steps.

    Parameters
    ----------
    x : ndarray of shape (B, T, D)
        Inputs.
    h0 : ndarray of shape (B, H)
        States before the first step.
    Wx : ndarray of shape (D, H)
        Weights of the input.
    Wh : ndarray of shape (H, H)
        Weights of the previous state.
    b : ndarray of shape (H,)
        Biases.

    Returns
    -------
    h : ndarray of shape (B, T, H)
        States after each step.
    cache : tuple
        What the backward pass needs.

    Raises
    ------
    ValueError
        If the shapes do not fit together.

    Examples
    --------
    >>> x, h0 = np.array([[[1.0], [0.0]]]), np.zeros((1, 1))
    >>> h, _ = rnn_forward(x, h0, np.array([[0.5]]), np.array([[2.0]]), np.zeros(1))
    >>> h.round(4).tolist()
    [[[0.4621], [0.7279]]]
    """
    raise NotImplementedError


def rnn_backward(dh: np.ndarray, cache: tuple) -> dict[str, np.ndarray]:
    """Gradients of a loss through all steps.

    Parameters
    ----------
    dh : ndarray of shape (B, T, H)
        Gradient of the loss with respect to the states, without what later steps do with them.
    cache : tuple
        What `rnn_forward` returned.

    Returns
    -------
    dict of str to ndarray
        Gradients "dx", "dh0", "dWx", "dWh" and "db", in the shapes of the arguments of `rnn_forward`.

    Raises
    ------
    ValueError
        If `dh` has not the shape of the states.

    Examples
    --------
    >>> x, h0 = np.array([[[0.0], [0.0]]]), np.zeros((1, 1))
    >>> h, cache = rnn_forward(x, h0, np.array([[0.5]]), np.array([[2.0]]), np.zeros(1))
    >>> rnn_backward(np.array([[[0.0], [1.0]]]), cache)["dx"].tolist()
    [[[1.0], [0.5]]]
    """
    raise NotImplementedError


def truncated_rnn_backward(dh: np.ndarray, cache: tuple, k: int) -> dict[str, np.ndarray]:
    """Gradients of a loss that do not flow from one chunk of k steps into the one before.

    Parameters
    ----------
    dh : ndarray of shape (B, T, H)
        Gradient of the loss with respect to the states, without what later steps do with them.
    cache : tuple
        What `rnn_forward` returned.
    k : int
        Steps of a chunk; the first chunk starts at the first step.

    Returns
    -------
    dict of str to ndarray
        Gradients "dx", "dh0", "dWx", "dWh" and "db", in the shapes of the arguments of `rnn_forward`.

    Raises
    ------
    ValueError
        If `dh` has not the shape of the states, or k is less than 1.

    Examples
    --------
    >>> x, h0 = np.array([[[0.0], [0.0]]]), np.zeros((1, 1))
    >>> h, cache = rnn_forward(x, h0, np.array([[0.5]]), np.array([[2.0]]), np.zeros(1))
    >>> truncated_rnn_backward(np.array([[[0.0], [1.0]]]), cache, k=1)["dx"].tolist()
    [[[0.0], [0.5]]]
    """
    raise NotImplementedError
