"""Scaled dot-product attention against torch's own function, and against a float64 loop where torch differs."""

import math

import pytest
import torch
from torch import Tensor

from tests.support.references import References


def inputs(generator: torch.Generator, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor, Tensor]:
    """Random queries, keys and values of random sizes."""
    n_queries, n_keys, d, dv = (int(n) for n in torch.randint(1, 7, (4,), generator=generator))
    q = torch.randn(2, 3, n_queries, d, generator=generator, dtype=torch.float64)
    k = torch.randn(2, 3, n_keys, d, generator=generator, dtype=torch.float64)
    v = torch.randn(2, 3, n_keys, dv, generator=generator, dtype=torch.float64)
    return q.to(dtype), k.to(dtype), v.to(dtype)


@pytest.mark.parametrize("seed", range(20))
def test_output_equals_torch_with_an_explicit_mask(reference: References, seed: int) -> None:
    """Outputs agree with torch once the bottom-right causal rule is spelled out as a mask."""
    generator = torch.Generator().manual_seed(seed)
    q, k, v = inputs(generator)
    n_queries, n_keys = q.shape[-2], k.shape[-2]
    mask = torch.rand(2, 1, n_queries, n_keys, generator=generator) > 0.4
    past = torch.arange(n_keys) <= torch.arange(n_queries)[:, None] + n_keys - n_queries
    for causal in (False, True):
        allowed = mask & past if causal else mask
        got, _ = reference("scaled_dot_product_attention").attention(q, k, v, mask=mask, causal=causal)

        expected = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=allowed)
        rows = allowed.any(-1, keepdim=True)  # old releases of torch answer NaN for the other rows
        torch.testing.assert_close(torch.where(rows, got, 0.0), torch.where(rows, expected, 0.0))
        torch.testing.assert_close(torch.where(rows, 0.0, got), torch.zeros_like(got))


@pytest.mark.parametrize("seed", range(10))
def test_gradients_equal_torch(reference: References, seed: int) -> None:
    """Gradients with respect to queries, keys and values agree with torch without a mask."""
    generator = torch.Generator().manual_seed(seed)
    leaves = [x.requires_grad_() for x in inputs(generator)]
    ours = torch.autograd.grad(
        reference("scaled_dot_product_attention").attention(*leaves, scale=0.7)[0].square().sum(), leaves
    )
    theirs = torch.nn.functional.scaled_dot_product_attention(*leaves, scale=0.7)

    expected = torch.autograd.grad(theirs.square().sum(), leaves)
    torch.testing.assert_close(ours, expected)


@pytest.mark.parametrize("seed", range(10))
def test_weights_equal_a_loop(reference: References, seed: int) -> None:
    """Weights agree with the exponentials of single scores, summed in exact arithmetic order by `math.fsum`."""
    generator = torch.Generator().manual_seed(seed)
    q, k, v = inputs(generator)
    _, weights = reference("scaled_dot_product_attention").attention(q, k, v, causal=True)
    n_queries, n_keys = q.shape[-2], k.shape[-2]
    expected = torch.zeros_like(weights)
    for b in range(2):
        for h in range(3):
            for i in range(n_queries):
                seen = range(max(0, i + 1 + n_keys - n_queries))
                raw = [math.exp(float(q[b, h, i] @ k[b, h, j]) / math.sqrt(q.shape[-1])) for j in seen]
                for j in seen:
                    expected[b, h, i, j] = raw[j] / math.fsum(raw)

    torch.testing.assert_close(weights, expected)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_rounded_float32(reference: References, dtype: torch.dtype) -> None:
    """Half-precision results are the float32 results rounded once."""
    solution = reference("scaled_dot_product_attention")
    q, k, v = inputs(torch.Generator().manual_seed(0), dtype)
    got = solution.attention(q, k, v)

    expected = tuple(x.to(dtype) for x in solution.attention(q.float(), k.float(), v.float()))
    torch.testing.assert_close(got, expected, rtol=0.0, atol=0.0)
