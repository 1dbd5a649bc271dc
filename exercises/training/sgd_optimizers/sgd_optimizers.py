"""SGD with momentum, Adagrad and RMSprop, in place."""

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
        raise NotImplementedError

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
        raise NotImplementedError


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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError


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
        raise NotImplementedError

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
        raise NotImplementedError
