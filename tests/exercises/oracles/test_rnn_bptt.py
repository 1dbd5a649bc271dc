"""The reference of rnn_bptt against torch.nn.RNN and autograd."""

import numpy as np
import pytest
import torch

NAMES = ("dx", "dh0", "dWx", "dWh", "db")


def draw(seed, B, T, D, H):
    rng = np.random.default_rng(seed)
    return [0.5 * rng.normal(size=s) for s in ((B, T, D), (B, H), (D, H), (H, H), (H,), (B, T, H))]


@pytest.mark.parametrize("sizes", [(1, 1, 1, 1), (3, 7, 2, 4), (2, 30, 5, 3)])
def test_states_and_gradients_agree_with_torch(reference, sizes):
    """States and full gradients agree with torch.nn.RNN."""
    solution = reference("rnn_bptt")
    *args, dh = draw(1, *sizes)
    rnn = torch.nn.RNN(sizes[2], sizes[3], batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(torch.tensor(args[2].T))
        rnn.weight_hh_l0.copy_(torch.tensor(args[3].T))
        rnn.bias_ih_l0.copy_(torch.tensor(args[4]))
        rnn.bias_hh_l0.zero_()
    x, h0 = (torch.tensor(a, requires_grad=True) for a in args[:2])
    expected, _ = rnn(x, h0[None])
    leaves = (x, h0, rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0)
    grads = [g.numpy() for g in torch.autograd.grad(expected, leaves, torch.tensor(dh))]
    grads[2:4] = grads[2].T, grads[3].T
    h, cache = solution.rnn_forward(*args)
    np.testing.assert_allclose(h, expected.detach().numpy(), rtol=1e-10, atol=1e-12)
    got = solution.rnn_backward(dh, cache)
    for name, other in zip(NAMES, grads, strict=True):
        np.testing.assert_allclose(got[name], other, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("k", [1, 2, 3, 4, 7, 8, 20])
def test_truncation_agrees_with_detached_states(reference, k):
    """Truncated gradients agree with autograd where the state is detached at the start of each chunk."""
    solution = reference("rnn_bptt")
    *args, dh = draw(2, 3, 8, 2, 4)
    x, h0, Wx, Wh, b = leaves = [torch.tensor(a, requires_grad=True) for a in args]
    state, loss = h0, 0.0
    for t in range(8):
        if t and t % k == 0:
            state = state.detach()
        state = torch.tanh(x[:, t] @ Wx + state @ Wh + b)
        loss = loss + (state * torch.tensor(dh[:, t])).sum()
    grads = torch.autograd.grad(loss, leaves)
    got = solution.truncated_rnn_backward(dh, solution.rnn_forward(*args)[1], k)
    for name, other in zip(NAMES, grads, strict=True):
        np.testing.assert_allclose(got[name], other.numpy(), rtol=1e-9, atol=1e-11)
