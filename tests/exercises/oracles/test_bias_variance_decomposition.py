"""The reference of the bias-variance decomposition against the closed form of ridge regression."""

import numpy as np
import pytest


@pytest.mark.parametrize("lam", [0.0, 1.0, 20.0])
def test_ridge_has_its_closed_form(reference, lam):
    """Bias and variance of ridge regression are those of its hat matrix, within Monte Carlo error."""
    rng = np.random.default_rng(0)
    X, Q, sigma = rng.normal(size=(25, 3)), rng.normal(size=(40, 3)), 0.7
    H = Q @ np.linalg.solve(X.T @ X + lam * np.eye(3), X.T)

    def f(x):
        return x @ [1.0, -2.0, 0.5] + x[:, 0] ** 2

    module = reference("bias_variance_decomposition")
    preds = module.simulate(
        lambda x, y, q: q @ np.linalg.solve(x.T @ x + lam * np.eye(3), x.T @ y),
        f, X, sigma * rng.normal(size=(20_000, 25)), Q,
    )  # fmt: skip
    got = module.decompose(preds, f(Q), sigma**2)
    np.testing.assert_allclose(got["bias2"], np.mean((H @ f(X) - f(Q)) ** 2), rtol=0.02)
    np.testing.assert_allclose(got["variance"], sigma**2 * np.mean((H**2).sum(axis=1)), rtol=0.02)
    np.testing.assert_allclose(got["mse_to_f"], got["bias2"] + got["variance"], rtol=1e-10)
