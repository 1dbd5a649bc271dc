"""The reference of pagerank against an eigenvector and against sparse matrices of SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import linalg, sparse

from tests.support.references import References


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", range(10))
def test_rank_is_the_eigenvector(reference: References, seed: int, weighted: bool) -> None:
    """The ranks are the eigenvector of the matrix of the whole walk for the eigenvalue 1."""
    rng = np.random.default_rng(seed)
    n, damping = 40, float(rng.uniform(0.5, 0.9))
    src, dst = rng.integers(0, n, size=(2, 90))
    weights = rng.random(n) if weighted else None
    home = weights / weights.sum() if weighted else np.full(n, 1 / n)
    follow = sparse.coo_array((np.ones(90), (src, dst)), shape=(n, n)).toarray()
    degree = follow.sum(axis=1, keepdims=True)
    walk = damping * np.where(degree > 0, follow / np.maximum(degree, 1), home) + (1 - damping) * home
    values, vectors = linalg.eig(walk.T)
    expected = np.real(vectors[:, np.argmax(values.real)])
    got = reference("pagerank").pagerank(n, src, dst, damping, 1e-13, 1000, weights)
    np.testing.assert_allclose(got, expected / expected.sum(), atol=1e-10)


def test_large_graph_is_a_fixed_point(reference: References) -> None:
    """A hundred thousand nodes and a million edges: the ranks add up to 1 and stay where they are."""
    rng = np.random.default_rng(0)
    n, m = 100_000, 1_000_000
    src, dst = rng.integers(0, n - 5000, size=m), rng.integers(0, n, size=m)
    rank = reference("pagerank").pagerank(n, src, dst)
    degree = np.bincount(src, minlength=n)
    walk = sparse.csr_array((1 / degree[src], (dst, src)), shape=(n, n))
    after = 0.85 * (walk @ rank + rank[degree == 0].sum() / n) + 0.15 / n
    assert rank.sum() == pytest.approx(1.0, abs=1e-9)
    assert np.abs(after - rank).sum() < 1e-9
