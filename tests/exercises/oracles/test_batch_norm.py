"""The reference of batch_norm against torch.nn.BatchNorm1d and BatchNorm2d with autograd."""

import numpy as np
import pytest
import torch


@pytest.mark.parametrize("settings", [(1e-5, 0.1), (0.2, 0.7)])
@pytest.mark.parametrize("shape", [(2, 1), (9, 4), (3, 2, 4, 5), (1, 3, 2, 1)])
def test_a_run_agrees_with_torch(reference, shape, settings):
    """Results, gradients and running statistics agree over several batches, in training and evaluation."""
    rng = np.random.default_rng(8)
    c = shape[1]
    layer = torch.nn.BatchNorm1d if len(shape) == 2 else torch.nn.BatchNorm2d
    theirs = layer(c, *settings, dtype=torch.float64)
    ours = reference("batch_norm").BatchNorm(c, *settings)
    ours.gamma, ours.beta = rng.normal(size=c), rng.normal(size=c)
    with torch.no_grad():
        theirs.weight.copy_(torch.tensor(ours.gamma))
        theirs.bias.copy_(torch.tensor(ours.beta))
    for training in (True, True, False, True, False):
        theirs.train(training)
        x, dy = rng.normal(loc=2.0, scale=3.0, size=shape), rng.normal(size=shape)
        leaf = torch.tensor(x, requires_grad=True)
        expected = theirs(leaf)
        grads = torch.autograd.grad(expected, (leaf, theirs.weight, theirs.bias), torch.tensor(dy))
        got = (ours.forward(x, training), *ours.backward(dy), ours.running_mean, ours.running_var)
        for mine, other in zip(got, (expected, *grads, theirs.running_mean, theirs.running_var), strict=True):
            np.testing.assert_allclose(mine, other.detach().numpy(), rtol=1e-9, atol=1e-10)


def test_one_value_is_refused_as_in_torch(reference):
    """Both refuse to train on one value of a channel."""
    with pytest.raises(ValueError):
        torch.nn.BatchNorm1d(3)(torch.ones(1, 3))
    with pytest.raises(ValueError):
        reference("batch_norm").BatchNorm(3).forward(np.ones((1, 3)), training=True)
