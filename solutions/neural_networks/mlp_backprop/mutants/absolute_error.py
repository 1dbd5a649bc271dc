"""Reports the greatest absolute error."""

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
        if W1.ndim != 2 or W2.ndim != 2 or W1.shape[1] != W2.shape[0]:
            raise ValueError(f"W1 and W2 must be (d, h) and (h, c), got {W1.shape} and {W2.shape}")
        if b1.shape != W1.shape[1:] or b2.shape != W2.shape[1:]:
            raise ValueError(f"b1 and b2 must be (h,) and (c,), got {b1.shape} and {b2.shape}")
        self.W1, self.b1, self.W2, self.b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()

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
        return self._layers(X)[1]

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
        hidden, logits = self._layers(X)
        n, n_classes = logits.shape
        if n == 0 or y.shape != (n,):
            raise ValueError(f"need at least one example and one label for each, got {n} and shape {y.shape}")
        if ((y < 0) | (y >= n_classes)).any() or l2 < 0:
            raise ValueError(f"labels must lie in [0, {n_classes}), and l2 must not be negative")

        shifted = logits - logits.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        right = np.arange(n), y
        loss = l2 / 2 * ((self.W1**2).sum() + (self.W2**2).sum()) - log_p[right].mean()

        # Backwards from logits to weights. The mean brings 1 / n in once, here.
        dlogits = np.exp(log_p)
        dlogits[right] -= 1
        dlogits /= n
        # ReLU passes the gradient where it passed the value.
        dhidden = dlogits @ self.W2.T * (hidden > 0)
        grads = {
            "W1": X.T @ dhidden + l2 * self.W1,
            "b1": dhidden.sum(axis=0),  # a bias serves every example
            "W2": hidden.T @ dlogits + l2 * self.W2,
            "b2": dlogits.sum(axis=0),
        }
        return float(loss), grads

    def sgd_step(self, grads: dict[str, np.ndarray], lr: float) -> None:
        """Move every parameter against its gradient.

        Parameters
        ----------
        grads : dict of str to ndarray
            Gradients, as `loss_and_grads` gives them.
        lr : float
            Length of the step, as a multiple of the gradient.
        """
        for name, grad in grads.items():
            parameter = getattr(self, name)
            parameter -= lr * grad

    def _layers(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return hidden activations and logits."""
        if X.ndim != 2 or X.shape[1] != len(self.W1):
            raise ValueError(f"X must have shape (n, {len(self.W1)}), got {X.shape}")
        hidden = np.maximum(X @ self.W1 + self.b1, 0)
        return hidden, hidden @ self.W2 + self.b2


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
    if param.shape != grad.shape:
        raise ValueError(f"param and grad must have one shape, got {param.shape} and {grad.shape}")
    worst = 0.0
    # Indices, not a flattened array: flattening may copy, and then f would not see the step.
    for index in np.ndindex(param.shape):
        value = param[index]
        param[index] = value + eps
        right = f()
        param[index] = value - eps
        left = f()
        param[index] = value  # adding and subtracting eps would leave rounding errors behind
        slope, given = (right - left) / (2 * eps), grad[index]
        worst = max(worst, abs(slope - given))
    return float(worst)
