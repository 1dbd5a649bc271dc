"""float32 comes back as float64."""

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
        if c < 1 or eps < 0 or not 0 <= momentum <= 1:
            raise ValueError(f"need c >= 1, eps >= 0 and momentum in [0, 1], got {c}, {eps} and {momentum}")
        self.gamma, self.beta = np.ones(c), np.zeros(c)
        self.running_mean, self.running_var = np.zeros(c), np.ones(c)
        self._eps, self._momentum = eps, momentum
        self._cache: tuple[np.ndarray, np.ndarray, bool] | None = None

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
        if x.ndim not in (2, 4) or x.shape[1] != len(self.gamma):
            raise ValueError(f"need (n, {len(self.gamma)}) or (n, {len(self.gamma)}, h, w), got {x.shape}")
        axes = _all_but_channels(x)
        count = x.size // x.shape[1]
        if training:
            if count < 2:
                raise ValueError(f"the variance of {count} values of a channel is not defined")
            mean = x.mean(axis=axes, keepdims=True)
            # The batch is divided by its own spread, hence biased. The running variance estimates that of the data.
            var = ((x - mean) ** 2).mean(axis=axes, keepdims=True)
            self.running_mean = self._moved(self.running_mean, mean.ravel())
            self.running_var = self._moved(self.running_var, var.ravel() * (count / (count - 1)))
        else:
            mean, var = _spread(self.running_mean, x), _spread(self.running_var, x)
        inverse = 1 / np.sqrt(var + self._eps)
        normed = (x - mean) * inverse
        gamma = _spread(self.gamma, x)
        self._cache = normed, gamma * inverse, training
        return gamma * normed + _spread(self.beta, x)

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
        if self._cache is None or dy.shape != self._cache[0].shape:
            raise ValueError("dy must have the shape of the batch of an earlier forward pass")
        normed, scale, training = self._cache
        axes = _all_but_channels(dy)
        direct = dy
        if training:
            # A value also moves the mean and the variance of its channel. With z the normalised batch, what is left
            # of the gradient is the part off the directions of ones and of z.
            means = dy.mean(axis=axes, keepdims=True), (dy * normed).mean(axis=axes, keepdims=True)
            direct = dy - means[0] - normed * means[1]
        dgamma, dbeta = (dy * normed).sum(axis=axes), dy.sum(axis=axes)
        return (scale * direct).astype(dy.dtype), dgamma.astype(dy.dtype), dbeta

    def _moved(self, running: np.ndarray, batch: np.ndarray) -> np.ndarray:
        return (1 - self._momentum) * running + self._momentum * batch


def _all_but_channels(x: np.ndarray) -> tuple[int, ...]:
    return tuple(axis for axis in range(x.ndim) if axis != 1)


def _spread(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return one number a channel in a shape that broadcasts against x."""
    return a.reshape(1, -1, *[1] * (x.ndim - 2))
