"""The reference of mrr_map_at_k against sklearn.metrics."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from tests.support.references import References


def example(seed: int) -> tuple[np.ndarray, np.ndarray, list[int], set[int]]:
    """Return labels, scores without ties, the ranking of the rows and the relevant rows."""
    rng = np.random.default_rng(seed)
    y = np.append(rng.integers(0, 2, size=18), [0, 1])
    score = rng.permutation(20).astype(float)
    return y, score, np.argsort(-score).tolist(), set(np.flatnonzero(y).tolist())


@pytest.mark.parametrize("seed", range(10))
def test_average_precision_agrees_with_sklearn(reference: References, seed: int) -> None:
    """Average precision over the whole list agrees."""
    y, score, ranked, relevant = example(seed)
    expected = metrics.average_precision_score(y, score)
    assert reference("mrr_map_at_k").average_precision_at_k(ranked, relevant, 20) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("k", [1, 4, 11, 19])
@pytest.mark.parametrize("seed", range(10))
def test_precision_and_recall_agree_with_sklearn(reference: References, seed: int, k: int) -> None:
    """At k they are precision and recall of a classifier that accepts the k greatest scores."""
    solution = reference("mrr_map_at_k")
    y, score, ranked, relevant = example(seed)
    accepted = np.isin(np.arange(20), ranked[:k])
    expected = metrics.precision_score(y, accepted), metrics.recall_score(y, accepted)
    got = solution.precision_at_k(ranked, relevant, k), solution.recall_at_k(ranked, relevant, k)
    assert got == pytest.approx(expected, rel=1e-12)
    accuracy = metrics.top_k_accuracy_score([7], [score], k=k, labels=range(20))
    assert solution.hit_rate_at_k(ranked, {7}, k) == accuracy


def test_mean_reciprocal_rank_agrees_with_sklearn(reference: References) -> None:
    """With one relevant item for each query, MRR is the label ranking average precision."""
    solution = reference("mrr_map_at_k")
    rng = np.random.default_rng(3)
    scores = rng.normal(size=(15, 8))
    targets = rng.integers(0, 8, size=15)
    expected = metrics.label_ranking_average_precision_score(np.eye(8)[targets], scores)
    ranked = np.argsort(-scores, axis=1).tolist()
    got = solution.mean_over_queries(solution.reciprocal_rank, ranked, [{target} for target in targets.tolist()])
    assert got == pytest.approx(expected, rel=1e-12)
