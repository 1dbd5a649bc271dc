"""The reference of cosine_similarity against scipy and sklearn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.spatial import distance
from sklearn.metrics import pairwise

from tests.support.references import References


@pytest.mark.parametrize("seed", range(20))
def test_cosine_agrees_with_sklearn(reference: References, seed: int) -> None:
    """All pairs of rows agree with sklearn, zero rows included."""
    solution = reference("cosine_similarity")
    rng = np.random.default_rng(seed)
    X, Y = rng.normal(size=(7, 5)) * 10.0 ** rng.integers(-3, 4, size=(7, 1)), rng.normal(size=(4, 5))
    X[2], Y[0] = 0.0, 0.0
    np.testing.assert_allclose(solution.cosine_similarity(X, Y), pairwise.cosine_similarity(X, Y), atol=1e-14)
    np.testing.assert_allclose(solution.cosine_similarity(X), pairwise.cosine_similarity(X), atol=1e-14)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("levels", [3, 10, 10**6])
def test_correlations_agree_with_scipy(reference: References, seed: int, levels: int) -> None:
    """Pearson's and Spearman's coefficients agree with scipy, with and without ties."""
    solution = reference("cosine_similarity")
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, levels, size=(2, 30))
    assert solution.pearson(x, y) == pytest.approx(stats.pearsonr(x, y).statistic, abs=1e-13)
    assert solution.spearman(x, y) == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-13)


@pytest.mark.parametrize("seed", range(20))
def test_jaccard_agrees_with_scipy(reference: References, seed: int) -> None:
    """Sets agree with the distance of their indicators."""
    one, other = np.random.default_rng(seed).random((2, 12)) < 0.5
    sets = (set(np.flatnonzero(v).tolist()) for v in (one, other))
    assert reference("cosine_similarity").jaccard(*sets) == pytest.approx(1.0 - distance.jaccard(one, other), rel=1e-12)
