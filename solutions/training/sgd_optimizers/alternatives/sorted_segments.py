"""Works with out= wherever it can; a sparse step sorts the rows and adds up segments."""

import numpy as np


def _valid(params, grads):
    shapes = [p.shape if g is None else g.shape for p, g in zip(params, grads)]
    if len(params) != len(grads) or shapes != [p.shape for p in params]:
        raise ValueError("gradients")
    return [(k, p, g) for k, (p, g) in enumerate(zip(params, grads)) if g is not None]


class SGD:
    def __init__(self, params, lr, momentum=0.0, nesterov=False, weight_decay=0.0):
        if min(lr, momentum, weight_decay) < 0 or (nesterov and momentum <= 0):
            raise ValueError("setting")
        self.params, self.lr, self.mu, self.nesterov, self.wd = list(params), lr, momentum, nesterov, weight_decay
        self.buf = [None] * len(self.params)

    def step(self, grads):
        for k, p, g in _valid(self.params, grads):
            d = np.array(g)
            d += self.wd * p
            if self.buf[k] is None:
                self.buf[k] = d.copy()
            else:
                self.buf[k] = self.buf[k] * self.mu + d
            p[...] -= self.lr * (d + self.mu * self.buf[k]) if self.nesterov else self.lr * self.buf[k]


class Adagrad:
    def __init__(self, params, lr, eps=1e-10):
        if lr < 0 or eps < 0:
            raise ValueError("setting")
        self.params, self.lr, self.eps = list(params), lr, eps
        self.sums = [np.zeros(p.shape, p.dtype) for p in self.params]

    def step(self, grads):
        for k, p, g in _valid(self.params, grads):
            self.sums[k] = self.sums[k] + g**2
            p[...] = p - self.lr * (g / (np.sqrt(self.sums[k]) + self.eps))

    def step_sparse(self, i, rows, grad_rows):
        if i not in range(len(self.params)):
            raise ValueError("i")
        p, s = self.params[i], self.sums[i]
        if rows.ndim != 1 or grad_rows.shape != (rows.size,) + p.shape[1:]:
            raise ValueError("shape")
        if not rows.size:
            return
        order = np.argsort(rows, kind="stable")
        rows = rows[order].astype(np.int64)
        if rows[0] < 0 or rows[-1] >= p.shape[0]:
            raise ValueError("range")
        heads = np.flatnonzero(np.append(True, rows[1:] != rows[:-1]))
        rows, g = rows[heads], np.add.reduceat(grad_rows[order], heads, axis=0)
        s[rows] = s[rows] + g * g
        p[rows] = p[rows] - self.lr * g / (np.sqrt(s[rows]) + self.eps)


class RMSprop:
    def __init__(self, params, lr, alpha=0.99, eps=1e-8, momentum=0.0):
        if min(lr, alpha, eps, momentum) < 0 or alpha >= 1:
            raise ValueError("setting")
        self.params, self.lr, self.alpha, self.eps, self.mu = list(params), lr, alpha, eps, momentum
        self.v = [np.zeros(p.shape, p.dtype) for p in self.params]
        self.moved = [np.zeros(p.shape, p.dtype) for p in self.params]

    def step(self, grads):
        for k, p, g in _valid(self.params, grads):
            self.v[k] = self.v[k] + (1 - self.alpha) * (g * g - self.v[k])
            self.moved[k] = self.mu * self.moved[k] + self.lr * g / (np.sqrt(self.v[k]) + self.eps)
            p[...] = p - self.moved[k]
