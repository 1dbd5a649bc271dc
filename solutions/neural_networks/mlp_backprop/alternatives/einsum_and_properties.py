"""Probabilities and sums over outer products (einsum), with a list of parameters behind properties."""

import numpy as np


def _slot(i):
    def get(self):
        return self.values[i]

    def put(self, value):
        self.values[i] = np.array(value)

    return property(get, put)


class MLP:
    W1, b1, W2, b2 = (_slot(i) for i in range(4))

    def __init__(self, W1, b1, W2, b2):
        if W1.ndim != 2 or W2.ndim != 2 or b1.ndim != 1 or b2.ndim != 1:
            raise ValueError("axes")
        if len(b1) != W1.shape[1] or len(b1) != W2.shape[0] or len(b2) != W2.shape[1]:
            raise ValueError("sizes")
        self.values = [np.array(p) for p in (W1, b1, W2, b2)]

    def forward(self, X):
        if X.ndim != 2 or X.shape[1] != self.values[0].shape[0]:
            raise ValueError("X")
        pre = np.dot(X, self.values[0]) + self.values[1]
        return np.dot(pre * (pre > 0), self.values[2]) + self.values[3]

    def loss_and_grads(self, X, y, l2=0.0):
        W1, b1, W2, b2 = self.values
        Z = self.forward(X)
        n, c = Z.shape
        if l2 < 0 or n < 1 or y.shape != (n,) or y.min() < 0 or y.max() >= c:
            raise ValueError("y or l2")
        pre = X @ W1 + b1
        H = np.where(pre > 0, pre, 0).astype(X.dtype)
        onehot = (y[:, None] == np.arange(c)).astype(X.dtype)
        top = Z.max(1, keepdims=True)
        log_total = top + np.log(np.exp(Z - top).sum(1, keepdims=True))
        loss = float(((log_total - Z) * onehot).sum()) / n + l2 * float(np.sum(W1**2) + np.sum(W2**2)) / 2
        delta = np.exp(Z - log_total) - onehot
        back = np.einsum("nc,hc->nh", delta, W2)
        back[pre <= 0] = 0
        sums = (
            np.einsum("nd,nh->dh", X, back),
            np.einsum("nh->h", back),
            np.einsum("nh,nc->hc", H, delta),
            np.einsum("nc->c", delta),
        )
        grads = dict(zip(("W1", "b1", "W2", "b2"), (s / n for s in sums)))
        grads["W1"] += l2 * W1
        grads["W2"] += l2 * W2
        return loss, grads

    def sgd_step(self, grads, lr):
        for i, name in enumerate(("W1", "b1", "W2", "b2")):
            self.values[i] = self.values[i] - lr * grads[name]


def gradient_check(f, param, grad, eps=1e-6):
    if np.shape(param) != np.shape(grad):
        raise ValueError("shapes")
    errors = [0.0]
    with np.nditer(param, flags=["multi_index", "zerosize_ok"]) as entries:
        indices = [entries.multi_index for _ in entries]
    for at in indices:
        old = param[at].copy()
        values = []
        for sign in (-1, 1):
            param[at] = old + sign * eps
            values.append(float(f()))
        param[at] = old
        a, b = (values[1] - values[0]) / eps / 2, float(grad[at])
        errors.append(abs(a - b) / max(abs(a) + abs(b), 1e-8))
    return max(errors)
