"""The reference of class_weights against sklearn.utils and torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.metrics import confusion_matrix
from sklearn.utils.class_weight import compute_class_weight, compute_sample_weight

from tests.support.references import References


@pytest.mark.parametrize("seed", range(5))
def test_weights_agree_with_sklearn(reference: References, seed: int) -> None:
    """Class weights are scikit-learn's balanced ones, and so are the sampler's, up to scale."""
    y = np.random.default_rng(seed).integers(0, 4, size=30)
    classes = np.unique(y)
    got = reference("class_weights").balanced_class_weights(y, 5)
    np.testing.assert_allclose(got[classes], compute_class_weight("balanced", classes=classes, y=y))
    weights = compute_sample_weight("balanced", y)
    np.testing.assert_allclose(reference("class_weights").sampler_probabilities(y), weights / weights.sum())


@pytest.mark.parametrize("seed", range(5))
def test_loss_agrees_with_torch(reference: References, seed: int) -> None:
    """The loss is torch's cross-entropy with weights."""
    rng = np.random.default_rng(seed)
    logits, y, w = rng.normal(scale=5.0, size=(9, 4)), rng.integers(0, 4, size=9), rng.random(4) * 3
    wanted = torch.nn.functional.cross_entropy(torch.tensor(logits), torch.tensor(y), weight=torch.tensor(w))
    assert reference("class_weights").weighted_cross_entropy(logits, y, w) == pytest.approx(wanted.item())


@pytest.mark.parametrize("seed", range(10))
def test_threshold_agrees_with_confusion_matrices(reference: References, seed: int) -> None:
    """No threshold is cheaper, and no larger one as cheap, by scikit-learn's confusion matrix."""
    rng = np.random.default_rng(seed)
    y, p = rng.integers(0, 2, size=25), rng.integers(0, 12, size=25) / 12
    costs = {}
    for t in [np.inf, *np.unique(p)[::-1]]:
        (_, alarms), (misses, _) = confusion_matrix(y, p >= t, labels=[0, 1])
        costs[float(t)] = 2.0 * alarms + 3.0 * misses
    assert reference("class_weights").best_threshold(y, p, 2.0, 3.0) == (
        min(costs, key=costs.__getitem__),
        min(costs.values()),
    )
