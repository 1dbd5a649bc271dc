"""The reference of feature selection against scikit-learn."""

import numpy as np
import pytest
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score


@pytest.mark.parametrize("seed", range(5))
def test_scores_agree_with_scikit_learn(reference, seed):
    """Chi-square scores and the features selected by them agree."""
    rng = np.random.default_rng(seed)
    X, y = rng.poisson(2.0, (40, 6)), rng.integers(0, 3, 40)
    module = reference("feature_selection")
    np.testing.assert_allclose(module.chi2_scores(X, y), chi2(X, y)[0])
    support = SelectKBest(chi2, k=3).fit(X, y).get_support(indices=True)
    np.testing.assert_array_equal(module.select_k_best(chi2(X, y)[0], 3), support)


def test_importance_agrees_with_scikit_learn(reference):
    """With the permutations that scikit-learn draws, the drops agree."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 3))
    y = X @ [2.0, 0.5, 0.0] + 0.1 * rng.normal(size=30)
    model = LinearRegression().fit(X, y)
    library = permutation_importance(model, X, y, n_repeats=4, random_state=1)
    seed = np.random.RandomState(1).randint(np.iinfo(np.int32).max + 1)
    perms = []
    for _ in range(3):
        # It shuffles the order, and with it the column that is shuffled already.
        state, order, total, rows = np.random.RandomState(seed), np.arange(30), np.arange(30), []
        for _ in range(4):
            state.shuffle(order)
            total = total[order]
            rows.append(total)
        perms.append(rows)
    drops = reference("feature_selection").permutation_importance(model.predict, X, y, r2_score, np.array(perms))
    np.testing.assert_allclose(drops, library.importances)
