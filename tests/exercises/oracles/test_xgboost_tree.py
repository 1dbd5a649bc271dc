"""The reference of the XGBoost tree against scikit-learn, which minimises the same loss where h is 1 and lam is 0."""

import numpy as np
import pytest
from sklearn.tree import DecisionTreeRegressor


@pytest.mark.parametrize("seed", range(6))
def test_agrees_with_a_regression_tree(reference, seed):
    """With g = -y, h = 1 and lam = 0, the tree is the one of the squared error, missing values included."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(60, 3)), rng.normal(size=60)
    if seed % 2:
        X[rng.random(X.shape) < 0.2] = np.nan
    depth = 1 + seed % 3 if seed % 2 == 0 else 1
    tree = reference("xgboost_tree").BoostedTree(depth, 0.0, 0.0, 0.0).fit(X, -y, np.ones(60))
    library = DecisionTreeRegressor(max_depth=depth, random_state=0).fit(X, y)
    np.testing.assert_allclose(tree.predict(X), library.predict(X), rtol=1e-9)
