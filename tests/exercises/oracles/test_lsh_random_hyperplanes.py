"""The reference of lsh_random_hyperplanes against theory, and against scikit-learn's exact search."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from tests.support.references import References


@pytest.mark.parametrize("angle", [0.2, 0.8, math.pi / 2, 2.5])
@pytest.mark.parametrize("b", [1, 4])
def test_collisions_follow_the_angle(reference: References, angle: float, b: int) -> None:
    """Two vectors at an angle share all b bits with the probability (1 - angle / π)^b, within five standard errors."""
    tables, rng = 4000, np.random.default_rng(1)
    X = np.array([[1.0, 0.0, 0.0], [math.cos(angle), math.sin(angle), 0.0]])
    first, second = reference("lsh_random_hyperplanes").signatures(X, rng.normal(size=(tables, b, 3)))
    p = (1 - angle / math.pi) ** b
    assert abs((first == second).mean() - p) < 5 * math.sqrt(p * (1 - p) / tables)


def test_one_bucket_is_an_exact_search(reference: References) -> None:
    """Where all vectors share a bucket, the ranking is that of scikit-learn."""
    rng = np.random.default_rng(0)
    X, Q = rng.normal(size=(300, 8)), rng.normal(size=(10, 8))
    index = reference("lsh_random_hyperplanes").LSHIndex(np.zeros((1, 3, 8)))
    index.add(X)
    expected = NearestNeighbors(n_neighbors=7, metric="cosine", algorithm="brute").fit(X).kneighbors(Q)[1]
    for q, ids in zip(Q, expected, strict=True):
        got, scored = index.query(q, 7)
        assert got.tolist() == ids.tolist()
        assert scored == 300
