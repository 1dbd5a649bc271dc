"""Two conversion rates: test, intervals and sample size."""

from __future__ import annotations

import math


def two_proportion_z_test(x1: int, n1: int, x2: int, n2: int) -> tuple[float, float]:
    """Two-sided test of equal rates with the pooled standard error.

    Parameters
    ----------
    x1 : int
        Conversions in the first arm.
    n1 : int
        Users in the first arm, at least 1.
    x2 : int
        Conversions in the second arm.
    n2 : int
        Users in the second arm, at least 1.

    Returns
    -------
    z : float
        Difference of the rates, first minus second, in standard errors.
    p : float
        Two-sided p-value.

    Raises
    ------
    ValueError
        If an arm has no users, a negative number of conversions, or more conversions than users.

    Examples
    --------
    >>> z, p = two_proportion_z_test(30, 100, 20, 100)
    >>> round(z, 6), round(p, 6)
    (1.632993, 0.10247)
    """
    difference = _difference(x1, n1, x2, n2)
    hits, total = x1 + x2, n1 + n2
    if hits in (0, total):
        return 0.0, 1.0
    # With p = hits/total, p (1 - p) (1/n1 + 1/n2) = hits (total - hits) / (total n1 n2); whole numbers lose no digits.
    z = difference / math.sqrt(hits * (total - hits) / (total * n1 * n2))
    # 2 (1 - Phi(|z|)) = erfc(|z| / sqrt 2), which keeps the digits of a tiny tail.
    return z, math.erfc(abs(z) / math.sqrt(2))


def wilson_interval(x: int, n: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Wilson's score interval of one rate.

    Parameters
    ----------
    x : int
        Conversions.
    n : int
        Users, at least 1.
    z : float, default=1.959963984540054
        Quantile of the standard normal distribution; the default gives 95 per cent.

    Returns
    -------
    tuple of float
        Lower and upper end, both in [0, 1].

    Raises
    ------
    ValueError
        If there are no users, a negative number of conversions, or more conversions than users.

    Examples
    --------
    >>> low, high = wilson_interval(0, 10)
    >>> low, round(high, 6)
    (0.0, 0.277533)
    """
    _check(x, n)
    # The ends solve (x/n - r)^2 = z^2 r (1 - r) / n, a quadratic equation in r.
    middle = z * z / 2
    root = z * math.sqrt(z * z / 4 + x * (n - x) / n)
    # In this order, x = 0 gives exactly 0 and x = n exactly 1.
    return (x + (middle - root)) / (n + z * z), (x + (middle + root)) / (n + z * z)


def difference_interval(x1: int, n1: int, x2: int, n2: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Wald's interval of the difference of two rates, with the unpooled standard error.

    Parameters
    ----------
    x1 : int
        Conversions in the first arm.
    n1 : int
        Users in the first arm, at least 1.
    x2 : int
        Conversions in the second arm.
    n2 : int
        Users in the second arm, at least 1.
    z : float, default=1.959963984540054
        Quantile of the standard normal distribution; the default gives 95 per cent.

    Returns
    -------
    tuple of float
        Lower and upper end of the first rate minus the second.

    Raises
    ------
    ValueError
        If an arm has no users, a negative number of conversions, or more conversions than users.

    Examples
    --------
    >>> low, high = difference_interval(30, 100, 20, 100)
    >>> round(low, 6), round(high, 6)
    (-0.01922, 0.21922)
    """
    difference = _difference(x1, n1, x2, n2)
    # The rates need not be equal here, so each arm has its own variance p (1 - p) / n = x (n - x) / n^3.
    reach = z * math.sqrt(x1 * (n1 - x1) / n1**3 + x2 * (n2 - x2) / n2**3)
    return difference - reach, difference + reach


def sample_size_per_arm(p1: float, p2: float, z_alpha: float, z_beta: float) -> int:
    """Users that each arm needs for the test to find a difference.

    Parameters
    ----------
    p1 : float
        Rate in the first arm, in [0, 1].
    p2 : float
        Rate in the second arm, in [0, 1], other than `p1`.
    z_alpha : float
        Normal quantile of the significance level, already two-sided: 1.96 for 5 per cent.
    z_beta : float
        Normal quantile of the power: 0.84 for 80 per cent.

    Returns
    -------
    int
        Users in each arm.

    Raises
    ------
    ValueError
        If a rate is outside [0, 1], or both are equal.

    Examples
    --------
    >>> sample_size_per_arm(0.20, 0.30, 1.96, 0.84)
    293
    """
    if not (0 <= p1 <= 1 and 0 <= p2 <= 1):
        raise ValueError(f"rates must lie in [0, 1], got {p1} and {p2}")
    if p1 == p2:
        raise ValueError("no number of users tells equal rates apart")
    mean = (p1 + p2) / 2
    # The threshold is set with the spread under equal rates, and passed with the spread under different ones.
    threshold = z_alpha * math.sqrt(2 * mean * (1 - mean))
    passing = z_beta * math.sqrt(p1 * (1 - p1) + p2 * (1 - p2))
    return math.ceil(((threshold + passing) / (p1 - p2)) ** 2)


def _difference(x1: int, n1: int, x2: int, n2: int) -> float:
    """Difference of the rates, exact up to the last division."""
    _check(x1, n1)
    _check(x2, n2)
    return (x1 * n2 - x2 * n1) / (n1 * n2)


def _check(x: int, n: int) -> None:
    if n <= 0 or not 0 <= x <= n:
        raise ValueError(f"expected 0 <= conversions <= users and at least one user, got {x} of {n}")
