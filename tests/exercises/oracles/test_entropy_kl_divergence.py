"""The reference of entropy_kl_divergence against SciPy and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.spatial import distance
from sklearn.metrics import mutual_info_score

from tests.support.references import References


def probabilities(rng: np.random.Generator, k: int) -> np.ndarray:
    """Return a distribution over k outcomes, some of them impossible."""
    counts = rng.integers(0, 5, size=k)
    counts[rng.integers(k)] += 1
    return counts / counts.sum()


@pytest.mark.parametrize("seed", range(20))
def test_vectors_agree_with_scipy(reference: References, seed: int) -> None:
    """Entropy in several bases, KL with its infinities, and JS agree with SciPy."""
    solution = reference("entropy_kl_divergence")
    rng = np.random.default_rng(seed)
    p, q = probabilities(rng, 6), probabilities(rng, 6)
    for base in (None, 2.0, 10.0):
        assert solution.entropy(p, base) == pytest.approx(stats.entropy(p, base=base), rel=1e-12, abs=1e-15)
    q = q if seed % 2 else (p + q) / 2
    divergence = stats.entropy(p, q)
    assert solution.kl_divergence(p, q) == pytest.approx(divergence, rel=1e-12, abs=1e-15)
    assert solution.cross_entropy(p, q) == pytest.approx(stats.entropy(p) + divergence, rel=1e-12, abs=1e-15)
    assert solution.js_divergence(p, q) == pytest.approx(distance.jensenshannon(p, q) ** 2, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("seed", range(20))
def test_information_agrees_with_sklearn(reference: References, seed: int) -> None:
    """Mutual information of a table of counts agrees with scikit-learn."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 6, size=(rng.integers(1, 5), rng.integers(1, 5)))
    counts[0, 0] += 1
    expected = mutual_info_score(None, None, contingency=counts)
    assert reference("entropy_kl_divergence").mutual_information(counts / counts.sum()) == pytest.approx(
        expected, rel=1e-10, abs=1e-14
    )
