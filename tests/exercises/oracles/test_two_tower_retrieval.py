"""The reference of two_tower_retrieval against torch's cross-entropy, scikit-learn and NumPy's sort."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.metrics import recall_score
from sklearn.neighbors import NearestNeighbors
from torch.nn import functional as F

from tests.support.references import References


@pytest.mark.parametrize("seed", range(10))
def test_loss_agrees_with_cross_entropy(reference: References, seed: int) -> None:
    """The loss agrees with cross_entropy on logits built cell by cell, row by row without the hits."""
    torch.manual_seed(seed)
    user, item = torch.randn(12, 5, dtype=torch.float64), torch.randn(12, 5, dtype=torch.float64)
    ids, log_q = torch.randint(0, 6, (12,)), torch.rand(12, dtype=torch.float64).log()
    losses = []
    for i in range(12):
        kept = [j for j in range(12) if j == i or ids[j] != ids[i]]
        logits = F.cosine_similarity(user[i][None], item[kept]) / 0.1 - log_q[kept]
        losses.append(F.cross_entropy(logits[None], torch.tensor([kept.index(i)])))
    got = reference("two_tower_retrieval").in_batch_softmax(user, item, ids, log_q, 0.1)
    torch.testing.assert_close(got, torch.stack(losses).mean(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_retrieval_agrees_with_neighbours(reference: References, seed: int) -> None:
    """For items of one length the greatest dot products are those of scikit-learn's nearest neighbours."""
    rng = np.random.default_rng(seed)
    items = rng.normal(size=(500, 8))
    items /= np.linalg.norm(items, axis=1, keepdims=True)
    users = rng.normal(size=(700, 8))
    expected = NearestNeighbors(n_neighbors=7, metric="cosine").fit(items).kneighbors(users, return_distance=False)
    got = reference("two_tower_retrieval").retrieve(torch.from_numpy(users), torch.from_numpy(items), 7)
    np.testing.assert_array_equal(got.numpy(), expected)


@pytest.mark.parametrize("seed", range(5))
def test_ties_agree_with_a_stable_sort(reference: References, seed: int) -> None:
    """With integer scores and excluded items the result is that of NumPy's stable sort."""
    rng = np.random.default_rng(seed)
    users, items = (
        rng.integers(-2, 3, size=(900, 2)).astype(np.float32),
        rng.integers(-2, 3, size=(400, 2)).astype(np.float32),
    )
    exclude = [rng.integers(0, 400, size=5).tolist() for _ in range(900)]
    scores = users @ items.T
    for row, banned in zip(scores, exclude, strict=True):
        row[banned] = -np.inf
    got = reference("two_tower_retrieval").retrieve(torch.from_numpy(users), torch.from_numpy(items), 30, exclude)
    np.testing.assert_array_equal(got.numpy(), np.argsort(-scores, axis=1, kind="stable")[:, :30])


def test_recall_agrees_with_sklearn(reference: References) -> None:
    """Recall is the mean of scikit-learn's recall of the users, as a multi-label problem."""
    rng = np.random.default_rng(3)
    truth = rng.random((20, 12)) < 0.3
    truth[:, 0] = True
    retrieved = np.argsort(rng.random((20, 12)), axis=1)[:, :5]
    chosen = np.zeros_like(truth)
    np.put_along_axis(chosen, retrieved, True, axis=1)
    expected = recall_score(truth, chosen, average="samples")
    got = reference("two_tower_retrieval").recall_at_k(
        torch.from_numpy(retrieved), [set(np.flatnonzero(row).tolist()) for row in truth]
    )
    assert got == pytest.approx(expected, rel=1e-12)
