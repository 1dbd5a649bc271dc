"""The reference of ndcg against sklearn.metrics."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from tests.support.references import References


def examples(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return relevances and scores without ties."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 4, size=30), rng.normal(size=30)


@pytest.mark.parametrize("k", [1, 5, 30, 40])
@pytest.mark.parametrize("seed", range(5))
def test_linear_gain_agrees_with_sklearn(reference: References, seed: int, k: int) -> None:
    """With linear gain DCG and NDCG agree."""
    solution = reference("ndcg")
    rel, scores = examples(seed)
    expected = metrics.ndcg_score([rel], [scores], k=k, ignore_ties=True)
    assert solution.ndcg_at_k(rel, scores, k, "linear") == pytest.approx(expected, rel=1e-12)
    expected = metrics.dcg_score([rel], [scores], k=k, ignore_ties=True)
    assert solution.dcg_at_k(rel[np.argsort(-scores)], k, "linear") == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("k", [1, 5, 30, 40])
@pytest.mark.parametrize("seed", range(5))
def test_exponential_gain_agrees_with_sklearn(reference: References, seed: int, k: int) -> None:
    """The exponential gain is the linear gain of 2^r - 1."""
    rel, scores = examples(seed)
    expected = metrics.ndcg_score([2.0**rel - 1], [scores], k=k, ignore_ties=True)
    assert reference("ndcg").ndcg_at_k(rel, scores, k) == pytest.approx(expected, rel=1e-12)


def test_mean_agrees_with_sklearn(reference: References) -> None:
    """The mean over queries agrees, those without a relevant item included."""
    rng = np.random.default_rng(7)
    rels, scores = rng.integers(0, 3, size=(12, 8)), rng.normal(size=(12, 8))
    rels[3] = 0
    expected = metrics.ndcg_score(rels, scores, k=4, ignore_ties=True)
    assert reference("ndcg").mean_ndcg(list(rels), list(scores), 4, "linear") == pytest.approx(expected, rel=1e-12)
