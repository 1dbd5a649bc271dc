"""The reference of cost-complexity pruning against scikit-learn."""

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor


@pytest.mark.parametrize("seed", range(6))
def test_agrees_with_scikit_learn(reference, seed):
    """The path of a fitted tree, and the size of the tree that a refit with ccp_alpha leaves, agree."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(80, 3))
    if seed % 2:
        model, y = DecisionTreeClassifier(random_state=0), (X[:, 0] + rng.normal(size=80) > 0).astype(int)
    else:
        model, y = DecisionTreeRegressor(max_depth=6, random_state=0), X[:, 0] + rng.normal(size=80)
    t = model.fit(X, y).tree_
    arrays = t.children_left, t.children_right, t.impurity, t.n_node_samples
    module = reference("decision_tree_pruning")
    alphas, totals = module.pruning_path(*arrays)
    path = model.cost_complexity_pruning_path(X, y)
    # scikit-learn makes one entry of collapses at the same alpha.
    distinct = np.append(np.diff(alphas) > 1e-12, True)
    theirs = np.append(np.diff(path.ccp_alphas) > 1e-12, True)
    np.testing.assert_allclose(alphas[distinct], path.ccp_alphas[theirs], atol=1e-12)
    np.testing.assert_allclose(totals[distinct], path.impurities[theirs], atol=1e-12)
    for alpha in (np.unique(alphas.round(9))[:-1] + np.unique(alphas.round(9))[1:]) / 2:
        pruned = model.set_params(ccp_alpha=alpha).fit(X, y).tree_
        assert pruned.node_count == len(module.prune(*arrays, alpha))
