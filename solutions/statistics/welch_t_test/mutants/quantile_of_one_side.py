"""Leaves all that the level excludes on one side."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np


def mean_confidence_interval(
    x: np.ndarray, level: float, t_ppf: Callable[[float, float], float]
) -> tuple[float, float]:
    """Confidence interval of the mean.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Sample, n >= 2.
    level : float
        Confidence level, strictly between 0 and 1.
    t_ppf : callable
        `t_ppf(q, df)` gives the quantile q of Student's t distribution with df degrees of freedom.

    Returns
    -------
    tuple of float
        Lower and upper end.

    Raises
    ------
    ValueError
        If `x` is not a vector of at least two values, or `level` is not strictly between 0 and 1.

    Examples
    --------
    >>> mean_confidence_interval(np.array([3.0, 5.0]), 0.5, lambda q, df: math.tan(math.pi * (q - 0.5)))
    (3.0, 5.0)
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie strictly between 0 and 1, got {level}")
    first, rest, variance, n = _moments(x)
    # Half of what the level leaves out lies on each side.
    reach = float(t_ppf(level, n - 1)) * math.sqrt(variance / n)
    return first + (rest - reach), first + (rest + reach)


def welch_t_test(a: np.ndarray, b: np.ndarray, t_cdf: Callable[[float, float], float]) -> tuple[float, float, float]:
    """Two-sided test of equal means that does not assume equal variances.

    Parameters
    ----------
    a : ndarray of shape (n_a,)
        First sample, n_a >= 2.
    b : ndarray of shape (n_b,)
        Second sample, n_b >= 2.
    t_cdf : callable
        `t_cdf(x, df)` gives the probability of a value up to x under Student's t distribution with df degrees of
        freedom.

    Returns
    -------
    t : float
        Difference of the means, a minus b, in standard errors.
    df : float
        Degrees of freedom after Welch and Satterthwaite.
    p : float
        Two-sided p-value.

    Raises
    ------
    ValueError
        If a sample is not a vector of at least two values.

    Examples
    --------
    >>> t, df, p = welch_t_test(np.array([5.0, 7.0]), np.array([1.0, 3.0]), lambda x, df: 0.5 + x / math.sqrt(8 + 4 * x * x))
    >>> round(t, 6), round(df, 6), round(p, 6)
    (2.828427, 2.0, 0.105573)
    """
    first_a, rest_a, variance_a, n_a = _moments(a)
    first_b, rest_b, variance_b, n_b = _moments(b)
    difference = (first_a - first_b) + (rest_a - rest_b)
    of_a, of_b = variance_a / n_a, variance_b / n_b
    total = of_a + of_b
    if total == 0:
        # Two constants: the same one, or a difference that chance cannot explain.
        df = float(n_a + n_b - 2)
        return (math.copysign(math.inf, difference), df, 0.0) if difference else (0.0, df, 1.0)
    t = difference / math.sqrt(total)
    # Welch and Satterthwaite, divided through by the square of the total: the squares of the parts may overflow.
    df = 1 / ((of_a / total) ** 2 / (n_a - 1) + (of_b / total) ** 2 / (n_b - 1))
    # The lower tail keeps its digits where 1 - cdf(|t|) would be 0.
    return t, df, 2 * float(t_cdf(-abs(t), df))


def _moments(values: np.ndarray) -> tuple[float, float, float, int]:
    """Return the first value, the mean less the first value, the unbiased variance and the size."""
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 1 or x.size < 2:
        raise ValueError(f"a sample must be a vector of at least two values, got shape {x.shape}")
    # Measured from the first value, equal values have variance 0 exactly, and a common offset costs no digits.
    shifted = x - x[0]
    return float(x[0]), float(shifted.mean()), float(shifted.var(ddof=1)), x.size
