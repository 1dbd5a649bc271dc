"""The reference of outlier rules against SciPy."""

import numpy as np
import pytest
from scipy import stats


@pytest.mark.parametrize("seed", range(6))
def test_agrees_with_scipy(reference, seed):
    """Masks and winsorised values are those of SciPy's z-score, IQR and MAD."""
    rng, module = np.random.default_rng(seed), reference("outlier_detection")
    x = rng.standard_t(2, 101)
    np.testing.assert_array_equal(module.zscore_outliers(x, 1.7), np.abs(stats.zscore(x)) > 1.7)
    q1, q3 = np.percentile(x, [25, 75])
    fence = 1.5 * stats.iqr(x)
    np.testing.assert_array_equal(module.iqr_outliers(x), (x < q1 - fence) | (x > q3 + fence))
    score = 0.6745 * np.abs(x - np.median(x)) / stats.median_abs_deviation(x)
    np.testing.assert_array_equal(module.mad_outliers(x, 2.5), score > 2.5)
    expected = np.asarray(stats.mstats.winsorize(x, (0.1, 0.2)))
    np.testing.assert_allclose(module.winsorize(x, 0.1, 0.8), expected)
