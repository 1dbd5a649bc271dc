"""Moments by inner products, after centring twice; shares of the variance for df."""

import math

import numpy as np


def mean_confidence_interval(x, level, t_ppf):
    """Mean and reach."""
    n, mean, variance = _describe(x)
    if level <= 0 or level >= 1 or level != level:
        raise ValueError("the level is a probability")
    reach = t_ppf(0.5 + level / 2, n - 1) * math.sqrt(variance) / math.sqrt(n)
    return mean - reach, mean + reach


def welch_t_test(a, b, t_cdf):
    """Shares of the total variance decide about the degrees of freedom."""
    n_a, mean_a, s_a = _describe(a)
    n_b, mean_b, s_b = _describe(b)
    error = math.hypot(math.sqrt(s_a / n_a), math.sqrt(s_b / n_b))
    gap = mean_a - mean_b
    if error == 0:
        df = float(n_a + n_b - 2)
        if gap == 0:
            return 0.0, df, 1.0
        return (math.inf if gap > 0 else -math.inf), df, 0.0
    share = s_a / n_a / (s_a / n_a + s_b / n_b)
    df = 1.0 / (share**2 / (n_a - 1) + (1.0 - share) ** 2 / (n_b - 1))
    t = gap / error
    return t, df, 2.0 * t_cdf(-abs(t), df)


def _describe(sample):
    if np.ndim(sample) != 1:
        raise ValueError("a vector, please")
    values = np.array(sample, dtype=np.float64)
    n = len(values)
    if n < 2:
        raise ValueError("two values at least")
    if not np.any(values != values[0]):
        return n, float(values[0]), 0.0
    mean = values.sum() / n
    mean += (values - mean).sum() / n
    centred = values - mean
    return n, float(mean), float(np.dot(centred, centred)) / (n - 1)
