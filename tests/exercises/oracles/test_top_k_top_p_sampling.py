"""The reference of top_k_top_p_sampling against torch and scipy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import special, stats

from tests.support.references import References


def masked_softmax(logits: np.ndarray, **settings: float) -> np.ndarray:
    """Filter with torch in the usual way: set logits to -inf, stage by stage."""
    z = torch.tensor(logits)
    if "theta" in settings:
        prev = torch.unique(torch.tensor(settings["prev"]))
        z[prev] = torch.where(z[prev] < 0, z[prev] * settings["theta"], z[prev] / settings["theta"])
    z = z / settings.get("temperature", 1.0)
    if "top_k" in settings:
        z[z < torch.topk(z, settings["top_k"]).values[-1]] = -torch.inf
    if "top_p" in settings:
        # From the least likely upwards, as generation libraries do: what sums to at most 1 - p goes.
        values, order = torch.sort(z)
        gone = values.softmax(-1).cumsum(-1) <= 1 - settings["top_p"]
        gone[-1] = False
        z[order[gone]] = -torch.inf
    if "min_p" in settings:
        p = z.softmax(-1)
        z[p < settings["min_p"] * p.max()] = -torch.inf
    return z.softmax(-1).numpy()


@pytest.mark.parametrize("seed", range(40))
def test_filters_agree_with_torch(reference: References, seed: int) -> None:
    """All filters together give what masks and softmax give in torch."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(scale=3.0, size=200)
    settings = {
        "temperature": float(rng.uniform(0.3, 2.0)),
        "top_k": int(rng.integers(1, 200)),
        "top_p": float(rng.uniform(0.05, 0.99)),
        "min_p": float(rng.uniform(0.0, 0.3)),
    }
    prev = rng.integers(0, 200, size=20).tolist()
    expected = masked_softmax(logits, prev=prev, theta=1.3, **settings)
    got = reference("top_k_top_p_sampling").filtered_probs(logits, prev=prev, repetition_penalty=1.3, **settings)
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("seed", range(5))
def test_no_filter_is_softmax(reference: References, seed: int) -> None:
    """Without filters the result is scipy's softmax."""
    logits = np.random.default_rng(seed).normal(scale=10.0, size=50)
    np.testing.assert_allclose(
        reference("top_k_top_p_sampling").filtered_probs(logits, temperature=0.7), special.softmax(logits / 0.7)
    )


@pytest.mark.parametrize("seed", range(5))
def test_sample_agrees_with_scipy(reference: References, seed: int) -> None:
    """Draws are the quantiles of the discrete distribution."""
    rng = np.random.default_rng(seed)
    probs = rng.dirichlet(np.full(12, 0.3))
    quantiles = stats.rv_discrete(values=(np.arange(12), probs)).ppf(u := rng.random(200))
    assert [reference("top_k_top_p_sampling").sample(probs, x) for x in u.tolist()] == quantiles.astype(int).tolist()
