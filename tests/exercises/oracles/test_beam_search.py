"""The reference of beam_search against torch.topk and an enumeration of all sequences."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from tests.support.references import References


def model(seed: int, v: int, length: int) -> np.ndarray:
    """Return log-probabilities by place, last token and next token."""
    logits = torch.from_numpy(np.random.default_rng(seed).normal(scale=2.0, size=(length, v, v)))
    return torch.log_softmax(logits, dim=-1).numpy()


@pytest.mark.parametrize("alpha", [0.0, 0.6, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_wide_beams_enumerate(reference: References, seed: int, alpha: float) -> None:
    """A beam wider than the number of sequences gives the best of all sequences."""
    v, length = 4, 4
    table = model(seed, v, length)
    scored = []
    for tokens in itertools.product(range(v), repeat=length):
        if 0 in tokens:
            tokens = tokens[: tokens.index(0) + 1]
        total = sum(table[i, last, token] for i, (last, token) in enumerate(zip((1, *tokens), tokens)))
        scored.append((total / len(tokens) ** alpha, (1, *tokens)))
    expected = sorted(set(scored), reverse=True)
    found = reference("beam_search").beam_search(
        lambda p: np.stack([table[len(x) - 1, x[-1]] for x in p]), 1, 0, 256, length, alpha
    )
    assert [sequence for sequence, _ in found] == [sequence for _, sequence in expected]
    np.testing.assert_allclose([score for _, score in found], [score for score, _ in expected], rtol=1e-12)


@pytest.mark.parametrize("beam", [1, 2, 5])
@pytest.mark.parametrize("seed", range(5))
def test_without_endings_it_is_topk(reference: References, seed: int, beam: int) -> None:
    """Where nothing ends, the live prefixes are those of repeated torch.topk."""
    v, length = 7, 6
    table = model(seed, v, length)
    prefixes, totals = torch.ones(1, 1, dtype=torch.int64), torch.zeros(1, dtype=torch.float64)
    for i in range(length):
        sums = totals[:, None] + torch.from_numpy(table[i])[prefixes[:, -1]]
        totals, places = sums.flatten().topk(min(beam, sums.numel()))
        prefixes = torch.cat([prefixes[places // v], (places % v)[:, None]], dim=1)
    found = reference("beam_search").beam_search(
        lambda p: np.stack([table[len(x) - 1, x[-1]] for x in p]), 1, v, beam, length
    )
    assert [list(sequence) for sequence, _ in found] == prefixes.tolist()
    np.testing.assert_allclose([score for _, score in found], totals.numpy(), rtol=1e-12)
