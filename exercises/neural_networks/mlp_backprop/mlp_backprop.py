"""A network with one hidden layer, its gradients by hand, and a check of gradients by differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


class MLP:
    """Two linear layers with a ReLU between them, for classification.

    The parameters are the attributes `W1`, `b1`, `W2` and `b2`; what is given is copied.

    Parameters
    ----------
    W1 : ndarray of shape (d, h)
        Weights of the hidden layer.
    b1 : ndarray of shape (h,)
        Biases of the hidden layer.
    W2 : ndarray of shape (h, c)
        Weights of the output layer.
    b2 : ndarray of shape (c,)
        Biases of the output layer.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> net = MLP(np.array([[1.0, -1.0]]), np.zeros(2), np.eye(2), np.array([0.0, 3.0]))
    >>> net.forward(np.array([[2.0], [-5.0]])).tolist()
    [[2.0, 3.0], [0.0, 8.0]]
    """

    def __init__(self, W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray) -> None:
        raise NotImplementedError

    def forward(self, X: np.ndarray) -> np.ndarray:
        """Compute the logits.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Examples, one a row.

        Returns
        -------
        ndarray of shape (n, c)
            Logits.

        Raises
        ------
        ValueError
            If X is not a matrix of d columns.
        """
        raise NotImplementedError

    def loss_and_grads(self, X: np.ndarray, y: np.ndarray, l2: float = 0.0) -> tuple[float, dict[str, np.ndarray]]:
        """Compute the penalised mean cross-entropy and its gradients; no parameter changes.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Examples, at least one.
        y : ndarray of shape (n,)
            Right classes, in [0, c).
        l2 : float, default=0.0
            Strength of the penalty l2 / 2 on the squares of both weight matrices, not of the biases.

        Returns
        -------
        loss : float
            Mean cross-entropy and penalty.
        grads : dict of str to ndarray
            Gradients for the keys W1, b1, W2 and b2, in the shapes of the parameters.

        Raises
        ------
        ValueError
            If shapes do not fit, there are no examples, a label is no class, or `l2` is negative.
        """
        raise NotImplementedError

    def sgd_step(self, grads: dict[str, np.ndarray], lr: float) -> None:
        """Move every parameter against its gradient.

        Parameters
        ----------
        grads : dict of str to ndarray
            Gradients, as `loss_and_grads` gives them.
        lr : float
            Length of the step, as a multiple of the gradient.
        """
        raise NotImplementedError


def gradient_check(f: Callable[[], float], param: np.ndarray, grad: np.ndarray, eps: float = 1e-6) -> float:
    """Compare a gradient with central differences.

    Parameters
    ----------
    f : callable
        Returns the loss for what `param` holds at the time.
    param : ndarray of shape (...)
        Parameter; each entry is moved in place and put back exactly.
    grad : ndarray of shape (...)
        Gradient to check.
    eps : float, default=1e-6
        Length of the step to either side.

    Returns
    -------
    float
        Greatest relative error |a - b| / max(1e-8, |a| + |b|) of an entry; 0 where there are none.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> p = np.array([3.0])
    >>> round(gradient_check(lambda: float(p[0] ** 2), p, np.array([4.0])), 6)
    0.2
    """
    raise NotImplementedError
