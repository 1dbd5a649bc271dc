"""The reference of distribution shift against SciPy, and against np.histogram."""

import numpy as np
import pytest
from scipy import stats


@pytest.mark.parametrize("seed", range(8))
def test_agrees_with_scipy_and_histograms(reference, seed):
    """KS is that of ks_2samp, and PSI that of histograms over the quantile bins."""
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=73), rng.normal(size=50) * 1.3 + 0.2
    if seed % 2:
        a, b = a.round(1), b.round(1)
    module = reference("distribution_shift_tests")
    np.testing.assert_allclose(module.ks_statistic(a, b), stats.ks_2samp(a, b).statistic)
    edges = np.quantile(a, np.linspace(0, 1, 8))
    edges[[0, -1]] = -np.inf, np.inf
    p, q = (np.maximum(np.histogram(x, np.unique(edges))[0] / len(x), 1e-3) for x in (a, b))
    np.testing.assert_allclose(module.psi(a, b, 7, 1e-3), ((q - p) * np.log(q / p)).sum())
