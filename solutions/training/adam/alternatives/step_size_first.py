"""Folds both corrections into the step size and eps, as in the last lines of section 2 of the paper."""

import math

import numpy as np


class Adam:
    """Adam whose moments are rebuilt instead of changed in place."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, decoupled=False, amsgrad=False):
        if min(lr, eps, weight_decay) < 0 or any(b < 0 or b >= 1 for b in betas):
            raise ValueError("bad setting")
        self.params = list(params)
        self.settings = lr, betas, eps, weight_decay, decoupled, amsgrad
        self.state = [{"t": 0, "m": 0.0 * p, "v": 0.0 * p, "top": 0.0 * p} for p in self.params]

    def step(self, grads):
        """Update in place."""
        if len(grads) != len(self.params):
            raise ValueError("wrong number of gradients")
        for p, g in zip(self.params, grads):
            if g is not None and np.shape(g) != np.shape(p):
                raise ValueError("wrong shape")
        lr, (b1, b2), eps, decay, decoupled, amsgrad = self.settings
        for p, g, s in zip(self.params, grads, self.state):
            if g is None:
                continue
            s["t"] += 1
            if decoupled:
                p[...] = p - lr * decay * p
            elif decay:
                g = g + decay * p
            s["m"] = s["m"] + (1 - b1) * (g - s["m"])
            s["v"] = b2 * s["v"] + (1 - b2) * np.square(g)
            s["top"] = np.maximum(s["top"], s["v"])
            second = s["top"] if amsgrad else s["v"]
            c1, c2 = 1 - b1 ** s["t"], math.sqrt(1 - b2 ** s["t"])
            p[...] = p - lr * c2 / c1 * s["m"] / (np.sqrt(second) + eps * c2)


def ema_update(avg, params, decay, step):
    """Average by the difference."""
    if len(avg) != len(params) or decay < 0 or decay > 1 or step < 0:
        raise ValueError("bad argument")
    if any(a.shape != p.shape for a, p in zip(avg, params)):
        raise ValueError("wrong shape")
    share = 1 - min(decay, (1 + step) / (10 + step))
    for a, p in zip(avg, params):
        np.add(a, share * (p - a), out=a)
