"""Keeps only the newest square in Adagrad."""

from __future__ import annotations

import numpy as np


class SGD:
    """Gradient descent with momentum, Nesterov's variant and weight decay.

    Parameters
    ----------
    params : list of ndarray
        Parameters, updated in place; floating, of any shape.
    lr : float
        Step size.
    momentum : float, default=0.0
        Share of the buffer that is kept.
    nesterov : bool, default=False
        Whether to look one step ahead.
    weight_decay : float, default=0.0
        Strength of the decay, which is part of the gradient.

    Raises
    ------
    ValueError
        If `lr`, `momentum` or `weight_decay` is negative, or `nesterov` goes with a momentum of 0.

    Examples
    --------
    >>> w = np.array([1.0, -2.0])
    >>> optimizer = SGD([w], lr=0.5, momentum=0.5)
    >>> for _ in range(2):
    ...     optimizer.step([np.array([1.0, -4.0])])
    >>> w.tolist()
    [-0.25, 3.0]
    """

    def __init__(
        self,
        params: list[np.ndarray],
        lr: float,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        if lr < 0 or momentum < 0 or weight_decay < 0:
            raise ValueError("lr, momentum and weight_decay must not be negative")
        if nesterov and momentum == 0:
            raise ValueError("Nesterov's variant needs momentum")
        self._params = params
        self._lr, self._momentum, self._nesterov, self._weight_decay = lr, momentum, nesterov, weight_decay
        self._buffers = [np.zeros_like(p) for p in params]

    def step(self, grads: list[np.ndarray | None]) -> None:
        """Update every parameter that has a gradient.

        Parameters
        ----------
        grads : list of ndarray or None
            One gradient for each parameter, of its shape; None leaves the parameter and its buffer alone.

        Raises
        ------
        ValueError
            If there are not as many gradients as parameters, or a shape differs; then nothing has changed.
        """
        _check(self._params, grads)
        for w, buffer, grad in zip(self._params, self._buffers, grads):
            if grad is None:
                continue
            g = grad + self._weight_decay * w
            # The new gradient enters whole, not with the weight 1 - momentum. So the first buffer is the gradient.
            buffer *= self._momentum
            buffer += g
            w -= self._lr * (g + self._momentum * buffer if self._nesterov else buffer)


class Adagrad:
    """Gradient descent in which each entry's step shrinks with the squares of its own gradients.

    Parameters
    ----------
    params : list of ndarray
        Parameters, updated in place; floating, of any shape.
    lr : float
        Step size.
    eps : float, default=1e-10
        Added to the root of the sum of squares.

    Raises
    ------
    ValueError
        If `lr` or `eps` is negative.

    Examples
    --------
    >>> table = np.zeros((3, 2))
    >>> optimizer = Adagrad([table], lr=0.5)
    >>> optimizer.step_sparse(0, np.array([2, 2]), np.array([[1.0, 0.0], [3.0, -1.0]]))
    >>> table.round(6).tolist()
    [[0.0, 0.0], [0.0, 0.0], [-0.5, 0.5]]
    """

    def __init__(self, params: list[np.ndarray], lr: float, eps: float = 1e-10) -> None:
        if lr < 0 or eps < 0:
            raise ValueError("lr and eps must not be negative")
        self._params = params
        self._lr, self._eps = lr, eps
        self._sums = [np.zeros_like(p) for p in params]

    def step(self, grads: list[np.ndarray | None]) -> None:
        """Update every parameter that has a gradient.

        Parameters
        ----------
        grads : list of ndarray or None
            One gradient for each parameter, of its shape; None leaves the parameter and its sums alone.

        Raises
        ------
        ValueError
            If there are not as many gradients as parameters, or a shape differs; then nothing has changed.
        """
        _check(self._params, grads)
        for w, total, grad in zip(self._params, self._sums, grads):
            if grad is not None:
                total[...] = grad * grad
                w -= self._lr * grad / (np.sqrt(total) + self._eps)

    def step_sparse(self, i: int, rows: np.ndarray, grad_rows: np.ndarray) -> None:
        """Update some rows of one parameter.

        Parameters
        ----------
        i : int
            Index of the parameter, which has shape (n, ...).
        rows : integer ndarray of shape (m,)
            Rows that have a gradient; they may repeat.
        grad_rows : ndarray of shape (m, ...)
            Gradient of each of these rows; those of equal rows add up.

        Raises
        ------
        ValueError
            If there is no such parameter, a row lies outside [0, n), or a shape does not fit; then nothing has changed.
        """
        if not 0 <= i < len(self._params):
            raise ValueError(f"there is no parameter {i}")
        w, total = self._params[i], self._sums[i]
        if rows.ndim != 1 or grad_rows.shape != (len(rows), *w.shape[1:]):
            raise ValueError("rows must be a vector, and grad_rows must have a row of the parameter for each")
        if ((rows < 0) | (rows >= len(w))).any():
            raise ValueError(f"rows must lie in [0, {len(w)})")
        # The square of a sum is not the sum of squares: equal rows are one row, and come first.
        unique, place = np.unique(rows, return_inverse=True)
        grad = np.zeros((len(unique), *w.shape[1:]), dtype=w.dtype)
        np.add.at(grad, place, grad_rows)
        total[unique] += grad * grad
        w[unique] -= self._lr * grad / (np.sqrt(total[unique]) + self._eps)


class RMSprop:
    """Gradient descent in which steps are divided by a running root mean square of the gradients.

    Parameters
    ----------
    params : list of ndarray
        Parameters, updated in place; floating, of any shape.
    lr : float
        Step size.
    alpha : float, default=0.99
        Share of the old mean square that is kept, in [0, 1).
    eps : float, default=1e-8
        Added to the root of the mean square.
    momentum : float, default=0.0
        Share of the buffer of divided gradients that is kept.

    Raises
    ------
    ValueError
        If `lr`, `eps` or `momentum` is negative, or `alpha` lies outside [0, 1).

    Examples
    --------
    >>> w = np.array([1.0, -2.0])
    >>> RMSprop([w], lr=0.5, alpha=0.75).step([np.array([3.0, -0.1])])
    >>> w.round(6).tolist()
    [0.0, -1.0]
    """

    def __init__(
        self, params: list[np.ndarray], lr: float, alpha: float = 0.99, eps: float = 1e-8, momentum: float = 0.0
    ) -> None:
        if lr < 0 or eps < 0 or momentum < 0 or not 0 <= alpha < 1:
            raise ValueError("lr, eps and momentum must not be negative, and alpha must lie in [0, 1)")
        self._params = params
        self._lr, self._alpha, self._eps, self._momentum = lr, alpha, eps, momentum
        self._squares = [np.zeros_like(p) for p in params]
        self._buffers = [np.zeros_like(p) for p in params]

    def step(self, grads: list[np.ndarray | None]) -> None:
        """Update every parameter that has a gradient.

        Parameters
        ----------
        grads : list of ndarray or None
            One gradient for each parameter, of its shape; None leaves the parameter and its state alone.

        Raises
        ------
        ValueError
            If there are not as many gradients as parameters, or a shape differs; then nothing has changed.
        """
        _check(self._params, grads)
        for w, square, buffer, grad in zip(self._params, self._squares, self._buffers, grads):
            if grad is None:
                continue
            square *= self._alpha
            square += (1 - self._alpha) * grad * grad
            # Momentum comes after the division; without it the buffer is the divided gradient itself.
            buffer *= self._momentum
            buffer += grad / (np.sqrt(square) + self._eps)
            w -= self._lr * buffer


def _check(params: list[np.ndarray], grads: list[np.ndarray | None]) -> None:
    """Raise ValueError unless there is a gradient of the right shape, or None, for each parameter."""
    if len(grads) != len(params) or any(g is not None and g.shape != p.shape for g, p in zip(grads, params)):
        raise ValueError("grads must match the parameters in number and shape")
