"""The reference of ring_all_reduce against numpy's sum and torch's chunks, with ranks in threads."""

from __future__ import annotations

import queue
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.support.references import References


@pytest.mark.parametrize(("world", "n"), [(1, 5), (2, 7), (5, 23), (8, 3), (16, 1000)])
def test_threads_agree_with_a_plain_sum(reference: References, world: int, n: int) -> None:
    """Ranks that really run at the same time, with queues that wait, end with numpy's sum."""
    module = reference("ring_all_reduce")
    bufs = list(np.random.default_rng(world).integers(-1000, 1000, size=(world, n)))
    wanted = np.sum(bufs, axis=0)
    boxes: list[queue.Queue[np.ndarray]] = [queue.Queue() for _ in range(world)]

    def run(rank: int) -> int:
        steps = module.ring_all_reduce(
            rank, world, bufs[rank], lambda to, x: boxes[to].put(x), lambda _: boxes[rank].get(timeout=60)
        )
        return sum(1 for _ in steps)

    with ThreadPoolExecutor(world) as pool:
        assert list(pool.map(run, range(world))) == [2 * (world - 1)] * world
    for buf in bufs:
        np.testing.assert_array_equal(buf, wanted)


@pytest.mark.parametrize("n", range(12))
def test_chunks_agree_with_torch(reference: References, n: int) -> None:
    """Chunks are those of torch.tensor_split."""
    torch = pytest.importorskip("torch")
    for world in range(1, 6):
        bounds = reference("ring_all_reduce").chunk_bounds(n, world)
        pieces = torch.tensor_split(torch.arange(n), world)
        assert [list(range(*pair)) for pair in bounds] == [piece.tolist() for piece in pieces]
