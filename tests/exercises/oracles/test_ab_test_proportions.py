"""The reference of ab_test_proportions against SciPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from tests.support.references import References


def counts(seed: int) -> tuple[int, int, int, int]:
    """Return conversions and users of two arms, some of each kind in either."""
    rng = np.random.default_rng(seed)
    n1, n2 = rng.integers(5, 400, size=2).tolist()
    return int(rng.integers(1, n1)), n1, int(rng.integers(1, n2)), n2


@pytest.mark.parametrize("seed", range(20))
def test_z_squared_is_the_chi_square(reference: References, seed: int) -> None:
    """The squared statistic and the p-value are those of the chi-square test of the table."""
    x1, n1, x2, n2 = counts(seed)
    z, p = reference("ab_test_proportions").two_proportion_z_test(x1, n1, x2, n2)
    expected = stats.chi2_contingency([[x1, n1 - x1], [x2, n2 - x2]], correction=False)
    assert z**2 == pytest.approx(expected.statistic, rel=1e-9)
    assert p == pytest.approx(expected.pvalue, rel=1e-6)
    assert p == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-9)


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
@pytest.mark.parametrize("seed", range(10))
def test_wilson_agrees_with_scipy(reference: References, seed: int, level: float) -> None:
    """The score interval agrees with SciPy, also at both edges."""
    x, n, _, _ = counts(seed)
    z = float(stats.norm.ppf((1 + level) / 2))
    for k in (x, 0, n):
        expected = stats.binomtest(k, n).proportion_ci(level, method="wilson")
        assert reference("ab_test_proportions").wilson_interval(k, n, z) == pytest.approx(
            (expected.low, expected.high), rel=1e-9, abs=1e-12
        )


@pytest.mark.parametrize("seed", range(10))
def test_difference_has_the_variance_of_two_samples(reference: References, seed: int) -> None:
    """The interval is the mean difference and z errors of zeros and ones."""
    x1, n1, x2, n2 = counts(seed)
    a, b = np.repeat([1.0, 0.0], [x1, n1 - x1]), np.repeat([1.0, 0.0], [x2, n2 - x2])
    reach = stats.norm.ppf(0.975) * math.sqrt(a.var() / n1 + b.var() / n2)
    gap = a.mean() - b.mean()
    assert reference("ab_test_proportions").difference_interval(x1, n1, x2, n2) == pytest.approx(
        (gap - reach, gap + reach), rel=1e-9
    )


@pytest.mark.parametrize(("p1", "p2"), [(0.1, 0.15), (0.5, 0.4), (0.02, 0.03)])
def test_sample_size_has_the_power(reference: References, p1: float, p2: float) -> None:
    """With that many users the test finds the difference with 80 per cent."""
    n = reference("ab_test_proportions").sample_size_per_arm(
        p1, p2, float(stats.norm.ppf(0.975)), float(stats.norm.ppf(0.8))
    )
    x1, x2 = np.random.default_rng(0).binomial(n, [[p1], [p2]], size=(2, 4000))
    pooled = (x1 + x2) / (2 * n)
    z = (x1 - x2) / n / np.sqrt(pooled * (1 - pooled) * 2 / n)
    assert np.mean(np.abs(z) > stats.norm.ppf(0.975)) == pytest.approx(0.8, abs=0.03)
