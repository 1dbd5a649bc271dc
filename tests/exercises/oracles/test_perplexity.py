"""The reference of perplexity against torch.nn.functional.cross_entropy, and windows against a table of contexts."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from tests.support.references import References


@pytest.mark.parametrize("seed", range(6))
def test_perplexity_agrees_with_torch(reference: References, seed: int) -> None:
    """The perplexity is the exponential of torch's mean loss over shifted labels."""
    rng = np.random.default_rng(seed)
    logits, labels = rng.normal(scale=5.0, size=(3, 9, 7)), rng.integers(0, 7, size=(3, 9))
    labels[rng.random((3, 9)) < 0.3] = -100
    loss = torch.nn.functional.cross_entropy(
        torch.tensor(logits)[:, :-1].reshape(-1, 7), torch.tensor(labels)[:, 1:].flatten()
    )
    assert reference("perplexity").perplexity(logits, labels) == pytest.approx(math.exp(loss.item()))


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_windows_agree_with_a_markov_model(reference: References, stride: int) -> None:
    """A model that looks one token back scores every token alike in all windows, so the mean is that of the whole text."""
    rng = np.random.default_rng(stride)
    table = torch.tensor(rng.normal(size=(5, 5))).log_softmax(dim=1).numpy()
    for n in range(2, 20):
        tokens = rng.integers(0, 5, size=n).tolist()
        got = reference("perplexity").sliding_window_nll(lambda c: -table[c[:-1], c[1:]], tokens, 4, stride)
        assert got == pytest.approx(-table[tokens[:-1], tokens[1:]].mean())
