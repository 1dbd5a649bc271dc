"""Two conversion rates: test, intervals and sample size."""

from __future__ import annotations


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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
