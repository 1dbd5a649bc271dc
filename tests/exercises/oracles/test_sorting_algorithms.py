"""The reference of sorting_algorithms against Python's sort and NumPy's partition."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.references import References


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("distinct", [1, 10, 10**6])
def test_agrees_with_python_and_numpy(reference: References, seed: int, distinct: int) -> None:
    """Sorts agree with `sorted`, stability included; every place agrees with `np.partition`."""
    solution = reference("sorting_algorithms")
    rng = np.random.default_rng(seed)
    a = rng.integers(0, distinct, size=int(rng.integers(1, 2000))).tolist()
    tagged = [(x, i) for i, x in enumerate(a)]
    assert solution.merge_sort(a) == sorted(a)
    assert solution.merge_sort(tagged, key=lambda p: p[0] // 3) == sorted(tagged, key=lambda p: p[0] // 3)
    for k in rng.integers(0, len(a), size=5).tolist():
        assert solution.quick_select(a, k) == np.partition(a, k)[k]
    solution.quick_sort(a)
    assert a == sorted(a)


def test_comparisons_stay_near_the_lower_bound(reference: References) -> None:
    """Merge sort compares at most n log2 n times."""
    count = 0

    class Counted(int):
        def __lt__(self, other: int) -> bool:
            nonlocal count
            count += 1
            return int(self) < int(other)

    n = 1 << 12
    reference("sorting_algorithms").merge_sort([Counted(x) for x in np.random.default_rng(0).permutation(n)])
    assert count < n * 12
