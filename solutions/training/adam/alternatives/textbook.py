"""As course notes write it: one counter, lists of moments, the bias-corrected update."""

import numpy as np


class Adam:
    """Adam with weight decay of both kinds."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, decoupled=False, amsgrad=False):
        self.params = params
        self.lr, (self.beta1, self.beta2), self.eps = lr, betas, eps
        self.weight_decay, self.decoupled, self.amsgrad = weight_decay, decoupled, amsgrad
        self.m = [np.zeros_like(p) for p in params]
        self.v = [np.zeros_like(p) for p in params]
        self.v_max = [np.zeros_like(p) for p in params]
        self.t = 0

    def step(self, grads):
        """Update all parameters."""
        self.t += 1
        for i, (p, g) in enumerate(zip(self.params, grads)):
            if not self.decoupled:
                g = g + self.weight_decay * p
            self.m[i] = self.beta1 * self.m[i] + (1 - self.beta1) * g
            self.v[i] = self.beta2 * self.v[i] + (1 - self.beta2) * g**2
            self.v_max[i] = np.maximum(self.v_max[i], self.v[i])
            m_hat = self.m[i] / (1 - self.beta1**self.t)
            v_hat = (self.v_max[i] if self.amsgrad else self.v[i]) / (1 - self.beta2**self.t)
            update = m_hat / (np.sqrt(v_hat) + self.eps)
            if self.decoupled:
                update = update + self.weight_decay * p
            p -= self.lr * update


def ema_update(avg, params, decay, step):
    """Move the averages."""
    decay = min(decay, (1 + step) / (10 + step))
    for a, p in zip(avg, params):
        a[...] = decay * a + (1 - decay) * p
