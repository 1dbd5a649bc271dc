"""As a statistics course writes it: the formulas line by line, and p from the upper tail."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def mean_confidence_interval(
    x: np.ndarray, level: float, t_ppf: Callable[[float, float], float]
) -> tuple[float, float]:
    """Mean plus and minus a margin."""
    n = len(x)
    mean = np.mean(x)
    sem = np.std(x, ddof=1) / np.sqrt(n)
    margin = sem * t_ppf((1 + level) / 2, n - 1)
    return mean - margin, mean + margin


def welch_t_test(a: np.ndarray, b: np.ndarray, t_cdf: Callable[[float, float], float]) -> tuple[float, float, float]:
    """Difference of the means in standard errors, with Satterthwaite's degrees of freedom."""
    n1, n2 = len(a), len(b)
    s1, s2 = np.var(a, ddof=1), np.var(b, ddof=1)
    se = np.sqrt(s1 / n1 + s2 / n2)
    t = (np.mean(a) - np.mean(b)) / se
    df = (s1 / n1 + s2 / n2) ** 2 / ((s1 / n1) ** 2 / (n1 - 1) + (s2 / n2) ** 2 / (n2 - 1))
    p = 2 * (1 - t_cdf(abs(t), df))
    return t, df, p
