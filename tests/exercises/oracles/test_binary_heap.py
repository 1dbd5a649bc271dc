"""The reference of binary_heap against heapq and NumPy."""

from __future__ import annotations

import heapq
import itertools

import numpy as np
import pytest

from tests.support.references import References


@pytest.mark.parametrize("seed", range(20))
def test_operations_agree_with_heapq(reference: References, seed: int) -> None:
    """Hundreds of operations agree with a heap of heapq in which stale entries are skipped."""
    rng = np.random.default_rng(seed)
    start = [(key, int(rng.integers(10))) for key in range(50)]
    heap = reference("binary_heap").IndexedHeap(start)
    live = {key: (priority, rank) for rank, (key, priority) in enumerate(start)}
    theirs = [(priority, rank, key) for key, (priority, rank) in live.items()]
    heapq.heapify(theirs)
    for rank in range(50, 500):
        priority = int(rng.integers(10))
        action = rng.integers(4) if live else 0
        key = int(rng.choice(list(live))) if live else 0
        if action == 0:
            live[rank] = (priority, rank)
            heapq.heappush(theirs, (priority, rank, rank))
            heap.push(rank, priority)
        elif action == 1:
            live[key] = (priority, live[key][1])
            heapq.heappush(theirs, (*live[key], key))
            heap.update(key, priority)
        elif action == 2:
            del live[key]
            heap.remove(key)
        else:
            while live.get(theirs[0][2]) != theirs[0][:2]:
                heapq.heappop(theirs)
            least, _, key = heapq.heappop(theirs)
            del live[key]
            assert heap.pop() == (key, least)
        assert len(heap) == len(live)


@pytest.mark.parametrize("seed", range(10))
def test_top_k_agrees_with_nlargest_and_partition(reference: References, seed: int) -> None:
    """The greatest numbers are those of heapq.nlargest and of numpy.partition."""
    rng = np.random.default_rng(seed)
    x = np.round(rng.normal(size=300), int(rng.integers(0, 4)))
    for k in (0, 1, 7, 299, 300, 400):
        got = reference("binary_heap").top_k(iter(x.tolist()), k)
        assert got == heapq.nlargest(k, x.tolist())
        if 0 < k <= 300:
            np.testing.assert_array_equal(got, np.sort(np.partition(x, 300 - k)[300 - k :])[::-1])


@pytest.mark.parametrize("seed", range(10))
def test_merge_agrees_with_heapq(reference: References, seed: int) -> None:
    """Merged inputs agree with heapq.merge, which is stable too, and the merge may stop half-way."""
    solution = reference("binary_heap")
    rng = np.random.default_rng(seed)
    sizes = rng.integers(0, 20, size=8)
    # Integers and floats that are equal show which input an item came from.
    kinds = [int, float]
    lists = [sorted(map(kinds[i % 2], rng.integers(0, 15, size=n).tolist())) for i, n in enumerate(sizes)]
    assert list(map(repr, solution.merge_sorted(lists))) == list(map(repr, heapq.merge(*lists)))
    endless = [itertools.count(start, step) for start, step in ((0, 3), (1, 7), (-5, 2))]
    expected = heapq.merge(*(itertools.count(start, step) for start, step in ((0, 3), (1, 7), (-5, 2))))
    assert list(itertools.islice(solution.merge_sorted(endless), 50)) == list(itertools.islice(expected, 50))
