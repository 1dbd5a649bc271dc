"""The reference of item_knn_cf against masked arrays of NumPy and a regression of scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.neighbors import KNeighborsRegressor

from tests.support.references import References


def draw(seed: int) -> np.ndarray:
    """Draw ratings with gaps."""
    rng = np.random.default_rng(seed)
    return np.where(rng.random((30, 12)) < 0.5, rng.integers(1, 6, size=(30, 12)), np.nan)


@pytest.mark.parametrize("seed", range(4))
def test_similarity_agrees_with_scikit_learn(reference: References, seed: int) -> None:
    """Each pair has scikit-learn's cosine of the centred ratings of its common users."""
    R = draw(seed)
    C = R - np.ma.masked_invalid(R).mean(axis=1).filled(0)[:, None]
    S = reference("item_knn_cf").item_similarity(R, 2.0)
    for i, j in np.ndindex(S.shape):
        both = C[~np.isnan(C[:, i] + C[:, j])][:, [i, j]].T
        n = both.shape[1]
        expected = cosine_similarity(both)[0, 1] * n / (n + 2) if n and i != j else 0.0
        assert S[i, j] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", range(2))
def test_prediction_agrees_with_weighted_neighbours(reference: References, seed: int) -> None:
    """Where the k nearest are all similar, a prediction is scikit-learn's regression with weights by similarity."""
    solution, R = reference("item_knn_cf"), draw(seed)
    S = np.random.default_rng(seed).uniform(0.1, 1, size=(12, 12))
    for user in range(0, 30, 6):
        rated = np.flatnonzero(~np.isnan(R[user]))
        for item in np.flatnonzero(np.isnan(R[user])):
            k = min(3, len(rated))
            model = KNeighborsRegressor(k, weights=lambda d: 1 - d, algorithm="brute")
            model.fit(1 - S[item, rated][:, None], R[user, rated])
            assert solution.predict(R, S, user, item, 3) == pytest.approx(model.predict([[0.0]])[0])
