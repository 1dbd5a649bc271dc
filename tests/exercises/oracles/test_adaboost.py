"""The reference of AdaBoost against scikit-learn."""

import numpy as np
import pytest
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier


@pytest.mark.parametrize("seed", range(6))
def test_rounds_agree_with_scikit_learn(reference, seed):
    """With our stumps as its estimator, scikit-learn gives the same votes and predictions, up to a tie."""
    rng = np.random.default_rng(seed)
    k = 2 + seed % 3
    X, y = rng.normal(size=(80, 3)), rng.integers(0, k, 80)
    module = reference("adaboost")

    class Stump(DecisionTreeClassifier):
        def fit(self, X, y, sample_weight=None, check_input=True):
            self.classes_, self.n_classes_ = np.arange(k), k
            self.stump = module.fit_stump(X, y, sample_weight, k)
            return self

        def predict(self, X, check_input=True):
            feature, threshold, left, right = self.stump
            return np.where(X[:, feature] <= threshold, left, right)

    library = AdaBoostClassifier(Stump(), n_estimators=8).fit(X, y)
    model = module.AdaBoost(8).fit(X, y)
    same = [ours == theirs.stump for ours, theirs in zip(model.stumps_, library.estimators_, strict=True)]
    rounds = (*same, False).index(False)  # weights that tie but for rounding may be told apart differently
    assert rounds >= (1 if k == 4 else 5)
    np.testing.assert_allclose(model.alphas_[:rounds], library.estimator_weights_[:rounds], rtol=1e-9)
    if all(same):
        np.testing.assert_array_equal(model.predict(X), library.predict(X))
