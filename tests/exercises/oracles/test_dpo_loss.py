"""The reference of dpo_loss against torch's cross-entropy and the optimum of the underlying objective."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.special import expit


@pytest.mark.parametrize("seed", range(5))
def test_log_probabilities_agree_with_cross_entropy(reference, seed):
    """Values and gradients are those of minus the cross-entropy, summed over each row."""
    torch.manual_seed(seed)
    logits = torch.randn(3, 7, 11, dtype=torch.float64, requires_grad=True)
    labels = torch.randint(11, (3, 7))
    labels[torch.rand(3, 7) < 0.3] = -100
    expected = -F.cross_entropy(logits[:, :-1].transpose(1, 2), labels[:, 1:], reduction="none").sum(1)
    got = reference("dpo_loss").sequence_logps(logits, labels)
    torch.testing.assert_close(got, expected)
    weights = torch.randn(3, dtype=torch.float64)
    torch.testing.assert_close(*(torch.autograd.grad(x @ weights, logits)[0] for x in (got, expected)))


@pytest.mark.parametrize("seed", range(5))
def test_losses_agree_with_scipy(reference, seed):
    """The losses are those of SciPy's logistic function."""
    solution = reference("dpo_loss")
    rng = np.random.default_rng(seed)
    arrays = rng.normal(scale=4, size=(4, 6))
    h = (arrays[0] - arrays[1]) - (arrays[2] - arrays[3])
    beta, s = 0.3, 0.2
    tensors = [torch.tensor(a) for a in arrays]
    loss = solution.dpo_loss(*tensors, beta=beta, label_smoothing=s)[0]
    expected = -(1 - s) * np.log(expit(beta * h)) - s * np.log(expit(-beta * h))
    assert float(loss) == pytest.approx(expected.mean(), rel=1e-10)
    loss = solution.bradley_terry_loss(tensors[0], tensors[1], tensors[2])
    assert float(loss) == pytest.approx(-np.log(expit(arrays[0] - arrays[1] - arrays[2])).mean(), rel=1e-10)


def test_minimum_is_the_optimal_policy(reference):
    """With preferences drawn from known rewards, the loss is least at ref * exp(r / beta) / Z."""
    beta, rewards = 0.5, torch.tensor([0.0, 0.7, -0.4], dtype=torch.float64)
    ref = torch.log_softmax(torch.tensor([0.3, -0.2, 0.6], dtype=torch.float64), 0)
    z = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    pairs = [(i, j) for i in range(3) for j in range(3) if i != j]
    w, l = (torch.tensor(side) for side in zip(*pairs))
    chance = torch.sigmoid(rewards[w] - rewards[l])
    optimizer = torch.optim.LBFGS([z], max_iter=200, tolerance_grad=1e-12, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        pi = torch.log_softmax(z, 0)
        total = sum(
            p * reference("dpo_loss").dpo_loss(pi[i : i + 1], pi[j : j + 1], ref[i : i + 1], ref[j : j + 1], beta)[0]
            for p, i, j in zip(chance, w.tolist(), l.tolist())
        )
        total.backward()
        return total

    optimizer.step(closure)
    expected = torch.softmax(ref + rewards / beta, 0)
    torch.testing.assert_close(torch.softmax(z.detach(), 0), expected, rtol=1e-4, atol=1e-5)
