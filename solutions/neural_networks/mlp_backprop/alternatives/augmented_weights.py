"""Biases are rows of augmented matrices while gradients are computed, in float64 inside."""

import numpy as np


def _augment(A):
    return np.hstack([A, np.ones((len(A), 1))])


class MLP:
    def __init__(self, W1, b1, W2, b2):
        shapes = [np.shape(p) for p in (W1, b1, W2, b2)]
        if [len(s) for s in shapes] != [2, 1, 2, 1]:
            raise ValueError(f"axes: {shapes}")
        if shapes[0][1:] != shapes[1] or shapes[1] != shapes[2][:1] or shapes[2][1:] != shapes[3]:
            raise ValueError(f"sizes: {shapes}")
        self.W1, self.b1, self.W2, self.b2 = (np.array(p) for p in (W1, b1, W2, b2))

    def pass_through(self, X):
        if np.ndim(X) != 2 or X.shape[1] != self.W1.shape[0]:
            raise ValueError("X")
        first = np.vstack([self.W1, self.b1]).astype(np.float64)
        second = np.vstack([self.W2, self.b2]).astype(np.float64)
        inputs = _augment(X.astype(np.float64))
        pre = inputs @ first
        hidden = _augment(pre.clip(min=0))
        return inputs, pre, hidden, hidden @ second, second

    def forward(self, X):
        return self.pass_through(X)[3].astype(X.dtype)

    def loss_and_grads(self, X, y, l2=0.0):
        if l2 < 0:
            raise ValueError("l2")
        inputs, pre, hidden, Z, second = self.pass_through(X)
        n = len(X)
        labels = np.asarray(y)
        if n == 0 or labels.shape != (n,) or not np.isin(labels, np.arange(Z.shape[1])).all():
            raise ValueError("y")
        Z = Z - Z.max(1)[:, None]
        log_p = Z - np.log(np.exp(Z).sum(1))[:, None]
        loss = -np.take_along_axis(log_p, labels.astype(int)[:, None], 1).sum() / n
        loss += 0.5 * l2 * (np.square(self.W1).sum() + np.square(self.W2).sum())
        delta = (np.exp(log_p) - np.eye(Z.shape[1])[labels]) / n
        back = (delta @ second[:-1].T) * np.heaviside(pre, 0)
        G1, G2 = inputs.T @ back, hidden.T @ delta
        grads = {"W1": G1[:-1] + l2 * self.W1, "b1": G1[-1], "W2": G2[:-1] + l2 * self.W2, "b2": G2[-1]}
        return float(loss), {name: g.astype(X.dtype) for name, g in grads.items()}

    def sgd_step(self, grads, lr):
        self.W1 -= lr * grads["W1"]
        self.b1 -= lr * grads["b1"]
        self.W2 -= lr * grads["W2"]
        self.b2 -= lr * grads["b2"]


def gradient_check(f, param, grad, eps=1e-6):
    if param.shape != grad.shape:
        raise ValueError("shapes")
    start = param.copy()
    numeric = np.zeros(param.shape)
    for at in np.ndindex(*param.shape):
        param[at] = start[at] + eps
        numeric[at] = f()
        param[at] = start[at] - eps
        numeric[at] -= f()
        param[at] = start[at]
    numeric /= 2 * eps
    error = np.abs(numeric - grad) / np.maximum(1e-8, np.abs(numeric) + np.abs(grad))
    return float(error.max(initial=0.0))
