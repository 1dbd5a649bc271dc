"""The reference of residual_block against torch's own folding, and the block against its folded self."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_conv_bn_weights

from tests.support.references import References


def shaken(module: nn.Module) -> nn.Module:
    """Give every parameter and statistic a random value."""
    for name, value in [*module.named_parameters(), *module.named_buffers()]:
        if value.is_floating_point():
            nn.init.uniform_(value, 0.5, 2.0) if "var" in name else nn.init.normal_(value, std=0.5)
    return module.double().eval()


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("groups", [1, 2])
def test_folding_agrees_with_torch(reference: References, bias: bool, groups: int) -> None:
    """Kernels and biases are those of `fuse_conv_bn_weights`."""
    torch.manual_seed(groups)
    conv, norm = shaken(nn.Conv2d(4, 6, 3, bias=bias, groups=groups)), shaken(nn.BatchNorm2d(6, eps=1e-3))
    args = (conv.weight, conv.bias, norm.weight, norm.bias, norm.running_mean, norm.running_var, norm.eps)
    got = reference("residual_block").fold_conv_bn(*args)
    expected = fuse_conv_bn_weights(*args[:2], *args[4:], *args[2:4])
    torch.testing.assert_close(got, expected)


@pytest.mark.parametrize(("c_in", "c_out", "stride"), [(4, 4, 1), (4, 6, 1), (4, 4, 2), (3, 5, 2)])
def test_block_agrees_with_fused_layers(reference: References, c_in: int, c_out: int, stride: int) -> None:
    """In evaluation the block equals three fused convolutions, put together by hand."""
    torch.manual_seed(stride)
    block = shaken(reference("residual_block").BasicBlock(c_in, c_out, stride))
    x = torch.randn(2, c_in, 9, 9, dtype=torch.float64)
    y = fuse_conv_bn_eval(block.conv2, block.bn2)(fuse_conv_bn_eval(block.conv1, block.bn1)(x).relu())
    short = x if block.downsample is None else fuse_conv_bn_eval(*block.downsample)(x)
    torch.testing.assert_close(block(x), torch.relu(y + short))
