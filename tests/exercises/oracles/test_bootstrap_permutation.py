"""The reference of bootstrap_permutation against scipy.stats."""

from itertools import permutations

import numpy as np
import pytest
from scipy import stats


@pytest.mark.parametrize("seed", range(8))
def test_all_permutations_give_the_exact_p_value(reference, seed):
    """Over all permutations, the p-value without the extra 1 is the exact one of scipy."""
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 9, size=3).astype(float), rng.integers(2, 11, size=3).astype(float)
    perms = np.array(list(permutations(range(6))))
    got = reference("bootstrap_permutation").permutation_test(a, b, perms)
    exact = stats.permutation_test(
        (a, b),
        lambda x, y, axis: np.abs(x.mean(axis) - y.mean(axis)),
        vectorized=True,
        n_resamples=np.inf,
        alternative="greater",
    ).pvalue

    assert (got * (len(perms) + 1) - 1) / len(perms) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_interval_agrees_with_scipy_in_distribution(reference, seed):
    """With many resamples the percentile interval agrees with scipy's up to the noise of resampling."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=40)
    idx = rng.integers(0, 40, size=(20_000, 40))
    low, high = reference("bootstrap_permutation").bootstrap_ci(x, lambda r: r.mean(axis=1), idx, 0.1)
    oracle = stats.bootstrap(
        (x,), np.mean, confidence_level=0.9, n_resamples=20_000, method="percentile", rng=rng
    ).confidence_interval

    assert low == pytest.approx(oracle.low, abs=0.02)
    assert high == pytest.approx(oracle.high, abs=0.02)


@pytest.mark.parametrize("seed", range(5))
def test_quantiles_of_replayed_statistics(reference, seed):
    """On the same statistics, the ends are the linear quantiles of scipy's mquantiles."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=7)
    idx = rng.integers(0, 7, size=(25, 7))
    expected = stats.mstats.mquantiles([np.median(x[row]) for row in idx], [0.05, 0.95], alphap=1, betap=1)

    assert reference("bootstrap_permutation").bootstrap_ci(
        x, lambda r: np.median(r, axis=1), idx, 0.1
    ) == pytest.approx(tuple(expected))
