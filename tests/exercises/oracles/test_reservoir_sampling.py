"""The reference of reservoir_sampling against exact probabilities, by SciPy's tests."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, permutations

import numpy as np
import pytest
from scipy import stats

from tests.support.references import References

RUNS = 20_000


@pytest.mark.parametrize(("n", "k"), [(2, 1), (5, 3), (6, 2)])
def test_subsets_are_uniform(reference: References, n: int, k: int) -> None:
    """Every set of positions is equally likely."""
    counts = Counter(
        tuple(sorted(reference("reservoir_sampling").reservoir_sample(iter(range(n)), k, seed))) for seed in range(RUNS)
    )
    assert stats.chisquare([counts[one] for one in combinations(range(n), k)]).pvalue > 1e-6


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e199])
@pytest.mark.parametrize("k", [1, 2, 3])
def test_weighted_subsets(reference: References, k: int, scale: float) -> None:
    """Sets of positions come as often as successive draws by weight would have it."""
    weights = [4.0, 1.0, 2.0, 1.0, 0.5]
    expected: Counter[tuple[int, ...]] = Counter()
    for order in permutations(range(5), k):
        left = np.cumsum([0.0, *(weights[i] for i in order[:-1])])
        expected[tuple(sorted(order))] += np.prod([weights[i] for i in order] / (sum(weights) - left))
    stream = [(i, w * scale) for i, w in enumerate(weights)]
    counts = Counter(
        tuple(sorted(reference("reservoir_sampling").weighted_reservoir_sample(iter(stream), k, s)))
        for s in range(RUNS)
    )
    observed = [counts[one] for one in expected]
    assert sum(observed) == RUNS
    assert stats.chisquare(observed, np.array(list(expected.values())) * RUNS).pvalue > 1e-6
