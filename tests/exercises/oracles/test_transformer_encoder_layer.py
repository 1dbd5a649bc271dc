"""The reference of transformer_encoder_layer against torch.nn.TransformerEncoderLayer."""

from __future__ import annotations

import pytest
import torch

from tests.support.references import References


@pytest.mark.parametrize("activation", ["relu", "gelu"])
@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("padded", [False, True])
def test_agrees_with_torch(reference: References, padded: bool, norm_first: bool, activation: str) -> None:
    """Outputs of tokens and gradients are those of the module in evaluation mode."""
    torch.manual_seed(0)
    layer = torch.nn.TransformerEncoderLayer(
        12,
        3,
        20,
        activation=activation,
        layer_norm_eps=1e-3,
        batch_first=True,
        norm_first=norm_first,
        dtype=torch.float64,
    )
    layer.eval()
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter += 0.1 * torch.randn_like(parameter)
    x = torch.randn(4, 5, 12, dtype=torch.float64, requires_grad=True)
    pad = torch.rand(4, 5) < 0.3 if padded else None
    keep = torch.ones(4, 5, dtype=torch.bool) if pad is None else ~pad
    wanted = layer(x, src_key_padding_mask=pad)[keep]
    got = reference("transformer_encoder_layer").encoder_layer(
        x, layer.state_dict(), 3, norm_first, activation, pad, 1e-3
    )[keep]
    torch.testing.assert_close(got, wanted)
    cotangent = torch.randn_like(wanted)
    slopes = [torch.autograd.grad(y, x, cotangent, retain_graph=True)[0] for y in (got, wanted)]
    torch.testing.assert_close(*slopes)
