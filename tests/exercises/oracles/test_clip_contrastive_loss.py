"""The reference of clip_contrastive_loss against scipy and scikit-learn in float64."""

import numpy as np
import pytest
import torch
from scipy.special import log_softmax
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.preprocessing import normalize

from tests.support.references import References


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("log_scale", [-1.0, 2.0, 4.5, 9.0])
def test_clip_equals_scipy(reference: References, seed: int, log_scale: float) -> None:
    """The loss agrees with scipy's softmax of scikit-learn's cosines, in both directions."""
    rng = np.random.default_rng(seed)
    img, txt = rng.normal(size=(2, 7, 5))
    logits = min(np.exp(log_scale), 100.0) * cosine_similarity(img, txt)
    expected = -(np.diag(log_softmax(logits, axis=0)) + np.diag(log_softmax(logits, axis=1))).mean() / 2
    got = reference("clip_contrastive_loss").clip_loss(
        *(torch.from_numpy(x) for x in (img, txt)), torch.tensor(log_scale).double()
    )
    assert got.item() == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("temperature", [0.07, 1.0])
def test_info_nce_equals_scipy(reference: References, seed: int, temperature: float) -> None:
    """The loss agrees with scipy, query by query."""
    rng = np.random.default_rng(seed)
    q, pos, neg = rng.normal(size=(6, 5)), rng.normal(size=(6, 5)), rng.normal(size=(9, 5))
    terms = [
        -log_softmax(cosine_similarity(q[i : i + 1], np.vstack([pos[i], neg]))[0] / temperature)[0] for i in range(6)
    ]
    got = reference("clip_contrastive_loss").info_nce(*(torch.from_numpy(x) for x in (q, pos, neg)), temperature)
    assert got.item() == pytest.approx(np.mean(terms), rel=1e-10)


@pytest.mark.parametrize("seed", range(10))
def test_zero_shot_equals_sklearn(reference: References, seed: int) -> None:
    """Classes agree with scikit-learn's normalised means."""
    rng = np.random.default_rng(seed)
    img, prompts = rng.normal(size=(20, 4)), rng.normal(size=(5, 3, 4))
    means = np.stack([normalize(x).mean(axis=0) for x in prompts])
    expected = cosine_similarity(img, means).argmax(axis=1)
    got = reference("clip_contrastive_loss").zero_shot(torch.from_numpy(img), torch.from_numpy(prompts))
    assert got.tolist() == expected.tolist()
