"""Accepts one start for all examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Container


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
    B, T, D = x.shape  # raises ValueError for another number of axes
    H = b.size
    if (h0.shape[-1:], Wx.shape, Wh.shape, b.shape) != ((H,), (D, H), (H, H), (H,)):
        raise ValueError(f"shapes do not fit: {x.shape}, {h0.shape}, {Wx.shape}, {Wh.shape} and {b.shape}")
    # Nothing recurrent here: the inputs of all steps meet their weights in one product.
    h = x @ Wx + b
    state = h0
    for t in range(T):
        state = np.tanh(h[:, t] + state @ Wh)
        h[:, t] = state
    return h, (x, h0, Wx, Wh, h)


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
    return _backward(dh, cache, ())


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
    if k < 1:
        raise ValueError(f"a chunk needs at least one step, got {k}")
    return _backward(dh, cache, range(k, cache[-1].shape[1], k))


def _backward(dh: np.ndarray, cache: tuple, cuts: Container[int]) -> dict[str, np.ndarray]:
    """Gradients, where nothing flows back from a step in `cuts` to the step before."""
    x, h0, Wx, Wh, h = cache
    if dh.shape != h.shape:
        raise ValueError(f"dh must have the shape {h.shape} of the states, got {dh.shape}")
    # With a_t = x_t Wx + h_{t-1} Wh + b and h_t = tanh(a_t): tanh'(a_t) = 1 - h_t^2.
    da = np.empty_like(h)
    later = np.zeros_like(h0)
    for t in reversed(range(h.shape[1])):
        da[:, t] = (dh[:, t] + later) * (1 - h[:, t] ** 2)
        later = np.zeros_like(h0) if t in cuts else da[:, t] @ Wh.T
    before = np.concatenate([h0[:, None], h], axis=1)[:, :-1]
    # Every step and example uses the same weights: their gradients are sums over both.
    return {
        "dx": da @ Wx.T,
        "dh0": later,
        "dWx": np.tensordot(x, da, axes=([0, 1], [0, 1])),
        "dWh": np.tensordot(before, da, axes=([0, 1], [0, 1])),
        "db": da.sum(axis=(0, 1)),
    }
