"""The reference of the random forest, with scikit-learn's trees, against scikit-learn's forest."""

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier


def fit_tree(X, y, seed):
    """Grow a tree of scikit-learn on a few features a split."""
    tree = DecisionTreeClassifier(max_features="sqrt", random_state=seed % 2**32)
    return tree.fit(X, y).predict_proba


@pytest.mark.parametrize("seed", range(3))
def test_scores_agree_with_scikit_learn(reference, seed):
    """Accuracy on new rows, the out-of-bag score and the probabilities are close to those of scikit-learn."""
    X, y = make_classification(600, 12, n_informative=6, n_classes=3, random_state=seed)
    X, Q, y, labels = X[:400], X[400:], y[:400], y[400:]
    expected = RandomForestClassifier(120, oob_score=True, random_state=seed).fit(X, y)
    model = reference("random_forest").RandomForestClassifier(fit_tree, 120, seed).fit(X, y)

    assert np.mean(model.predict(Q) == labels) == pytest.approx(expected.score(Q, labels), abs=0.06)
    assert model.oob_score() == pytest.approx(expected.oob_score_, abs=0.06)
    assert np.abs(model.predict_proba(Q) - expected.predict_proba(Q)).mean() < 0.05


def test_mean_agrees_with_scikit_learn(reference):
    """On samples that hold every class, probabilities are the plain mean of the trees' own."""
    X, y = make_classification(200, 6, n_informative=4, n_classes=3, random_state=9)
    trees = []

    def keep(X, y, seed):
        trees.append(fit_tree(X, y, seed))
        return trees[-1]

    model = reference("random_forest").RandomForestClassifier(keep, 25, 1).fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X), np.mean([tree(X) for tree in trees], axis=0), rtol=1e-12)
