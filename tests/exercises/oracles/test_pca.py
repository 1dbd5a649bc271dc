"""The reference of PCA against scikit-learn."""

import numpy as np
import pytest
from sklearn import decomposition


@pytest.mark.parametrize("seed", range(20))
def test_pca_agrees_with_scikit_learn(reference, seed):
    """Components with their signs, variances, ratios, scores and the way back agree."""
    rng = np.random.default_rng(seed)
    n, d = (30, 5) if seed % 2 else (8, 40)
    X, Q = rng.normal(size=(n, d)) * 1.3 ** np.arange(d) + 5.0, rng.normal(size=(6, d))
    whiten = seed % 3 == 0
    expected = decomposition.PCA(4, whiten=whiten, svd_solver="full").fit(X)
    model = reference("pca").PCA(4, whiten).fit(X)

    for name in ("mean_", "components_", "explained_variance_", "explained_variance_ratio_"):
        np.testing.assert_allclose(getattr(model, name), getattr(expected, name), rtol=1e-8, atol=1e-10)
    Z = expected.transform(Q)
    np.testing.assert_allclose(model.transform(Q), Z, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(model.inverse_transform(Z), expected.inverse_transform(Z), rtol=1e-8, atol=1e-8)
