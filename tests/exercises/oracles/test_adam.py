"""The reference of adam against torch.optim."""

import numpy as np
import pytest
import torch


@pytest.mark.parametrize("amsgrad", [False, True])
@pytest.mark.parametrize("decoupled", [False, True])
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_a_hundred_steps_agree_with_torch(reference, decoupled, amsgrad, decay):
    """Adam and AdamW follow torch for 100 steps in float64, some gradients missing."""
    rng = np.random.default_rng(7)
    ours = [rng.normal(size=(3, 2)), rng.normal(size=4)]
    theirs = [torch.tensor(p, requires_grad=True) for p in ours]
    settings = {"lr": 0.02, "betas": (0.8, 0.95), "eps": 1e-6, "weight_decay": decay, "amsgrad": amsgrad}
    oracle = (torch.optim.AdamW if decoupled else torch.optim.Adam)(theirs, **settings)
    optimizer = reference("adam").Adam(ours, decoupled=decoupled, **settings)
    for _ in range(100):
        grads = [None if rng.random() < 0.1 else rng.normal(size=p.shape) for p in ours]
        for tensor, grad in zip(theirs, grads):
            tensor.grad = None if grad is None else torch.tensor(grad)
        oracle.step()
        optimizer.step(grads)

    for mine, other in zip(ours, theirs):
        np.testing.assert_allclose(mine, other.detach().numpy(), rtol=1e-9, atol=1e-12)


def test_average_follows_the_schedule(reference):
    """Replaying the average with explicit weights gives the same numbers."""
    rng = np.random.default_rng(3)
    avg = [rng.normal(size=5)]
    expected = avg[0].copy()
    for step in range(40):
        w = rng.normal(size=5)
        keep = min(0.7, (1 + step) / (10 + step))
        expected = keep * expected + (1 - keep) * w
        reference("adam").ema_update(avg, [w], 0.7, step)

    np.testing.assert_allclose(avg[0], expected, rtol=1e-12)
