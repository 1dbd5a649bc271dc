"""Interpolates with the half-angle formula, and keeps the time of the last good step instead of a count."""

from math import cos, pi, sqrt


def warmup_cosine(step, base, warmup, total, min_lr=0.0):
    """Straight line, squared cosine, straight line."""
    if step < 0 or warmup < 0 or warmup > total or min_lr < 0 or min_lr > base:
        raise ValueError("bad argument")
    if step >= total:
        return float(min_lr)
    if step < warmup:
        return (step + 1) / warmup * base
    weight = cos(pi / 2 * (step - warmup) / (total - warmup)) ** 2
    return weight * base + (1 - weight) * min_lr


def noam(step, d_model, warmup, factor=1.0):
    """One branch on each side of the peak."""
    if step < 1 or d_model < 1 or warmup < 1:
        raise ValueError("counts start at 1")
    if step < warmup:
        return factor * step / (warmup * sqrt(d_model * warmup))
    return factor / sqrt(d_model * step)


def step_decay(step, base, every, gamma):
    """Whole number of decays so far."""
    if step < 0 or every < 1 or gamma <= 0 or gamma > 1:
        raise ValueError("bad argument")
    decays, _ = divmod(step, every)
    return base * pow(gamma, decays)


class ReduceOnPlateau:
    """Compares the clock with the time of the last good step or reduction."""

    def __init__(self, lr, factor=0.1, patience=10, threshold=1e-4, min_lr=0.0):
        for good in (0 < factor < 1, patience >= 0, 0 <= threshold < 1, 0 <= min_lr <= lr):
            if not good:
                raise ValueError("bad setting")
        self.lr, self.factor, self.patience, self.keep, self.min_lr = lr, factor, patience, 1 - threshold, min_lr
        self.bound = float("inf")
        self.now = self.mark = 0

    def step(self, metric):
        """Advance the clock by one metric."""
        self.now += 1
        if metric < self.bound:
            self.bound = metric * self.keep
            self.mark = self.now
        elif self.now - self.mark > self.patience:
            self.mark = self.now
            lower = self.lr * self.factor
            self.lr = lower if lower > self.min_lr else self.min_lr
        return self.lr
