"""The reference of conv_arithmetic against torch: shapes, gradients and a convolution that was a linear layer."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from tests.support.references import References


@pytest.mark.parametrize("seed", range(20))
def test_sizes_and_fields_agree_with_torch(reference: References, seed: int) -> None:
    """Outputs have the length that torch gives; a field is where torch's gradient is not zero."""
    solution, rng = reference("conv_arithmetic"), np.random.default_rng(seed)
    layers = [tuple(rng.integers((1, 1, 0, 1), (5, 4, 3, 4)).tolist()) for _ in range(3)]
    net = nn.Sequential(*(nn.Conv1d(1, 1, k, s, p, d) for k, s, p, d in layers)).double()
    for parameter in net.parameters():
        nn.init.uniform_(parameter, 0.5, 1.0)
    n = 400
    x = torch.ones(1, 1, n, dtype=torch.float64, requires_grad=True)
    y = net(x)
    length = n
    for layer in layers:
        length = solution.conv_out(length, *layer)
    assert length == y.shape[-1]
    size, jump, start = solution.receptive_field(layers)
    place = length // 2
    seen = torch.autograd.grad(y[0, 0, place], x)[0].flatten().nonzero()
    assert (seen.min().item(), seen.max().item()) == (
        start + place * jump - (size - 1) / 2,
        start + place * jump + (size - 1) / 2,
    )


@pytest.mark.parametrize(("k", "dilation"), [(1, 1), (3, 1), (5, 2), (4, 2), (7, 3)])
def test_same_padding_keeps_the_length(reference: References, k: int, dilation: int) -> None:
    """A torch layer with this padding keeps the length."""
    padding = reference("conv_arithmetic").same_padding(k, dilation)
    assert nn.Conv1d(1, 1, k, padding=padding, dilation=dilation)(torch.zeros(1, 1, 31)).shape[-1] == 31


def test_weights_agree_with_torch(reference: References) -> None:
    """A convolution has as many parameters as torch's; a linear layer gives a map of scores on a larger image."""
    solution = reference("conv_arithmetic")
    count = sum(p.numel() for p in nn.Conv2d(3, 8, 5).parameters())
    assert solution.layer_params("conv", 3, 8, 5, 9, 9) == count
    linear, x = nn.Linear(3 * 4 * 5, 7).double(), torch.randn(1, 3, 6, 6, dtype=torch.float64)
    kernels = torch.tensor(solution.fc_to_conv(linear.weight.detach().numpy(), 3, 4, 5))
    scores = nn.functional.conv2d(x, kernels, linear.bias)
    assert scores.shape == (1, 7, 3, 2)
    torch.testing.assert_close(scores[0, :, 2, 1], linear(x[0, :, 2:, 1:].flatten()))
