"""The reference of the Metropolis sampler against exact moments, and against the theory of an autoregression."""

import numpy as np
from scipy import stats


def test_chain_has_the_moments_of_its_target(reference):
    """On a correlated normal distribution, means and covariances are right within Monte Carlo error."""
    rng, n = np.random.default_rng(0), 40_000
    target = stats.multivariate_normal([1.0, -2.0], [[1.0, 0.6], [0.6, 2.0]])
    precision = np.linalg.inv(target.cov)

    def log_prob(x):
        return -0.5 * (x - target.mean) @ precision @ (x - target.mean)

    samples, rate = reference("metropolis_hastings").metropolis(
        log_prob, np.zeros(2), rng.normal(size=(n, 2)), np.log(rng.random(n)), 1.7
    )
    assert 0.2 < rate < 0.6
    np.testing.assert_allclose(samples[1000:].mean(axis=0), target.mean, atol=0.1)
    np.testing.assert_allclose(np.cov(samples[1000:].T), target.cov, atol=0.2)


def test_worth_of_an_autoregression(reference):
    """For x_t = 0.8 x_{t-1} + e_t, the effective sample size is about n (1 - 0.8) / (1 + 0.8)."""
    rng, x = np.random.default_rng(1), np.zeros(100_000)
    for t, e in enumerate(rng.normal(size=len(x) - 1), start=1):
        x[t] = 0.8 * x[t - 1] + e
    np.testing.assert_allclose(reference("metropolis_hastings").effective_sample_size(x), len(x) / 9, rtol=0.1)
