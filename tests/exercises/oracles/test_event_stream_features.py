"""The reference of event_stream_features against sparse matrices of SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.spatial.distance import cdist

from tests.support.references import References


@pytest.mark.parametrize("seed", range(10))
def test_agrees_with_a_matrix_of_pairs(reference: References, seed: int) -> None:
    """Counts and sums are products of a matrix that says which event is before which."""
    solution, rng = reference("event_stream_features"), np.random.default_rng(seed)
    n, window, half_life = 300, float(rng.uniform(1, 30)), float(rng.uniform(0.5, 20))
    user, weight = rng.integers(8, size=n), rng.normal(size=n)
    ts = np.round(rng.uniform(0, 100, size=n), int(rng.integers(0, 3)))
    ages = ts[:, None] - ts[None, :]
    same = cdist(user[:, None], user[:, None]) == 0
    before = sparse.csr_array(same & (ages > 0) & (ts[None, :] >= ts[:, None] - window))
    np.testing.assert_array_equal(solution.velocity_counts(user, ts, window), before.sum(axis=1))
    fading = np.where(same & (ages > 0), np.exp2(-ages / half_life), 0.0)
    np.testing.assert_allclose(solution.decayed_affinity(user, ts, weight, half_life), fading @ weight, atol=1e-9)


def test_counter_agrees_with_the_batch(reference: References) -> None:
    """For distinct times, the counter gives one more than the batch, but for events exactly a window old."""
    solution, rng = reference("event_stream_features"), np.random.default_rng(0)
    user, ts = rng.integers(5, size=500), np.sort(rng.uniform(0, 100, size=500))
    counter = solution.SlidingWindowCounter(7.5)
    live = [counter.add(int(u), float(t)) for u, t in zip(user, ts, strict=True)]
    np.testing.assert_array_equal(live, solution.velocity_counts(user, ts, 7.5) + 1)
