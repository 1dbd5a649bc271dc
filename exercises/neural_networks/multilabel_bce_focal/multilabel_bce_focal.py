"""Binary cross-entropy and focal loss from logits, with gradients."""

from __future__ import annotations

import numpy as np


def bce_with_logits(z: np.ndarray, t: np.ndarray, pos_weight: np.ndarray | None = None) -> tuple[float, np.ndarray]:
    """Return the mean binary cross-entropy and its gradient.

    Parameters
    ----------
    z : ndarray of shape (N, L)
        Logits.
    t : ndarray of shape (N, L)
        Labels, 0 or 1.
    pos_weight : ndarray of shape (L,), optional
        Factor for the loss of positive labels.

    Returns
    -------
    tuple of (float, ndarray of shape (N, L))
        Loss, and its derivative with respect to the logits.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> bce_with_logits(np.array([[0.0]]), np.array([[1]]))
    (0.6931471805599453, array([[-0.5]]))
    """
    raise NotImplementedError


def focal_loss(z: np.ndarray, t: np.ndarray, alpha: float = 0.25, gamma: float = 2.0) -> tuple[float, np.ndarray]:
    """Return the mean focal loss and its gradient.

    Parameters
    ----------
    z : ndarray of shape (N, L)
        Logits.
    t : ndarray of shape (N, L)
        Labels, 0 or 1.
    alpha : float, default=0.25
        Weight of positive labels; negative for no weights.
    gamma : float, default=2.0
        How much easy examples are turned down, not negative.

    Returns
    -------
    tuple of (float, ndarray of shape (N, L))
        Loss, and its derivative with respect to the logits.

    Raises
    ------
    ValueError
        If the shapes differ, or `gamma` is negative.

    Examples
    --------
    >>> round(focal_loss(np.array([[0.0]]), np.array([[1]]))[0], 6)
    0.043322
    """
    raise NotImplementedError


def predict_labels(z: np.ndarray, threshold: float = 0.5) -> np.ndarray:
    """Return which labels are predicted.

    Parameters
    ----------
    z : ndarray of shape (N, L)
        Logits.
    threshold : float, default=0.5
        Least probability.

    Returns
    -------
    ndarray of bool and shape (N, L)
        Predictions.

    Examples
    --------
    >>> predict_labels(np.array([[0.0, -1.0]]))
    array([[ True, False]])
    """
    raise NotImplementedError
