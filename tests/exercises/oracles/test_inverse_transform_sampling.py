"""The reference of sampling against SciPy."""

import numpy as np
import pytest
from scipy import stats


@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_scipy(reference, seed):
    """Draws are quantiles of SciPy's distributions, and normals pass a test of normality."""
    rng = np.random.default_rng(seed)
    module, u, p = reference("inverse_transform_sampling"), rng.random(5000), rng.dirichlet(np.ones(6))
    np.testing.assert_allclose(module.sample_exponential(u, 3.0), stats.expon.ppf(u, scale=1 / 3))
    np.testing.assert_array_equal(module.sample_categorical(u, p), stats.rv_discrete(values=(np.arange(6), p)).ppf(u))
    for z in module.box_muller(u, rng.random(5000)):
        assert stats.kstest(z, "norm").pvalue > 1e-6


def test_every_subset_is_equally_likely(reference):
    """Over an even grid of numbers, all ordered pairs of four come up equally often."""
    grid = (np.arange(12) + 0.5) / 12
    module = reference("inverse_transform_sampling")
    pairs = [tuple(module.sample_without_replacement(np.array([a, b]), 4).tolist()) for a in grid for b in grid]
    assert {pairs.count(pair) for pair in set(pairs)} == {12}
    assert len(set(pairs)) == 12
