"""The reference of mle_map_estimation against SciPy and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats
from sklearn.linear_model import Ridge

from tests.support.references import References


@pytest.mark.parametrize("seed", range(10))
def test_gaussian_mle_agrees_with_scipy(reference: References, seed: int) -> None:
    """Mean and variance are those that SciPy fits."""
    rng = np.random.default_rng(seed)
    x = rng.normal(3.0, 2.0, size=rng.integers(1, 30))
    mean, deviation = stats.norm.fit(x)
    assert reference("mle_map_estimation").gaussian_mle(x) == pytest.approx((mean, deviation**2), rel=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_mean_map_maximises_the_posterior(reference: References, seed: int) -> None:
    """A search over the log-posterior ends at the estimate."""
    rng = np.random.default_rng(seed)
    x, sigma2, tau2 = rng.normal(size=rng.integers(0, 9)), rng.uniform(0.2, 4.0), rng.uniform(0.2, 4.0)

    def loss(mu: float) -> float:
        return float(-stats.norm.logpdf(x, mu, sigma2**0.5).sum() - stats.norm.logpdf(mu, 1.5, tau2**0.5))

    found = optimize.minimize_scalar(loss, bounds=(-10, 10), method="bounded", options={"xatol": 1e-9}).x
    assert reference("mle_map_estimation").gaussian_mean_map(x, sigma2, 1.5, tau2) == pytest.approx(found, abs=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_bernoulli_map_maximises_the_posterior(reference: References, seed: int) -> None:
    """No rate on a fine grid has a greater density than the estimate has, or its end has."""
    solution = reference("mle_map_estimation")
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 8))
    k = int(rng.integers(0, n + 1))
    a, b = rng.uniform(1.1, 4.0, size=2)
    grid = np.linspace(0.0, 1.0, 20001)
    density = stats.binom.logpmf(k, n, grid) + stats.beta.logpdf(grid, a, b)
    assert solution.bernoulli_map(k, n, a, b) == pytest.approx(grid[density.argmax()], abs=1e-4)
    inside = grid[1:-1]
    density = stats.beta.logpdf(inside, 0.5, n + 1.5)
    assert solution.bernoulli_map(0, n, 0.5, 1.5) == pytest.approx(inside[density.argmax()], abs=1e-4)


@pytest.mark.parametrize("seed", range(10))
def test_categorical_map_maximises_the_posterior(reference: References, seed: int) -> None:
    """SciPy's density of the posterior is greatest at the estimate, compared with many draws."""
    rng = np.random.default_rng(seed)
    counts, alpha = rng.integers(0, 6, size=4), rng.uniform(1.1, 3.0)
    best = reference("mle_map_estimation").categorical_map(counts, alpha)
    posterior = stats.dirichlet(counts + alpha)
    near = 0.999 * best + 0.001 * rng.dirichlet(np.ones(4), size=50)
    assert all(posterior.logpdf(best) > posterior.logpdf(p) for p in near)
    assert all(posterior.logpdf(best) > posterior.logpdf(p) for p in rng.dirichlet(counts + alpha, size=50))


@pytest.mark.parametrize(("n", "d"), [(40, 5), (5, 12), (1, 1)])
@pytest.mark.parametrize("seed", range(5))
def test_linear_map_is_ridge(reference: References, seed: int, n: int, d: int) -> None:
    """The weights are those of scikit-learn's ridge regression."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(n, d)), rng.normal(size=n)
    noise_var, prior_var = rng.uniform(0.1, 3.0, size=2)
    expected = Ridge(alpha=noise_var / prior_var, fit_intercept=False).fit(X, y).coef_
    np.testing.assert_allclose(
        reference("mle_map_estimation").linear_map(X, y, noise_var, prior_var), expected, rtol=1e-8, atol=1e-10
    )
