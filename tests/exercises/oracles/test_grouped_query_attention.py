"""Grouped-query attention against torch's own kernel, and the size of the cache against real tensors."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from tests.support.references import References


def draw(seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """Queries, keys and values of random sizes."""
    rng = np.random.default_rng(seed)
    batch, n_kv, group, tq, tk, d = (int(n) for n in rng.integers(1, 6, 6))
    q = torch.from_numpy(rng.normal(size=(batch, n_kv * group, tq, d)))
    k, v = (torch.from_numpy(rng.normal(size=(batch, n_kv, tk, d))) for _ in range(2))
    return q, k, v


@pytest.mark.parametrize("seed", range(20))
def test_equals_torch(reference: References, seed: int) -> None:
    """Without a mask the result agrees with torch's grouped kernel and with repeated heads."""
    q, k, v = draw(seed)
    group = q.shape[1] // k.shape[1]
    got = reference("grouped_query_attention").gqa(q, k, v)
    torch.testing.assert_close(got, scaled_dot_product_attention(q, k, v, enable_gqa=True))
    wide = (x.repeat_interleave(group, dim=1) for x in (k, v))
    torch.testing.assert_close(got, scaled_dot_product_attention(q, *wide))


@pytest.mark.parametrize("seed", range(20))
def test_masks_equal_torch(reference: References, seed: int) -> None:
    """Masks for each head, with at least one key for each query, agree as well, and so do gradients."""
    q, k, v = (x.requires_grad_() for x in draw(seed))
    group = q.shape[1] // k.shape[1]
    generator = torch.Generator().manual_seed(seed)
    mask = torch.rand((*q.shape[:3], k.shape[2]), generator=generator) > 0.5
    mask[..., 0] = True
    got = reference("grouped_query_attention").gqa(q, k, v, mask)
    expected = scaled_dot_product_attention(q, *(x.repeat_interleave(group, dim=1) for x in (k, v)), attn_mask=mask)
    torch.testing.assert_close(got, expected)
    ours = torch.autograd.grad(got.square().sum(), (q, k, v))
    theirs = torch.autograd.grad(expected.square().sum(), (q, k, v))
    torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("seed", range(10))
def test_pooling_is_an_average_over_heads(reference: References, seed: int) -> None:
    """Pooled weights are what avg_pool1d makes of the heads, for each row and column."""
    rng = np.random.default_rng(seed)
    n_kv, group, width, d = (int(n) for n in rng.integers(1, 6, 4))
    w = torch.from_numpy(rng.normal(size=(n_kv * group * width, d)))
    heads = w.reshape(n_kv * group, width * d).T[None]
    expected = nn.functional.avg_pool1d(heads, group)[0].T.reshape(n_kv * width, d)
    torch.testing.assert_close(reference("grouped_query_attention").mha_to_gqa(w, n_kv * group, n_kv), expected)


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.int8])
def test_cache_size_is_that_of_tensors(reference: References, dtype: torch.dtype) -> None:
    """The cache is as large as tensors that hold it."""
    cache = [torch.empty(2, 3, 4, 5, 6, dtype=dtype) for _ in ("keys", "values")]
    size = sum(part.numel() * part.element_size() for part in cache)
    assert reference("grouped_query_attention").kv_cache_bytes(2, 4, 6, 5, 3, dtype.itemsize) == size
