"""The reference of flash_attention against torch's attention and logsumexp."""

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from tests.support.references import References


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize(("tq", "tk"), [(1, 1), (5, 5), (33, 70), (1, 64), (100, 100)])
@pytest.mark.parametrize(("block_q", "block_k"), [(64, 64), (7, 16), (32, 5)])
def test_equals_torch(reference: References, causal: bool, tq: int, tk: int, block_q: int, block_k: int) -> None:
    """Results and logarithms agree for several lengths and blocks."""
    generator = torch.Generator().manual_seed(tq + tk)
    q = 3 * torch.randn(2, 3, tq, 8, generator=generator, dtype=torch.float64)
    k, v = torch.randn(2, 2, 3, tk, 8, generator=generator, dtype=torch.float64)
    visible = torch.ones(tq, tk, dtype=torch.bool)
    if causal:
        visible = visible.tril(tk - tq)

    out, lse = reference("flash_attention").flash_attention(q, k, v, block_q, block_k, causal)
    torch.testing.assert_close(out, scaled_dot_product_attention(q, k, v, attn_mask=visible))
    scores = (q @ k.mT / 8**0.5).masked_fill(~visible, -torch.inf)
    torch.testing.assert_close(lse, torch.logsumexp(scores, -1))


@pytest.mark.parametrize("seed", range(5))
def test_merged_shards_equal_torch(reference: References, seed: int) -> None:
    """Shards of keys, merged one after another in random order, give torch's attention over all keys."""
    solution = reference("flash_attention")
    generator = torch.Generator().manual_seed(seed)
    q = 3 * torch.randn(1, 2, 6, 4, generator=generator)
    k, v = torch.randn(2, 1, 2, 40, 4, generator=generator)
    shards = torch.randperm(40, generator=generator).split([1, 19, 13, 7])
    out, lse = torch.zeros_like(q), torch.full((1, 2, 6), -torch.inf)
    for shard in shards:
        part = solution.flash_attention(q, k[:, :, shard], v[:, :, shard], 4, 8)
        out, lse = solution.merge_partials(out, lse, *part)

    torch.testing.assert_close(out, scaled_dot_product_attention(q, k, v), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(lse, torch.logsumexp(q @ k.mT / 2, -1), rtol=1e-4, atol=1e-5)
