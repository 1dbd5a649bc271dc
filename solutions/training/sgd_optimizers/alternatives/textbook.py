"""As course notes write the update rules: a velocity or a cache for each parameter, one line for each formula."""

import numpy as np


class SGD:
    """Vanilla, momentum and Nesterov updates."""

    def __init__(self, params, lr, momentum=0.0, nesterov=False, weight_decay=0.0):
        self.params, self.lr, self.mu, self.nesterov, self.reg = params, lr, momentum, nesterov, weight_decay
        self.v = [np.zeros_like(p) for p in params]

    def step(self, grads):
        """Update all parameters."""
        for i, (p, dp) in enumerate(zip(self.params, grads)):
            dp = dp + self.reg * p
            v_prev = self.v[i]
            self.v[i] = self.mu * self.v[i] - self.lr * dp
            if self.nesterov:
                p += -self.mu * v_prev + (1 + self.mu) * self.v[i]
            else:
                p += self.v[i]


class Adagrad:
    """A cache of squared gradients."""

    def __init__(self, params, lr, eps=1e-10):
        self.params, self.lr, self.eps = params, lr, eps
        self.cache = [np.zeros_like(p) for p in params]

    def step(self, grads):
        """Update all parameters."""
        for p, dp, cache in zip(self.params, grads, self.cache):
            cache += dp**2
            p -= self.lr * dp / (np.sqrt(cache) + self.eps)

    def step_sparse(self, i, rows, grad_rows):
        """Update some rows by a dense gradient."""
        grads = [np.zeros_like(p) for p in self.params]
        np.add.at(grads[i], rows, grad_rows)
        self.step(grads)


class RMSprop:
    """A leaky cache of squared gradients."""

    def __init__(self, params, lr, alpha=0.99, eps=1e-8, momentum=0.0):
        self.params, self.lr, self.decay, self.eps = params, lr, alpha, eps
        self.cache = [np.zeros_like(p) for p in params]

    def step(self, grads):
        """Update all parameters."""
        for i, (p, dp) in enumerate(zip(self.params, grads)):
            self.cache[i] = self.decay * self.cache[i] + (1 - self.decay) * dp**2
            p -= self.lr * dp / (np.sqrt(self.cache[i]) + self.eps)
