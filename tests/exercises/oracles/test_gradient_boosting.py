"""The reference of gradient boosting, with scikit-learn's trees, against scikit-learn's machines."""

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor


def trees_of(machine):
    """Hand out the trees of a fitted machine one by one; equally good splits leave a tree of one's own undetermined."""
    trees = iter(machine.estimators_.ravel())
    return lambda X, target: next(trees).apply


@pytest.mark.parametrize("seed", range(8))
def test_squared_loss_agrees_with_scikit_learn(reference, seed):
    """Stages on training rows and new rows agree."""
    rng = np.random.default_rng(seed)
    X, Q = rng.normal(size=(120, 4)), rng.normal(size=(30, 4))
    y = X[:, 0] ** 2 + X[:, 1] + rng.normal(size=120)
    expected = GradientBoostingRegressor(n_estimators=10, learning_rate=0.2, random_state=0).fit(X, y)
    model = reference("gradient_boosting").GradientBoosting("squared", 10, 0.2, trees_of(expected)).fit(X, y)

    for rows in (X, Q):
        np.testing.assert_allclose(
            model.staged_raw(rows)[1:], list(expected.staged_predict(rows)), rtol=1e-8, atol=1e-8
        )
        np.testing.assert_allclose(model.predict(rows), expected.predict(rows), rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("seed", range(8))
def test_logistic_loss_agrees_with_scikit_learn(reference, seed):
    """Raw scores and probabilities agree."""
    rng = np.random.default_rng(seed)
    X, Q = rng.normal(size=(150, 4)), rng.normal(size=(30, 4))
    y = (X[:, 0] * X[:, 1] + 0.5 * rng.normal(size=150) > 0).astype(np.int64)
    expected = GradientBoostingClassifier(n_estimators=10, learning_rate=0.2, random_state=0).fit(X, y)
    model = reference("gradient_boosting").GradientBoosting("logistic", 10, 0.2, trees_of(expected)).fit(X, y)

    for rows in (X, Q):
        scores = [stage.ravel() for stage in expected.staged_decision_function(rows)]
        np.testing.assert_allclose(model.staged_raw(rows)[1:], scores, rtol=1e-8, atol=1e-8)
        np.testing.assert_allclose(model.predict(rows), expected.predict_proba(rows)[:, 1], rtol=1e-8)
