"""The reference of median_of_two_sorted_arrays against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.references import References


@pytest.mark.parametrize("seed", range(40))
def test_agrees_with_numpy(reference: References, seed: int) -> None:
    """Every place agrees with `np.sort`, and the median with `np.median`, whatever the lengths and ranges."""
    solution = reference("median_of_two_sorted_arrays")
    rng = np.random.default_rng(seed)
    spread = int(rng.choice([2, 10, 10**6]))
    a, b = (np.sort(rng.integers(shift, shift + spread, size=int(rng.integers(0, 60)))) for shift in (0, seed % 7))
    merged = np.sort(np.concatenate([a, b]))
    assert [solution.kth_of_two(a, b, k) for k in range(len(merged))] == merged.tolist()
    if len(merged):
        assert solution.median_of_two(a.tolist(), b.tolist()) == np.median(merged)
        assert solution.median_of_two(b, a) == np.median(merged)
