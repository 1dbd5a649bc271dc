"""The reference of label_quality against sklearn.metrics, scipy.stats, and Cohen's kappa of two raters."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import entropy
from sklearn.metrics import cohen_kappa_score

from tests.support.references import References


@pytest.mark.parametrize("seed", range(8))
def test_cohen_agrees_with_sklearn(reference: References, seed: int) -> None:
    """Kappa is scikit-learn's."""
    a, b = np.random.default_rng(seed).integers(0, 4, size=(2, 40))
    b = np.where(np.arange(40) % 2, a, b)
    assert reference("label_quality").cohens_kappa(a, b) == pytest.approx(cohen_kappa_score(a, b))


@pytest.mark.parametrize("seed", range(8))
def test_fleiss_agrees_with_symmetric_pairs(reference: References, seed: int) -> None:
    """Over all ordered pairs of raters, pooled, both have the same shares, and Cohen's kappa is Fleiss'."""
    ratings = np.random.default_rng(seed).integers(0, 3, size=(15, 4))
    pairs = [(i, j) for i in range(4) for j in range(4) if i != j]
    a, b = (np.concatenate([ratings[:, pair[side]] for pair in pairs]) for side in (0, 1))
    counts = np.stack([(ratings == c).sum(axis=1) for c in range(3)], axis=1)
    assert reference("label_quality").fleiss_kappa(counts) == pytest.approx(cohen_kappa_score(a, b))


def test_entropy_agrees_with_scipy(reference: References) -> None:
    """The order by entropy is that of scipy.stats.entropy."""
    proba = np.random.default_rng(0).dirichlet(np.ones(6), size=200)
    got = reference("label_quality").select_for_labeling(proba, 200, "entropy")
    np.testing.assert_array_equal(got, np.argsort(-entropy(proba, axis=1)))
