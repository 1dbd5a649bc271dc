"""The reference of lstm_gru against torch.nn.LSTM and GRU with packed sequences."""

import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def draw(seed, layer, B, T, D, H):
    torch.manual_seed(seed)
    theirs = layer(D, H, batch_first=True, dtype=torch.float64)
    weights = [theirs.weight_ih_l0, theirs.weight_hh_l0, theirs.bias_ih_l0, theirs.bias_hh_l0]
    states = [torch.randn(B, H, dtype=torch.float64, requires_grad=True) for _ in range(2)]
    return theirs, weights, states, torch.randn(B, T, D, dtype=torch.float64, requires_grad=True)


@pytest.mark.parametrize("layer", [torch.nn.LSTM, torch.nn.GRU])
@pytest.mark.parametrize("lengths", [[6], [3, 6, 1], [6, 6, 6, 6], [1, 2, 3, 4, 5, 6]])
def test_results_and_gradients_agree_with_torch(reference, layer, lengths):
    """Outputs, last states and gradients agree with packed sequences."""
    solution = reference("lstm_gru")
    theirs, weights, states, x = draw(len(lengths), layer, len(lengths), 6, 3, 4)
    packed = pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
    if layer is torch.nn.LSTM:
        out, ends = theirs(packed, tuple(s[None] for s in states))
        got = solution.lstm(x, torch.tensor(lengths), *states, *weights)
    else:
        states = states[:1]
        out, ends = theirs(packed, states[0][None])
        ends = (ends,)
        got = solution.gru(x, torch.tensor(lengths), *states, *weights)
    expected = (pad_packed_sequence(out, batch_first=True, total_length=6)[0], *(end[0] for end in ends))
    cotangents = [torch.randn_like(part) for part in expected]
    grads = [
        torch.autograd.grad(parts, (x, *states, *weights), cotangents, retain_graph=True) for parts in (got, expected)
    ]
    torch.testing.assert_close(tuple(got), expected)
    torch.testing.assert_close(grads[0], grads[1])


@pytest.mark.parametrize("layer", [torch.nn.LSTM, torch.nn.GRU])
def test_gradcheck(reference, layer):
    """Finite differences confirm the gradients, rows without steps included."""
    solution = reference("lstm_gru")
    _, weights, states, x = draw(9, layer, 3, 3, 2, 2)
    f, states = (solution.lstm, states) if layer is torch.nn.LSTM else (solution.gru, states[:1])
    lengths = torch.tensor([3, 0, 1])
    assert torch.autograd.gradcheck(lambda x, *rest: f(x, lengths, *rest), (x, *states, *weights))
