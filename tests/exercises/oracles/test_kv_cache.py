"""The cached attention of kv_cache against torch's attention over the whole sequence."""

import pytest
import torch
from torch import Tensor
from torch.nn.functional import linear, scaled_dot_product_attention

from tests.support.references import References


def whole(state: dict[str, Tensor], n_heads: int, x: Tensor) -> Tensor:
    """One pass over the sequence with torch's own attention."""
    parts = linear(x, state["qkv.weight"], state["qkv.bias"]).chunk(3, -1)
    q, k, v = (part.unflatten(-1, (n_heads, -1)).transpose(1, 2) for part in parts)
    merged = scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2)
    return linear(merged, state["proj.weight"], state["proj.bias"])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("d", "n_heads"), [(1, 1), (6, 3), (8, 1), (12, 4)])
def test_chunks_equal_torch(reference: References, seed: int, d: int, n_heads: int) -> None:
    """Random chunks, one pass without a cache and torch agree."""
    solution = reference("kv_cache")
    generator = torch.Generator().manual_seed(seed)
    module = solution.CachedSelfAttention(d, n_heads).double()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
    x = torch.randn(3, 12, d, generator=generator, dtype=torch.float64)
    cuts = sorted({0, 12, *torch.randint(1, 12, (4,), generator=generator).tolist()})
    cache = solution.KVCache(3, n_heads, 12, d // n_heads, torch.float64)

    with torch.no_grad():
        got = torch.cat([module(x[:, a:b], cache) for a, b in zip(cuts, cuts[1:], strict=False)], 1)
        expected = whole(module.state_dict(), n_heads, x)
        torch.testing.assert_close(got, expected)
        torch.testing.assert_close(module(x), expected)


@pytest.mark.parametrize("seed", range(5))
def test_cache_equals_concatenation(reference: References, seed: int) -> None:
    """Random appends, reorderings and truncations give what concatenated tensors hold."""
    generator = torch.Generator().manual_seed(seed)
    cache = reference("kv_cache").KVCache(3, 2, 40, 5)
    k = v = torch.zeros(3, 2, 0, 5)
    for _ in range(10):
        new = torch.randn(2, 3, 2, int(torch.randint(1, 5, (), generator=generator)), 5, generator=generator)
        k, v = torch.cat([k, new[0]], 2), torch.cat([v, new[1]], 2)
        torch.testing.assert_close(cache.append(*new), (k, v), rtol=0, atol=0)
        rows = torch.randint(3, (3,), generator=generator)
        cache.reorder(rows)
        length = int(torch.randint(k.shape[2] // 2, k.shape[2] + 1, (), generator=generator))
        cache.truncate(length)
        k, v = k[rows, :, :length], v[rows, :, :length]
        assert len(cache) == length
