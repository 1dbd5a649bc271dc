"""The reference of subarray_sums against SciPy and NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

from tests.support.references import References


def windows(a: np.ndarray) -> list[np.ndarray]:
    """Return, for each length from 1, the sums of all runs of that length, by convolution."""
    return [signal.convolve(a, np.ones(n, dtype=np.int64), mode="valid", method="direct") for n in range(1, len(a) + 1)]


@pytest.mark.parametrize("seed", range(20))
def test_runs_agree_with_convolutions(reference: References, seed: int) -> None:
    """All four questions have the answer that convolutions with every window give."""
    solution = reference("subarray_sums")
    rng = np.random.default_rng(seed)
    a = rng.integers(-9, 10, size=int(rng.integers(1, 60)))
    sums = windows(a)
    every = np.concatenate(sums)
    total, start, end = solution.max_subarray(a.tolist())
    assert total == every.max() == a[start:end].sum()
    starts = [int(i) for row in sums for i in np.flatnonzero(row == total)]
    assert start == min(starts)
    assert end - start == min(n for n, row in enumerate(sums, 1) if start < len(row) and row[start] == total)
    for k in range(-12, 13):
        assert solution.count_sum_k(a.tolist(), k) == int((every == k).sum())
        longer = np.concatenate([*sums[1:], np.zeros(0, dtype=np.int64)])
        divisible = longer % k == 0 if k else longer == 0
        assert solution.has_multiple_of_k(a.tolist(), k) is bool(divisible.any())
    for s in range(-12, 60, 3):
        lengths = [n for n, row in enumerate(sums, 1) if row.max() >= s]
        assert solution.min_length_at_least(a.tolist(), s) == min(lengths, default=0)


@pytest.mark.parametrize("seed", range(10))
def test_rectangles_agree_with_convolution(reference: References, seed: int) -> None:
    """Every window of one size has the sum that a two-dimensional convolution gives."""
    rng = np.random.default_rng(seed)
    img = rng.integers(0, 256, size=(12, 17)).astype(np.uint8)
    h, w = (int(v) for v in rng.integers(1, 12, size=2))
    expected = signal.convolve2d(img.astype(np.int64), np.ones((h, w), dtype=np.int64), mode="valid")
    image = reference("subarray_sums").IntegralImage(img)
    got = [[image.query(y, x, y + h, x + w) for x in range(17 - w + 1)] for y in range(12 - h + 1)]
    np.testing.assert_array_equal(got, expected)
