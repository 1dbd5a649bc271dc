"""The reference of smote against sklearn.neighbors, and shares over many draws."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from tests.support.references import References


@pytest.mark.parametrize("seed", range(5))
def test_rows_agree_with_sklearn(reference: References, seed: int) -> None:
    """New rows are those between a row and the neighbours that scikit-learn finds."""
    rng = np.random.default_rng(seed)
    rows, base, pick, gap = (
        rng.normal(size=(30, 4)),
        rng.integers(0, 30, size=50),
        rng.integers(0, 5, size=50),
        rng.random(50),
    )
    found = NearestNeighbors(n_neighbors=6).fit(rows).kneighbors(rows, return_distance=False)[:, 1:]
    other = rows[found[base, pick]]
    wanted = (1 - gap)[:, None] * rows[base] + gap[:, None] * other
    np.testing.assert_allclose(reference("smote").smote(rows, base, pick, gap), wanted)


def test_undersampling_is_uniform(reference: References) -> None:
    """Over many draws every row of the large class is kept equally often."""
    rng = np.random.default_rng(0)
    y = np.array([0] * 10 + [1] * 4)
    times = np.zeros(14)
    for _ in range(4000):
        kept = reference("smote").random_undersample(y, rng.random(14))
        assert (y[kept] == 0).sum() == (y[kept] == 1).sum() == 4
        times[kept] += 1
    np.testing.assert_allclose(times[:10] / 4000, 0.4, atol=0.04)
    assert (times[10:] == 4000).all()
