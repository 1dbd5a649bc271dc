"""Multi-head attention against torch.nn.MultiheadAttention with copied weights."""

import pytest
import torch
from torch import Tensor, nn

from tests.support.references import References


def twins(
    reference: References, seed: int, d_model: int, n_heads: int, *, bias: bool = True
) -> tuple[nn.Module, nn.MultiheadAttention]:
    """Our module and torch's, with equal random weights in float64."""
    generator = torch.Generator().manual_seed(seed)
    ours = reference("multi_head_attention").MultiHeadAttention(d_model, n_heads, bias=bias).double()
    theirs = nn.MultiheadAttention(d_model, n_heads, bias=bias, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        for parameter in ours.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator, dtype=torch.float64))
        inward = (ours.q_proj, ours.k_proj, ours.v_proj)
        theirs.in_proj_weight.copy_(torch.cat([layer.weight for layer in inward]))
        theirs.out_proj.weight.copy_(ours.o_proj.weight)
        if bias:
            theirs.in_proj_bias.copy_(torch.cat([layer.bias for layer in inward]))
            theirs.out_proj.bias.copy_(ours.o_proj.bias)
    return ours, theirs


def tokens(seed: int, *shape: int) -> Tensor:
    """Random tokens."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize(("d_model", "n_heads"), [(1, 1), (6, 1), (6, 2), (8, 8), (12, 3)])
@pytest.mark.parametrize("bias", [True, False])
def test_self_attention_equals_torch(reference: References, d_model: int, n_heads: int, bias: bool) -> None:
    """Self-attention without a mask agrees for several widths and numbers of heads."""
    ours, theirs = twins(reference, 0, d_model, n_heads, bias=bias)
    x = tokens(1, 3, 5, d_model)

    expected, _ = theirs(x, x, x, need_weights=False)
    torch.testing.assert_close(ours(x), expected)


@pytest.mark.parametrize("seed", range(5))
def test_cross_attention_with_padding_equals_torch(reference: References, seed: int) -> None:
    """Cross-attention agrees under a padding mask, which torch reads the other way round."""
    ours, theirs = twins(reference, seed, 8, 2)
    x, context = tokens(seed + 1, 3, 4, 8), tokens(seed + 2, 3, 6, 8)
    present = torch.arange(6) < torch.tensor([6, 3, 1])[:, None]

    expected, _ = theirs(x, context, context, key_padding_mask=~present, need_weights=False)
    torch.testing.assert_close(ours(x, context, mask=present[:, None, None]), expected)


@pytest.mark.parametrize("seed", range(5))
def test_masks_of_all_ranks_equal_torch(reference: References, seed: int) -> None:
    """Masks shared by all, for each item and for each head agree with torch's mask of shape (B h, Tq, Tk)."""
    ours, theirs = twins(reference, seed, 6, 3)
    x = tokens(seed + 1, 2, 5, 6)
    full = (tokens(seed + 2, 2, 3, 5, 5) > 0) | torch.eye(5, dtype=torch.bool)
    for mask, spread in ((full[0, 0], full[:1, :1]), (full[:, 0], full[:, :1]), (full, full)):
        hidden = ~spread.expand(2, 3, 5, 5).reshape(6, 5, 5)

        expected, _ = theirs(x, x, x, attn_mask=hidden, need_weights=False)
        torch.testing.assert_close(ours(x, mask=mask), expected)


def test_gradients_equal_torch(reference: References) -> None:
    """Gradients of the input and of all weights agree with torch."""
    ours, theirs = twins(reference, 7, 8, 4)
    x = tokens(8, 2, 5, 8).requires_grad_()
    (by_us,) = torch.autograd.grad(ours(x).square().sum(), x, retain_graph=True)
    (by_them,) = torch.autograd.grad(theirs(x, x, x, need_weights=False)[0].square().sum(), x)
    torch.testing.assert_close(by_us, by_them)

    ours(x).square().sum().backward()
    theirs(x, x, x, need_weights=False)[0].square().sum().backward()
    inward = torch.cat([layer.weight.grad for layer in (ours.q_proj, ours.k_proj, ours.v_proj)])
    torch.testing.assert_close(inward, theirs.in_proj_weight.grad)
    torch.testing.assert_close(ours.o_proj.weight.grad, theirs.out_proj.weight.grad)
