"""The reference of FastICA against scikit-learn."""

import numpy as np
import pytest
from sklearn.decomposition import FastICA


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_scikit_learn(reference, seed):
    """From a start in the same basis, sources agree up to sign and order."""
    rng = np.random.default_rng(seed)
    S = np.column_stack([rng.laplace(size=1500), rng.uniform(-1, 1, 1500), rng.exponential(size=1500)])
    X, W0 = S @ rng.normal(size=(3, 3)), np.linalg.qr(rng.normal(size=(3, 3)))[0]
    sources, _ = reference("fastica").fastica(X, 3, W0, 500, 1e-10)
    library = FastICA(3, whiten="unit-variance", w_init=W0, max_iter=500, tol=1e-10).fit_transform(X)
    shared = np.abs(sources.T @ library) / 1500
    np.testing.assert_allclose(np.sort(shared.ravel())[-3:], 1.0, atol=1e-3)
    np.testing.assert_allclose(np.sort(shared.ravel())[:-3], 0.0, atol=5e-2)
