"""The reference of welch_t_test against SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tests.support.references import References


@pytest.mark.parametrize("shift", [0.0, 0.5, 30.0])
@pytest.mark.parametrize("seed", range(10))
def test_welch_agrees_with_scipy(reference: References, seed: int, shift: float) -> None:
    """The statistic, the degrees of freedom and p agree with SciPy, down to tiny p."""
    rng = np.random.default_rng(seed)
    a = rng.normal(size=rng.integers(2, 40))
    b = rng.normal(shift, rng.uniform(0.1, 5.0), size=rng.integers(2, 40))
    expected = stats.ttest_ind(a, b, equal_var=False)
    got = reference("welch_t_test").welch_t_test(a, b, stats.t.cdf)
    assert got == pytest.approx((expected.statistic, expected.df, expected.pvalue), rel=1e-9, abs=0.0)


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
@pytest.mark.parametrize("seed", range(10))
def test_interval_agrees_with_scipy(reference: References, seed: int, level: float) -> None:
    """The interval agrees with SciPy."""
    rng = np.random.default_rng(seed)
    x = rng.normal(3.0, 2.0, size=rng.integers(2, 30))
    expected = stats.t.interval(level, x.size - 1, loc=x.mean(), scale=stats.sem(x))
    assert reference("welch_t_test").mean_confidence_interval(x, level, stats.t.ppf) == pytest.approx(
        expected, rel=1e-9
    )
