"""The reference of linear discriminant analysis against scikit-learn."""

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis


@pytest.mark.parametrize("seed", range(8))
def test_agrees_with_scikit_learn(reference, seed):
    """Probabilities agree for both solvers with a shrinkage, and coordinates up to their sign."""
    rng = np.random.default_rng(seed)
    shrinkage = (0.0, 0.3)[seed % 2]
    y = np.repeat([0, 1, 2], [8, 15, 30])
    X = rng.normal(size=(53, 4)) @ rng.normal(size=(4, 4)) + rng.normal(size=(3, 4))[y]
    model = reference("linear_discriminant_analysis").LDA(shrinkage).fit(X, y)
    for solver in ("lsqr", "eigen"):
        library = LinearDiscriminantAnalysis(solver=solver, shrinkage=shrinkage).fit(X, y)
        np.testing.assert_allclose(model.predict_proba(X), library.predict_proba(X), rtol=1e-8, atol=1e-12)
    if not shrinkage:  # scikit-learn also shrinks the total covariance, and so the one between classes
        ours = model.transform(X, 2)
        theirs = library.transform(X)[:, :2]
        theirs = theirs - theirs.mean(axis=0)
        np.testing.assert_allclose(np.abs(ours), np.abs(theirs), rtol=1e-7, atol=1e-9)
