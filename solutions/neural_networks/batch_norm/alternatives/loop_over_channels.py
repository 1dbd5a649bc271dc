"""A Python loop over the channels, with one closure for each mode."""

import numpy as np


def _pass(values, gamma, beta, mean, var, eps, training):
    scale = 1.0 / np.sqrt(var + eps)
    z = scale * (values - mean)

    def backward(g):
        dgamma = float((g * z).sum())
        dbeta = float(g.sum())
        if training:
            m = g.size
            return gamma * scale / m * (m * g - dbeta - z * dgamma), dgamma, dbeta
        return gamma * scale * g, dgamma, dbeta

    return gamma * z + beta, backward


class BatchNorm:
    def __init__(self, c, eps=1e-5, momentum=0.1):
        if not (c >= 1 and eps >= 0 and 0 <= momentum <= 1):
            raise ValueError("settings")
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(c), np.zeros(c)
        self.running_mean, self.running_var = np.zeros(c), np.ones(c)
        self.steps, self.shape = None, None

    def forward(self, x, training):
        c = self.gamma.shape[0]
        if x.ndim not in {2, 4} or x.shape[1] != c:
            raise ValueError("x")
        m = x[:, 0].size
        if training and m <= 1:
            raise ValueError("m")
        if training:
            self.running_mean, self.running_var = self.running_mean.copy(), self.running_var.copy()
        y, self.steps, self.shape = np.empty(x.shape, x.dtype), [], x.shape
        for k in range(c):
            values = np.array(x[:, k], dtype=np.float64)
            mean, var = self.running_mean[k], self.running_var[k]
            if training:
                mean, var = values.mean(), values.var()
                a = self.momentum
                self.running_mean[k] = a * mean + (1 - a) * self.running_mean[k]
                self.running_var[k] = a * var * m / (m - 1) + (1 - a) * self.running_var[k]
            y[:, k], step = _pass(values, self.gamma[k], self.beta[k], mean, var, self.eps, training)
            self.steps.append(step)
        return y

    def backward(self, dy):
        if self.shape is None or dy.shape != self.shape:
            raise ValueError("dy")
        dx = np.zeros_like(dy)
        dgamma, dbeta = (np.zeros(dy.shape[1], dtype=dy.dtype) for _ in range(2))
        for k, step in enumerate(self.steps):
            dx[:, k], dgamma[k], dbeta[k] = step(dy[:, k].astype(np.float64))
        return dx, dgamma, dbeta
