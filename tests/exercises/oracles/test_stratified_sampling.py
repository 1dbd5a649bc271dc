"""The reference of stratified sampling against scikit-learn's allocation, and against a simulation."""

import numpy as np
import pytest
from sklearn.model_selection import StratifiedShuffleSplit


@pytest.mark.parametrize("seed", range(5))
def test_allocation_agrees_with_scikit_learn(reference, seed):
    """The number of rows of each stratum is that of a stratified split, where remainders do not tie."""
    rng = np.random.default_rng(seed)
    strata = np.repeat(np.arange(4), [11, 23, 38, 57])
    for n in (10, 31, 64):
        rows = reference("stratified_sampling").stratified_sample(strata, n, rng.random(129))
        train, _ = next(StratifiedShuffleSplit(1, train_size=n, random_state=seed).split(strata, strata))
        np.testing.assert_array_equal(np.bincount(strata[rows]), np.bincount(strata[train]))


def test_standard_error_is_that_of_repeated_samples(reference):
    """Over 4000 samples, the estimate has no bias, and the deviation that the standard error says."""
    rng, share = np.random.default_rng(0), {0: 0.7, 1: 0.3}
    strata = np.repeat([0, 1], [20, 30])
    values = rng.normal(size=(4000, 50)) * np.where(strata, 2.0, 1.0) + 5.0 * strata
    got = np.array([reference("stratified_sampling").post_stratified_mean(x, strata, share) for x in values])
    np.testing.assert_allclose(got[:, 0].mean(), 1.5, atol=0.02)
    np.testing.assert_allclose(got[:, 0].std(), np.sqrt((got[:, 1] ** 2).mean()), rtol=0.05)
