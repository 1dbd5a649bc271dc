"""Exact fractions up to the square root; Wilson's interval by centre and reach."""

import math
from fractions import Fraction


def two_proportion_z_test(x1, n1, x2, n2):
    """Textbook formula on fractions."""
    p1, p2 = rate(x1, n1), rate(x2, n2)
    pooled = Fraction(x1 + x2, n1 + n2)
    variance = pooled * (1 - pooled) * (Fraction(1, n1) + Fraction(1, n2))
    if not variance:
        return 0.0, 1.0
    z = float(p1 - p2) / math.sqrt(variance)
    return z, math.erfc(abs(z) * math.sqrt(0.5))


def wilson_interval(x, n, z=1.959963984540054):
    """Centre and reach, held inside [0, 1]."""
    p = rate(x, n)
    square = z * z
    centre = float(p + Fraction(square) / (2 * n)) / (1 + square / n)
    reach = z / (1 + square / n) * math.sqrt(float(p * (1 - p)) / n + square / (4 * n * n))
    return max(centre - reach, 0.0), min(centre + reach, 1.0)


def difference_interval(x1, n1, x2, n2, z=1.959963984540054):
    """Variances add up."""
    p1, p2 = rate(x1, n1), rate(x2, n2)
    error = math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    gap = float(p1 - p2)
    return gap - z * error, gap + z * error


def sample_size_per_arm(p1, p2, z_alpha, z_beta):
    """Standard deviations under both hypotheses, by hypot."""
    if min(p1, p2) < 0 or max(p1, p2) > 1 or p1 == p2:
        raise ValueError("rates")
    mean = 0.5 * p1 + 0.5 * p2
    under_null = math.sqrt(mean * (1 - mean)) * math.sqrt(2)
    under_other = math.hypot(math.sqrt(p1 * (1 - p1)), math.sqrt(p2 * (1 - p2)))
    return math.ceil((z_alpha * under_null + z_beta * under_other) ** 2 / (p1 - p2) ** 2)


def rate(x, n):
    """Return a valid rate."""
    if n < 1 or x < 0 or x > n:
        raise ValueError("counts")
    return Fraction(x, n)
