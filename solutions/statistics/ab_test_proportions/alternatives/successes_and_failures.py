"""Works on conversions and failures in floats; the larger root of Wilson's equation gives the smaller one."""

import math


def two_proportion_z_test(x1, n1, x2, n2):
    """The determinant of the two by two table, scaled."""
    a, b = split(x1, n1)
    c, d = split(x2, n2)
    if a + c == 0 or b + d == 0:
        return 0.0, 1.0
    z = (a * d - b * c) * math.sqrt((n1 + n2) / ((a + c) * (b + d) * n1 * n2))
    return z, math.erfc(math.fabs(z) / 2**0.5)


def wilson_interval(x, n, z=1.959963984540054):
    """Roots of (n + z^2) r^2 - (2 x + z^2) r + x^2 / n = 0."""
    hits, misses = split(x, n)
    a, b = n + z * z, 2 * x + z * z
    upper = (b + z * math.sqrt(z * z + 4 * hits * (misses / n))) / (2 * a)
    return x / n * x / a / upper, min(1.0, upper)


def difference_interval(x1, n1, x2, n2, z=1.959963984540054):
    """The same determinant, over the product of the sizes."""
    a, b = split(x1, n1)
    c, d = split(x2, n2)
    gap = (a * d - b * c) / (n1 * n2)
    error = math.hypot(math.sqrt(a / n1 * b) / n1, math.sqrt(c / n2 * d) / n2)
    return gap - z * error, gap + z * error


def sample_size_per_arm(p1, p2, z_alpha, z_beta):
    """Formula as printed."""
    for p in (p1, p2):
        if p < 0 or p > 1:
            raise ValueError("a rate is no probability")
    if p1 - p2 == 0:
        raise ValueError("nothing to detect")
    pm = (p1 + p2) / 2
    top = z_alpha * math.sqrt(2 * pm * (1 - pm)) + z_beta * math.sqrt(p1 * (1 - p1) + p2 * (1 - p2))
    size = top**2 / (p1 - p2) ** 2
    return int(size) + (size > int(size))


def split(x, n):
    """Return conversions and failures."""
    if not (n > 0 and 0 <= x and x <= n):
        raise ValueError("impossible counts")
    return x, n - x
