"""The reference of word2vec_sgns against torch.autograd and sliding windows of NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.support.references import References


@pytest.mark.parametrize("scale", [0.1, 1.0, 30.0])
@pytest.mark.parametrize("seed", range(8))
def test_gradients_agree_with_autograd(reference: References, seed: int, scale: float) -> None:
    """Loss and gradients agree with those of torch in float64."""
    rng = np.random.default_rng(seed)
    V, U = rng.normal(scale=scale, size=(2, 12, 5))
    center, context, negatives = rng.integers(0, 12, 40), rng.integers(0, 12, 40), rng.integers(0, 12, (40, 6))
    v, u = torch.tensor(V, requires_grad=True), torch.tensor(U, requires_grad=True)
    positive = (v[center] * u[context]).sum(1)
    negative = torch.einsum("bd,bkd->bk", v[center], u[negatives])
    logsigmoid = torch.nn.functional.logsigmoid
    expected = -(logsigmoid(positive) + logsigmoid(-negative).sum(1)).mean()
    expected.backward()
    loss, grad_V, grad_U = reference("word2vec_sgns").sgns_loss_and_grads(V, U, center, context, negatives)
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    np.testing.assert_allclose(grad_V, v.grad.numpy(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(grad_U, u.grad.numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("window", [1, 2, 5])
def test_pairs_agree_with_sliding_windows(reference: References, window: int) -> None:
    """Pairs agree with windows over a padded text."""
    text = np.random.default_rng(window).integers(0, 9, size=20)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(text, window, constant_values=-1), 2 * window + 1)
    others = np.delete(windows, window, axis=1)
    expected = np.stack([np.broadcast_to(text[:, None], others.shape), others], axis=-1)[others >= 0]
    np.testing.assert_array_equal(reference("word2vec_sgns").skipgram_pairs(text.tolist(), window), expected)
