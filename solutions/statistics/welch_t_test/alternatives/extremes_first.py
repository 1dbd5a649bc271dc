"""Constant samples are told by their extremes; moments straight from numpy; df with scaled variances."""

import numpy as np


def mean_confidence_interval(x, level, t_ppf):
    """The lower quantile gives the lower end."""
    if not (level > 0 and level < 1):
        raise ValueError("level")
    mean, variance = _summary(x)
    below = t_ppf((1 - level) / 2, len(x) - 1) * np.sqrt(variance / len(x))
    return float(mean + below), float(mean - below)


def welch_t_test(a, b, t_cdf):
    """Scale the standard errors by the greater one before squaring."""
    mean_a, variance_a = _summary(a)
    mean_b, variance_b = _summary(b)
    m, n = len(a), len(b)
    if variance_a == 0 and variance_b == 0:
        t = float(np.sign(mean_a - mean_b))
        return (t * float("inf") if t else 0.0), float(m + n - 2), float(t == 0)
    u, v = variance_a / m, variance_b / n
    scale = max(u, v)
    t = (mean_a - mean_b) / np.sqrt(u + v)
    u, v = u / scale, v / scale
    df = (u + v) ** 2 / (u * u / (m - 1) + v * v / (n - 1))
    return float(t), float(df), float(2 * t_cdf(-np.abs(t), df))


def _summary(x):
    x = np.asarray(x)
    if x.ndim != 1 or len(x) < 2:
        raise ValueError("sample")
    x = x.astype(float)
    if x.min() == x.max():
        return x[0], 0.0
    return np.mean(x), np.var(x, ddof=1)
