"""The reference of cross_entropy_loss against torch.nn.functional.cross_entropy and autograd."""

import numpy as np
import pytest
import torch


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("ignore_index", [-100, 3])
@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_loss_and_gradient_agree_with_torch(reference, scale, ignore_index, smoothing, dtype):
    """Loss and gradient agree with torch, some rows ignored."""
    rng = np.random.default_rng(11)
    logits = rng.normal(scale=scale, size=(40, 7)).astype(dtype)
    target = rng.integers(0, 7, size=40)
    target[rng.random(40) < 0.2] = ignore_index
    leaf = torch.tensor(logits, requires_grad=True)
    expected = torch.nn.functional.cross_entropy(
        leaf, torch.tensor(target), ignore_index=ignore_index, label_smoothing=smoothing
    )
    expected.backward()
    loss, gradient = reference("cross_entropy_loss").cross_entropy(logits, target, ignore_index, smoothing)
    rtol = 1e-5 if dtype is np.float32 else 1e-11
    assert loss == pytest.approx(expected.item(), rel=rtol)
    np.testing.assert_allclose(gradient, leaf.grad.numpy(), rtol=rtol, atol=rtol / 40)


def test_masked_classes_agree_with_torch(reference):
    """Classes at -inf agree with torch."""
    rng = np.random.default_rng(2)
    logits, target = rng.normal(size=(10, 5)), np.zeros(10, dtype=np.int64)
    logits[:, 1:][rng.random((10, 4)) < 0.5] = -np.inf
    leaf = torch.tensor(logits, requires_grad=True)
    expected = torch.nn.functional.cross_entropy(leaf, torch.tensor(target))
    expected.backward()
    loss, gradient = reference("cross_entropy_loss").cross_entropy(logits, target)
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    np.testing.assert_allclose(gradient, leaf.grad.numpy(), rtol=1e-11, atol=1e-14)
