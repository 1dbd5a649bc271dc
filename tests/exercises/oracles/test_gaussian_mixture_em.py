"""The reference of the Gaussian mixture against scikit-learn and scipy."""

import warnings

import numpy as np
import pytest
from scipy import stats
from sklearn.mixture import GaussianMixture


@pytest.mark.parametrize("seed", range(15))
def test_density_agrees_with_scipy(reference, seed):
    """Log-densities agree in up to 60 dimensions."""
    rng = np.random.default_rng(seed)
    d = (1, 5, 60)[seed % 3]
    factor, mean, X = rng.normal(size=(d, 2 * d)), rng.normal(size=d), 3.0 * rng.normal(size=(20, d))
    cov = factor @ factor.T
    expected = stats.multivariate_normal(mean, cov).logpdf(X)
    np.testing.assert_allclose(reference("gaussian_mixture_em").log_gaussian(X, mean, cov), expected, rtol=1e-9)


@pytest.mark.parametrize("seed", range(15))
def test_em_agrees_with_scikit_learn(reference, seed):
    """After as many iterations from the same start, parameters and responsibilities agree."""
    solution = reference("gaussian_mixture_em")
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(90, 3)) + 3.0 * rng.integers(0, 2, size=(90, 1))
    weights, means, covs = np.array([0.2, 0.3, 0.5]), X[:3].copy(), np.stack([np.eye(3)] * 3)
    got = solution.em_gmm(X, weights, means, covs, 7, -np.inf, 1e-4)
    fitted = GaussianMixture(
        3, tol=0.0, max_iter=7, reg_covar=1e-4, weights_init=weights, means_init=means, precisions_init=covs
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted.fit(X)

    np.testing.assert_allclose(got[0], fitted.weights_, rtol=1e-6)
    np.testing.assert_allclose(got[1], fitted.means_, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(got[2], fitted.covariances_, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(solution.responsibilities(X, *got[:3]), fitted.predict_proba(X), rtol=1e-6, atol=1e-9)
