"""Batch normalisation of vectors and images, forward and backward, in training and evaluation."""

from __future__ import annotations

import numpy as np


class BatchNorm:
    """Give every channel mean 0 and variance 1 over the batch, then scale and shift it.

    The attributes `gamma`, `beta`, `running_mean` and `running_var` have shape (c,).

    Parameters
    ----------
    c : int
        Channels.
    eps : float, default=1e-5
        Added to the variance.
    momentum : float, default=0.1
        Share of the newest batch in the running statistics, in [0, 1].

    Raises
    ------
    ValueError
        If `c` is less than 1, `eps` is negative, or `momentum` lies outside [0, 1].

    Examples
    --------
    >>> norm = BatchNorm(1)
    >>> norm.forward(np.array([[1.0], [3.0]]), training=True).round(4).tolist()
    [[-1.0], [1.0]]
    >>> norm.running_mean.round(4).tolist(), norm.running_var.round(4).tolist()
    ([0.2], [1.1])
    """

    def __init__(self, c: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        raise NotImplementedError

    def forward(self, x: np.ndarray, training: bool) -> np.ndarray:
        """Normalise a batch.

        Parameters
        ----------
        x : ndarray of shape (n, c) or (n, c, h, w)
            Vectors or images.
        training : bool
            Whether to use, and remember, the statistics of this batch instead of the running ones.

        Returns
        -------
        ndarray of shape (n, c) or (n, c, h, w)
            Normalised batch, in the dtype of x.

        Raises
        ------
        ValueError
            If the shape is another one, or there are fewer than two values of a channel in training.
        """
        raise NotImplementedError

    def backward(self, dy: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Gradients of the latest forward pass.

        Parameters
        ----------
        dy : ndarray of shape (n, c) or (n, c, h, w)
            Gradient of the loss with respect to the result of `forward`.

        Returns
        -------
        dx : ndarray of shape (n, c) or (n, c, h, w)
            Gradient with respect to the batch.
        dgamma : ndarray of shape (c,)
            Gradient with respect to the scale.
        dbeta : ndarray of shape (c,)
            Gradient with respect to the shift.

        Raises
        ------
        ValueError
            If there was no forward pass, or `dy` has not the shape of its batch.
        """
        raise NotImplementedError
