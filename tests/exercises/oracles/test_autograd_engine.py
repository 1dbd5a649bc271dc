"""The reference of autograd_engine against torch.autograd."""

import numpy as np
import pytest
import torch

STEPS = [
    lambda u, v: u + v,
    lambda u, v: u - 3 * v,
    lambda u, v: u * v / (1 + v * v),
    lambda u, v: 2 / (u * u + 1) - u,
    lambda u, v: (-u * u).exp() + v,
    lambda u, v: (u * u + 0.5).log() * v.tanh(),
    lambda u, v: u.relu() - 0.25 * v.relu(),
    lambda u, v: (u.tanh() - v.tanh()) ** 3,
    lambda u, v: (u * u + 1) ** -0.5 + v,
]


@pytest.mark.parametrize("seed", range(30))
def test_random_graphs_agree_with_torch(reference, seed):
    """Numbers and derivatives of leaves and inner nodes agree, for two roots one after the other."""
    rng = np.random.default_rng(seed)
    numbers = rng.uniform(-2, 2, size=3).tolist()
    ours = [reference("autograd_engine").Value(number) for number in numbers]
    theirs = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in numbers]
    for _ in range(12):
        step = STEPS[rng.integers(len(STEPS))]
        i, j = rng.integers(max(0, len(ours) - 4), len(ours)), rng.integers(len(ours))
        ours.append(step(ours[i], ours[j]))
        theirs.append(step(theirs[i], theirs[j]))
    for tensor in theirs[3:]:
        if tensor.requires_grad:
            tensor.retain_grad()
    for root in (-1, 9):
        ours[root].backward()
        theirs[root].backward(retain_graph=True)
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.data == pytest.approx(other.item(), rel=1e-9, abs=1e-12)
        expected = 0.0 if other.grad is None else other.grad.item()
        assert mine.grad == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_derivatives_agree_with_central_differences(reference):
    """A small perceptron, written with sum and shared leaves, has the derivatives that differences give."""
    solution = reference("autograd_engine")

    def loss(w):
        hidden = [(w[0] * x + w[1]).tanh() for x in (0.5, -1.0, 2.0)]
        return sum((w[2] * h + w[3] - 1) ** 2 for h in hidden) / 3

    start = [0.3, -0.2, 0.8, 0.1]
    leaves = [solution.Value(number) for number in start]
    loss(leaves).backward()
    for k, leaf in enumerate(leaves):
        up, down = ([solution.Value(n + s * 1e-6 * (i == k)) for i, n in enumerate(start)] for s in (1, -1))
        assert leaf.grad == pytest.approx((loss(up).data - loss(down).data) / 2e-6, rel=1e-7)
