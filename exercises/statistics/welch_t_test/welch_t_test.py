"""Confidence interval of a mean and Welch's t-test, with Student's distribution passed in."""

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
    raise NotImplementedError


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
    raise NotImplementedError
