"""As course assignments write it: a (rows, channels) matrix, a cache, and the graph walked back step by step."""

import numpy as np


class BatchNorm:
    """Normalise the columns of a matrix; images become one row for each pixel."""

    def __init__(self, c, eps=1e-5, momentum=0.1):
        self.gamma = np.ones(c)
        self.beta = np.zeros(c)
        self.running_mean = np.zeros(c)
        self.running_var = np.ones(c)
        self.eps = eps
        self.momentum = momentum

    def forward(self, x, training):
        """Normalise a batch."""
        if x.ndim == 4:
            n, c, h, w = x.shape
            out = self.forward(x.transpose(0, 2, 3, 1).reshape(-1, c), training)
            return out.reshape(n, h, w, c).transpose(0, 3, 1, 2)
        if training:
            mean = x.mean(axis=0)
            var = x.var(axis=0)
            std = np.sqrt(var + self.eps)
            x_hat = (x - mean) / std
            self.cache = x - mean, x_hat, std
            self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
            self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var
        else:
            x_hat = (x - self.running_mean) / np.sqrt(self.running_var + self.eps)
        return self.gamma * x_hat + self.beta

    def backward(self, dy):
        """Walk the graph of the training pass back."""
        if dy.ndim == 4:
            n, c, h, w = dy.shape
            dx, dgamma, dbeta = self.backward(dy.transpose(0, 2, 3, 1).reshape(-1, c))
            return dx.reshape(n, h, w, c).transpose(0, 3, 1, 2), dgamma, dbeta
        centred, x_hat, std = self.cache
        n = dy.shape[0]
        dbeta = dy.sum(axis=0)
        dgamma = (dy * x_hat).sum(axis=0)
        dx_hat = dy * self.gamma
        dvar = (dx_hat * centred * -0.5 * std**-3).sum(axis=0)
        dmean = (-dx_hat / std).sum(axis=0) + dvar * (-2 * centred).sum(axis=0) / n
        dx = dx_hat / std + dvar * 2 * centred / n + dmean / n
        return dx, dgamma, dbeta
