"""State is rebuilt instead of changed in place, and a sparse step loops over sorted rows."""

import numpy as np


class _Optimizer:
    def __init__(self, params, **settings):
        for key, value in settings.items():
            if value < 0:
                raise ValueError(key)
        self.params = params
        self.lr = settings["lr"]
        self.state = [{} for _ in params]

    def step(self, grads):
        if len(grads) != len(self.params):
            raise ValueError("number")
        for p, g in zip(self.params, grads):
            if g is not None and np.shape(g) != np.shape(p):
                raise ValueError("shape")
        for p, g, s in zip(self.params, grads, self.state):
            if g is not None:
                np.subtract(p, self.lr * self.direction(p, g, s), out=p)


class SGD(_Optimizer):
    def __init__(self, params, lr, momentum=0.0, nesterov=False, weight_decay=0.0):
        super().__init__(params, lr=lr, momentum=momentum, weight_decay=weight_decay)
        if nesterov and not momentum:
            raise ValueError("nesterov")
        self.momentum, self.nesterov, self.decay = momentum, nesterov, weight_decay

    def direction(self, p, g, s):
        if self.decay:
            g = g + self.decay * p
        if not self.momentum:
            return g
        s["b"] = self.momentum * s["b"] + g if "b" in s else np.array(g)
        return self.momentum * s["b"] + g if self.nesterov else s["b"]


class Adagrad(_Optimizer):
    def __init__(self, params, lr, eps=1e-10):
        super().__init__(params, lr=lr, eps=eps)
        self.eps = eps

    def direction(self, p, g, s):
        s["sum"] = s.get("sum", np.zeros_like(p)) + np.square(g)
        return g / (self.eps + np.sqrt(s["sum"]))

    def step_sparse(self, i, rows, grad_rows):
        if i < 0 or i >= len(self.params) or rows.ndim != 1:
            raise ValueError("i or rows")
        w, s = self.params[i], self.state[i]
        if grad_rows.shape != rows.shape + w.shape[1:]:
            raise ValueError("grad_rows")
        if len(rows) and (rows.min() < 0 or rows.max() >= w.shape[0]):
            raise ValueError("range")
        if "sum" not in s:
            s["sum"] = np.zeros_like(w)
        totals = {}
        for row, grad in zip(rows.tolist(), grad_rows):
            totals[row] = totals[row] + grad if row in totals else grad
        for row, grad in totals.items():
            s["sum"][row] += grad**2
            w[row] -= self.lr * grad / (np.sqrt(s["sum"][row]) + self.eps)


class RMSprop(_Optimizer):
    def __init__(self, params, lr, alpha=0.99, eps=1e-8, momentum=0.0):
        super().__init__(params, lr=lr, alpha=alpha, eps=eps, momentum=momentum)
        if alpha >= 1:
            raise ValueError("alpha")
        self.alpha, self.eps, self.momentum = alpha, eps, momentum

    def direction(self, p, g, s):
        v = s.get("v", np.zeros_like(p))
        s["v"] = self.alpha * v + (1 - self.alpha) * np.square(g)
        d = g / (np.sqrt(s["v"]) + self.eps)
        if self.momentum:
            d = s["b"] = d + self.momentum * s.get("b", np.zeros_like(p))
        return d
