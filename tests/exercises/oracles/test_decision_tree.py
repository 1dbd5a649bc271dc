"""The reference of the decision tree against scikit-learn."""

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier


@pytest.mark.parametrize("seed", range(20))
def test_root_agrees_with_scikit_learn(reference, seed):
    """Feature, threshold and decrease of the first split agree on rows without ties."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(150, 4))
    y = (X[:, 1] + 0.5 * X[:, 3] + rng.normal(size=150) > 0).astype(np.int64) + (X[:, 2] > 1)
    criterion = ("gini", "entropy")[seed % 2]
    tree = DecisionTreeClassifier(criterion=criterion, max_depth=1, min_samples_leaf=5, random_state=0).fit(X, y).tree_
    feature, threshold, decrease = reference("decision_tree").best_split(X, y, 3, criterion, 5)
    share = tree.n_node_samples / 150

    assert feature == tree.feature[0]
    assert threshold == pytest.approx(tree.threshold[0], rel=1e-6)
    assert decrease == pytest.approx(tree.impurity[0] - (share * tree.impurity)[1:].sum(), rel=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_probabilities_agree_with_scikit_learn(reference, seed):
    """Where no two splits are equally good, shares of new rows agree."""
    rng = np.random.default_rng(seed)
    X, Q = rng.normal(size=(400, 3)), rng.normal(size=(100, 3))
    y = np.array(["a", "b", "c"])[(X[:, 0] + rng.normal(size=400) > 0).astype(np.int64) + (X[:, 2] > 0.3)]
    settings = {"criterion": ("gini", "entropy")[seed % 2], "max_depth": 3, "min_samples_leaf": 15}
    expected = DecisionTreeClassifier(random_state=0, **settings).fit(X, y)
    model = reference("decision_tree").DecisionTreeClassifier(**settings).fit(X, y)

    agree = np.isclose(model.predict_proba(Q), expected.predict_proba(Q)).all(axis=1)
    assert agree.mean() > 0.98
    np.testing.assert_array_equal(model.predict(Q)[agree], expected.predict(Q)[agree])
