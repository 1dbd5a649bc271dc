"""The reference of bert_mlm_masking against numpy.select, shares over many tokens, and a priority queue."""

from __future__ import annotations

import heapq

import numpy as np
import pytest

from tests.support.references import References


def test_masking_agrees_with_select(reference: References) -> None:
    """Inputs are those of numpy.select, and the shares over a million tokens are 15 percent and 80/10/10."""
    rng = np.random.default_rng(0)
    shape = (1000, 1000)
    ids, special = rng.integers(10, 1000, size=shape), rng.random(shape) < 0.1
    u, action, random_ids = rng.random(shape), rng.random(shape), rng.integers(1000, 2000, size=shape)
    inputs, labels = reference("bert_mlm_masking").mlm_mask(ids, special, 3, u, action, random_ids)
    left = special | (u >= 0.15)
    np.testing.assert_array_equal(inputs, np.select([left | (action >= 0.9), action < 0.8], [ids, 3], random_ids))
    chosen = labels != -100
    assert chosen[~special].mean() == pytest.approx(0.15, abs=2e-3)
    assert (inputs[chosen] == 3).mean() == pytest.approx(0.8, abs=5e-3)
    assert (inputs[chosen] == labels[chosen]).mean() == pytest.approx(0.1, abs=5e-3)


@pytest.mark.parametrize("seed", range(20))
def test_truncation_agrees_with_a_queue(reference: References, seed: int) -> None:
    """Popping the tokens from a queue, deepest first and the second text before the first, leaves the same ones."""
    rng = np.random.default_rng(seed)
    a, b = (
        rng.integers(10, 99, size=rng.integers(0, 12)).tolist(),
        rng.integers(10, 99, size=rng.integers(0, 12)).tolist(),
    )
    queue = [(-i, -side, token) for side, text in enumerate((a, b)) for i, token in enumerate(text)]
    heapq.heapify(queue)
    while len(queue) > 7:
        heapq.heappop(queue)
    kept = [[token for i, _, token in sorted(queue, reverse=True) if _ == -side] for side in (0, 1)]
    ids, _, mask = reference("bert_mlm_masking").pack_pair(a, b, 1, 2, 0, 10)
    assert ids[mask == 1].tolist() == [1, *kept[0], 2, *kept[1], 2]
