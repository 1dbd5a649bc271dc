"""The reference of mlp_backprop against autograd, and on a set that no line separates."""

import numpy as np
import pytest
import torch

NAMES = ("W1", "b1", "W2", "b2")


def parameters(rng, d, h, c):
    return [rng.normal(size=(d, h)), rng.normal(size=h), rng.normal(size=(h, c)), rng.normal(size=c)]


@pytest.mark.parametrize("l2", [0.0, 0.2])
@pytest.mark.parametrize("sizes", [(1, 1, 1, 1), (7, 3, 5, 4), (64, 10, 32, 3)])
def test_loss_and_gradients_agree_with_autograd(reference, sizes, l2):
    """Logits, loss and gradients agree with torch in float64."""
    n, d, h, c = sizes
    rng = np.random.default_rng(4)
    values, X, y = parameters(rng, d, h, c), rng.normal(size=(n, d)), rng.integers(0, c, size=n)
    leaves = [torch.tensor(v, requires_grad=True) for v in values]
    logits = torch.relu(torch.tensor(X) @ leaves[0] + leaves[1]) @ leaves[2] + leaves[3]
    expected = torch.nn.functional.cross_entropy(logits, torch.tensor(y))
    expected = expected + l2 / 2 * ((leaves[0] ** 2).sum() + (leaves[2] ** 2).sum())
    expected.backward()
    net = reference("mlp_backprop").MLP(*values)
    np.testing.assert_allclose(net.forward(X), logits.detach().numpy(), rtol=1e-10, atol=1e-12)
    loss, grads = net.loss_and_grads(X, y, l2)
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    for name, leaf in zip(NAMES, leaves, strict=True):
        np.testing.assert_allclose(grads[name], leaf.grad.numpy(), rtol=1e-9, atol=1e-12)


def test_two_spirals_are_learned(reference):
    """Plain gradient descent separates three spirals in 2000 steps."""
    rng = np.random.default_rng(0)
    n = 60
    radius = np.tile(np.linspace(0.1, 1.0, n), 3)
    y = np.repeat(np.arange(3), n)
    angle = 2 * np.pi * y / 3 + 3.5 * radius + rng.normal(scale=0.05, size=3 * n)
    X = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    net = reference("mlp_backprop").MLP(
        rng.normal(size=(2, 64)), np.zeros(64), rng.normal(scale=0.1, size=(64, 3)), np.zeros(3)
    )
    for _ in range(2000):
        _, grads = net.loss_and_grads(X, y, l2=1e-4)
        net.sgd_step(grads, 0.5)
    assert (net.forward(X).argmax(axis=1) == y).mean() > 0.95


def test_check_agrees_with_autograd_of_another_loss(reference):
    """The check accepts the gradient of a loss that has nothing to do with the network, and refuses a wrong one."""
    solution = reference("mlp_backprop")
    rng = np.random.default_rng(1)
    p = rng.normal(size=(3, 2))
    leaf = torch.tensor(p, requires_grad=True)
    torch.logsumexp(torch.sin(leaf), 0).prod().backward()
    start = p.copy()

    def loss():
        return float(np.prod(np.log(np.exp(np.sin(p)).sum(axis=0))))

    assert solution.gradient_check(loss, p, leaf.grad.numpy()) < 1e-6
    assert solution.gradient_check(loss, p, -leaf.grad.numpy()) == 1.0
    np.testing.assert_array_equal(p, start)
