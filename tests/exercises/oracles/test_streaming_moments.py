"""The reference of running moments against NumPy and SciPy on the whole data."""

import numpy as np
import pytest
from scipy import stats


@pytest.mark.parametrize("seed", range(6))
def test_agrees_with_scipy(reference, seed):
    """However a stream is cut, count, mean, variance and skewness are those of the whole."""
    rng = np.random.default_rng(seed)
    xs = rng.gamma(2.0, size=200) + (0.0, 1e6)[seed % 2]
    module = reference("streaming_moments")
    merged = module.RunningMoments()
    for part in np.split(xs, np.sort(rng.integers(0, 200, 5))):
        moments = module.RunningMoments()
        moments.update_batch(part[: len(part) // 2])
        for x in part[len(part) // 2 :]:
            moments.update(x)
        merged = merged.merge(moments)
    np.testing.assert_allclose(merged.stats(1), (200, xs.mean(), xs.var(ddof=1), stats.skew(xs)), rtol=1e-6)
