"""The reference of sgd_optimizers against torch.optim."""

import numpy as np
import pytest
import torch

SETTINGS = [
    ("SGD", {}),
    ("SGD", {"weight_decay": 0.1}),
    ("SGD", {"momentum": 0.9, "weight_decay": 0.1}),
    ("SGD", {"momentum": 0.8, "nesterov": True}),
    ("SGD", {"momentum": 0.8, "nesterov": True, "weight_decay": 0.1}),
    ("Adagrad", {}),
    ("Adagrad", {"eps": 0.01}),
    ("RMSprop", {}),
    ("RMSprop", {"alpha": 0.9, "eps": 0.01, "momentum": 0.7}),
]


@pytest.mark.parametrize(("name", "settings"), SETTINGS, ids=str)
def test_fifty_steps_agree_with_torch(reference, name, settings):
    """All optimisers follow torch for 50 steps in float64, some gradients missing."""
    rng = np.random.default_rng(7)
    ours = [rng.normal(size=(3, 2)), rng.normal(size=4)]
    theirs = [torch.tensor(p, requires_grad=True) for p in ours]
    oracle = getattr(torch.optim, name)(theirs, lr=0.02, **settings)
    optimizer = getattr(reference("sgd_optimizers"), name)(ours, lr=0.02, **settings)
    for _ in range(50):
        grads = [None if rng.random() < 0.1 else rng.normal(size=p.shape) for p in ours]
        for tensor, grad in zip(theirs, grads):
            tensor.grad = None if grad is None else torch.tensor(grad)
        oracle.step()
        optimizer.step(grads)
    for mine, other in zip(ours, theirs):
        np.testing.assert_allclose(mine, other.detach().numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_sparse_steps_agree_with_torch(reference, seed):
    """Sparse steps with repeated rows follow torch's Adagrad on uncoalesced sparse gradients."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(6, 3))
    tensor = torch.tensor(table, requires_grad=True)
    oracle = torch.optim.Adagrad([tensor], lr=0.1)
    optimizer = reference("sgd_optimizers").Adagrad([table], lr=0.1)
    for _ in range(10):
        rows, grad = rng.integers(0, 6, size=8), rng.normal(size=(8, 3))
        with torch.sparse.check_sparse_tensor_invariants():
            tensor.grad = torch.sparse_coo_tensor(rows[None], grad, (6, 3))
            oracle.step()
        optimizer.step_sparse(0, rows, grad)
    np.testing.assert_allclose(table, tensor.detach().numpy(), rtol=1e-10, atol=1e-12)
