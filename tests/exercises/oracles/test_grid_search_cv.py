"""The reference of grid_search_cv against sklearn.model_selection."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score

from tests.support.references import References


def test_agrees_with_sklearn(reference: References) -> None:
    """Scores, table, winner and refitted model are scikit-learn's, on a ridge regression."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 5))
    y = x @ rng.normal(size=5) + rng.normal(size=60)
    splits = list(KFold(4, shuffle=True, random_state=1).split(x))
    module = reference("grid_search_cv")
    np.testing.assert_allclose(
        module.cross_val_score(Ridge, x, y, splits, r2_score), cross_val_score(Ridge(), x, y, cv=splits)
    )
    grid = {"alpha": [0.01, 1.0, 30.0, 1000.0], "fit_intercept": [True, False]}
    params, mean, table, model = module.grid_search(Ridge, grid, x, y, splits, r2_score)
    wanted = GridSearchCV(Ridge(), grid, cv=splits).fit(x, y)
    assert params == wanted.best_params_
    assert [row[0] for row in table] == wanted.cv_results_["params"]
    np.testing.assert_allclose(mean, wanted.best_score_)
    np.testing.assert_allclose([row[1] for row in table], wanted.cv_results_["mean_test_score"])
    np.testing.assert_allclose([row[2] for row in table], wanted.cv_results_["std_test_score"])
    np.testing.assert_allclose(model.predict(x), wanted.predict(x))
