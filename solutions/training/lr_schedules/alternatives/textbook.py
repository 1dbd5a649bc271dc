"""As training scripts write it: early returns for the pieces, and a plateau with a best value and a counter."""

import math


def warmup_cosine(step, base, warmup, total, min_lr=0.0):
    """Linear warm-up, cosine decay, flat end."""
    if step < warmup:
        return base * (step + 1) / warmup
    if step > total:
        return min_lr
    ratio = (step - warmup) / (total - warmup)
    coeff = 0.5 * (1.0 + math.cos(math.pi * ratio))
    return min_lr + coeff * (base - min_lr)


def noam(step, d_model, warmup, factor=1.0):
    """Schedule of the first transformer."""
    return factor * (d_model ** (-0.5) * min(step ** (-0.5), step * warmup ** (-1.5)))


def step_decay(step, base, every, gamma):
    """Decay in steps."""
    return base * math.pow(gamma, math.floor(step / every))


class ReduceOnPlateau:
    """Lower the rate when the metric has stopped improving."""

    def __init__(self, lr, factor=0.1, patience=10, threshold=1e-4, min_lr=0.0):
        self.lr = lr
        self.factor = factor
        self.patience = patience
        self.threshold = threshold
        self.min_lr = min_lr
        self.best = float("inf")
        self.num_bad = 0

    def step(self, metric):
        """Take note of a metric."""
        if metric < self.best * (1 - self.threshold):
            self.best = metric
            self.num_bad = 0
        else:
            self.num_bad += 1
        if self.num_bad > self.patience:
            self.lr = max(self.lr * self.factor, self.min_lr)
            self.num_bad = 0
        return self.lr
