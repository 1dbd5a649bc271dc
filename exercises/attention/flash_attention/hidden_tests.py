"""Hidden tests of flash_attention."""

import math
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from grader.testing import (
    assert_close,
    assert_dtype,
    assert_raises,
    assert_shape,
    memory,
    speed,
)

INF = math.inf


def normal(seed, *shape, dtype=torch.float64):
    """Standard normal tensor from a seed or a generator."""
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape)).to(dtype)


def draw(seed, batch, heads, tq, tk, d, dtype=torch.float64):
    """Random queries, keys and values."""
    rng = np.random.default_rng(seed)
    return tuple(normal(rng, batch, heads, t, d, dtype=dtype) for t in (tq, tk, tk))


def column(*values, dtype=torch.float32):
    """One head of width one."""
    return torch.tensor(values, dtype=dtype).reshape(1, 1, -1, 1)


def attend(candidate, q, k, v, *args, **options):
    """Result of the candidate, once it has the right shapes."""
    out, lse = candidate.flash_attention(q, k, v, *args, **options)
    assert_shape(out, tuple(q.shape))
    assert_shape(lse, tuple(q.shape[:3]))
    return out, lse


def spec(q, k, v, causal=False):
    """Attend with one query at a time, in float64."""
    q, k, v = q.double(), k.double(), v.double()
    tq, tk = q.shape[2], k.shape[2]
    out, lse = torch.zeros_like(q), torch.full(q.shape[:3], -INF, dtype=torch.float64)
    for i in range(tq):
        n = max(i + tk - tq + 1, 0) if causal else tk
        if n:
            scores = (k[:, :, :n] * q[:, :, i : i + 1]).sum(-1) / math.sqrt(q.shape[-1])
            lse[:, :, i] = scores.logsumexp(-1)
            out[:, :, i] = (torch.exp(scores - lse[:, :, i, None])[..., None] * v[:, :, :n]).sum(2)
    return out, lse


def attend_in_kind(candidate, q, k, v, *args, **options):
    """Result of the candidate, once it has the right shapes and dtypes."""
    out, lse = attend(candidate, q, k, v, *args, **options)
    assert_dtype(out, q.dtype)
    assert_dtype(lse, torch.float64 if q.dtype == torch.float64 else torch.float32)
    return out, lse


def near(got, expected):
    """Compare in single precision."""
    assert_close(got, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("block_k", [1, 2, 64])
def test_two_keys_by_hand(candidate, block_k):
    """Scores 0 and log 3 give weights 1/4 and 3/4, in one tile or two, whichever comes first."""
    q, k, v = column(1.0), column(0.0, math.log(3.0)), column(4.0, 8.0)
    for order in ([0, 1], [1, 0]):
        out, lse = attend(candidate, q, k[:, :, order], v[:, :, order], block_k=block_k)
        assert_close(out, column(7.0))
        assert_close(lse, torch.tensor([[[math.log(4.0)]]]))


def test_scale_by_hand(candidate):
    """Scores are divided by the root of the width."""
    q, k = 2 * torch.ones(1, 1, 1, 4), torch.stack([torch.ones(4), torch.zeros(4)]).reshape(1, 1, 2, 4)
    out, lse = attend(candidate, q, k, k)
    assert_close(lse, torch.tensor([[[math.log(1 + math.exp(4.0))]]]))
    assert_close(out, torch.full((1, 1, 1, 4), 1 / (1 + math.exp(-4.0))))


@given(
    tq=st.integers(1, 6),
    prefix=st.integers(0, 4),
    d=st.integers(1, 3),
    block_q=st.integers(1, 7),
    block_k=st.integers(1, 7),
    causal=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_matches_definition(candidate, tq, prefix, d, block_q, block_k, causal, seed):
    """Both results follow the definition for all lengths and blocks, causal or not."""
    q, k, v = draw(seed, 2, 2, tq, tq + prefix, d)
    q = 5 * q
    near(attend(candidate, q, k, v, block_q, block_k, causal), spec(q, k, v, causal))


@pytest.mark.parametrize("causal", [False, True])
def test_many_tiles(candidate, rng, causal):
    """Lengths that the default blocks do not divide agree with the definition."""
    q, k, v = draw(rng, 1, 2, 70, 150, 3, dtype=torch.float32)
    near(attend(candidate, q, k, v, causal=causal), spec(q, k, v, causal))


def test_rising_and_falling_scores(candidate):
    """Sums so far are scaled down when a greater score turns up, and stay when none does."""
    k = column(0.0, 1.0, 2.0, 3.0, 2.5, -1.0, 9.0, 8.0, dtype=torch.float64)
    v = column(*range(8), dtype=torch.float64)
    for keys in (k, k.flip(2), k * 300, k * -300):
        q = column(1.0, dtype=torch.float64)
        for block in (1, 2, 3):
            near(attend(candidate, q, keys, v, block_k=block), spec(q, keys, v))


def test_scores_in_the_thousands(candidate):
    """Scores far beyond what can be exponentiated neither overflow nor vanish, whatever their sign."""
    q = column(1.0)
    for base in (1e3, -1e3, 5e3, -5e3):
        k = column(base, base + 1, base - 3, base + 1)
        v = column(1.0, 2.0, 3.0, 6.0)
        for block in (1, 2, 4):
            assert_close(attend(candidate, q, k, v, block_k=block), spec(q, k, v), rtol=1e-3, atol=0.0)


@pytest.mark.parametrize(("block_q", "block_k"), [(1, 1), (2, 2), (2, 1), (1, 2), (3, 2), (64, 64)])
def test_causal_by_hand(candidate, block_q, block_k):
    """With equal scores, each query gets the mean of the values up to its own."""
    q = torch.zeros(1, 1, 4, 1)
    out, lse = attend(candidate, q, q, column(1.0, 3.0, 8.0, 0.0), block_q, block_k, causal=True)
    assert_close(out, column(1.0, 2.0, 4.0, 3.0))
    assert_close(lse, torch.tensor([[[1.0, 2.0, 3.0, 4.0]]]).log())


def test_causal_with_fewer_queries(candidate):
    """With fewer queries than keys, the last query sees all keys."""
    q, k, v = torch.zeros(1, 1, 2, 1), torch.zeros(1, 1, 4, 1), column(1.0, 3.0, 8.0, 0.0)
    for block in (1, 2, 3, 8):
        out, lse = attend(candidate, q, k, v, block, block, causal=True)
        assert_close(out, column(4.0, 3.0))
        assert_close(lse, torch.tensor([[[3.0, 4.0]]]).log())
        out, _ = attend(candidate, q[:, :, :1], k, v, block, block, causal=True)
        assert_close(out, column(3.0))


def test_merge_by_hand(candidate):
    """Results count in proportion to their sums: 3 to 1 here."""
    lse = torch.tensor([[[math.log(3.0)]]])
    for first, second in (((column(1.0), lse), (column(5.0), 0 * lse)), ((column(5.0), 0 * lse), (column(1.0), lse))):
        out, total = candidate.merge_partials(*first, *second)
        assert_close(out, column(2.0))
        assert_close(total, torch.tensor([[[math.log(4.0)]]]))


@given(sizes=st.tuples(*[st.integers(1, 3)] * 3), d=st.integers(1, 3), seed=st.integers(0, 2**32 - 1))
def test_merge_of_parts_is_the_whole(candidate, sizes, d, seed):
    """Attention over three sets of keys, merged in any grouping, is attention over all of them."""
    q, k, v = draw(seed, 2, 1, 3, sum(sizes), d)
    q = 5 * q
    parts = [spec(q, keys, values) for keys, values in zip(k.split(sizes, 2), v.split(sizes, 2), strict=True)]
    a, b, c = parts
    merge = candidate.merge_partials
    expected = spec(q, k, v)
    near(merge(*merge(*a, *b), *c), expected)
    near(merge(*a, *merge(*b, *c)), expected)
    near(merge(*c, *merge(*b, *a)), expected)


def test_merge_of_own_parts(candidate):
    """Keys dealt out to two calls of flash_attention and merged give the result of one call."""
    q, k, v = draw(7, 2, 2, 3, 7, 2, dtype=torch.float32)
    parts = [candidate.flash_attention(q, k[:, :, i::2], v[:, :, i::2], 2, 2) for i in range(2)]
    assert_close(candidate.merge_partials(*parts[0], *parts[1]), spec(q, k, v), rtol=1e-4, atol=1e-5)


def test_merge_of_large_logarithms(candidate):
    """Logarithms in the thousands do not overflow, whatever their sign."""
    one = column(1.0, dtype=torch.float64)
    for base in (5000.0, -5000.0):
        lse = torch.full((1, 1, 1), base, dtype=torch.float64)
        out, total = candidate.merge_partials(one, lse + 1, 2 * one, lse)
        near(out, (2 - 1 / (1 + math.exp(-1.0))) * one)
        near(total, lse + 1 + math.log1p(math.exp(-1.0)))
        out, total = candidate.merge_partials(one, lse, 2 * one, -lse)
        near(out, one if base > 0 else 2 * one)
        near(total, torch.full((1, 1, 1), 5000.0, dtype=torch.float64))


@pytest.mark.fine
@given(
    tq=st.integers(1, 6),
    tk=st.integers(0, 6),
    d=st.integers(1, 3),
    block_q=st.integers(1, 7),
    block_k=st.integers(1, 7),
    causal=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_lengths_in_float64(candidate, tq, tk, d, block_q, block_k, causal, seed):
    """float64 is computed in float64, for any lengths, also where queries see nothing."""
    q, k, v = draw(seed, 2, 2, tq, tk, d)
    q = 5 * q
    assert_close(attend_in_kind(candidate, q, k, v, block_q, block_k, causal), spec(q, k, v, causal))


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_huge_scores(candidate, dtype):
    """Scores up to a million are exact to the digits of the dtype, and those of 1e30 do not overflow."""
    q = column(1.0, dtype=dtype)
    size, rtol = (1e3, 1e-3) if dtype == torch.float32 else (1e6, 1e-8)
    for base in (size, -size, 0.0):
        k = column(base, base + 1, base - 3, base + 1, dtype=dtype)
        v = column(1.0, 2.0, 3.0, 6.0, dtype=dtype)
        for block in (1, 2, 4):
            assert_close(attend(candidate, q, k, v, block_k=block), spec(q, k, v), rtol=rtol, atol=0.0)
    out, lse = attend(candidate, q, column(-1e30, 1e30, dtype=dtype), column(1.0, 2.0, dtype=dtype), block_k=1)
    assert_close(out, column(2.0))
    assert_close(lse[0, 0, 0] / 1e30, torch.tensor(1.0), rtol=1e-6, atol=0.0)
    for low in (-1e10, -1e30):
        out, lse = attend(candidate, q, column(low, low, dtype=dtype), column(1.0, 3.0, dtype=dtype), block_k=1)
        assert_close(out, column(2.0))
        assert_close(lse[0, 0, 0] / low, torch.tensor(1.0), rtol=1e-6, atol=0.0)


@pytest.mark.fine
def test_queries_that_see_nothing(candidate):
    """With more queries than keys, the first ones see no key: out is 0 and lse is -inf."""
    q, k, v = torch.zeros(1, 1, 5, 1), torch.zeros(1, 1, 2, 1), column(1.0, 3.0)
    for block_q, block_k in ((1, 1), (2, 1), (4, 2), (8, 8)):
        out, lse = attend(candidate, q, k, v, block_q, block_k, causal=True)
        assert_close(out, column(0.0, 0.0, 0.0, 1.0, 2.0))
        assert_close(lse, torch.tensor([[[-INF, -INF, -INF, 0.0, math.log(2.0)]]]))


@pytest.mark.fine
def test_no_keys(candidate):
    """Without any keys, out is 0 and lse is -inf."""
    q, k, _ = draw(0, 1, 2, 3, 0, 2)
    for causal in (False, True):
        out, lse = attend(candidate, q, k, k, causal=causal)
        assert_close(out, torch.zeros(1, 2, 3, 2))
        assert_close(lse, torch.full((1, 2, 3), -INF))


@pytest.mark.fine
@pytest.mark.parametrize(
    ("tq", "tk", "block_q", "block_k", "rows", "seen"),
    [(8, 8, 2, 2, 4, 4), (8, 8, 4, 2, 4, 4), (8, 8, 2, 4, 4, 4), (4, 9, 2, 3, 2, 9), (4, 7, 1, 3, 3, 6), (6, 3, 3, 1, 3, 0), (5, 5, 1, 1, 2, 2)],
)  # fmt: skip
def test_hidden_tiles_are_skipped(candidate, tq, tk, block_q, block_k, rows, seen):
    """A tile that is hidden from all its queries is not read: NaN in it does no harm."""
    q, k, v = draw(1, 1, 2, tq, tk, 3)
    expected = spec(q, k, v, causal=True)
    k[:, :, seen:], v[:, :, seen:] = math.nan, math.nan
    out, lse = attend(candidate, q, k, v, block_q, block_k, causal=True)
    assert_close((out[:, :, :rows], lse[:, :, :rows]), (expected[0][:, :, :rows], expected[1][:, :, :rows]))


@pytest.mark.fine
def test_default_blocks(candidate):
    """By default, tiles have 64 queries and 64 keys."""
    q, k, v = draw(12, 1, 1, 70, 70, 2)
    expected = spec(q, k, v, causal=True)
    k[:, :, 64:], v[:, :, 64:] = math.nan, math.nan
    out, lse = attend(candidate, q, k, v, causal=True)
    assert_close((out[:, :, :64], lse[:, :, :64]), (expected[0][:, :, :64], expected[1][:, :, :64]))


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_half_precision(candidate, dtype):
    """Half precision is computed in float32, so that only the final rounding shows."""
    q, k, v = draw(2, 1, 2, 5, 40, 8, dtype=dtype)
    out, lse = attend_in_kind(candidate, q, k, v, 2, 8, causal=True)
    expected, expected_lse = spec(q, k, v, causal=True)
    assert_close(lse, expected_lse, rtol=1e-5, atol=1e-5)
    eps = torch.finfo(dtype).eps
    assert_close(out.double(), expected, rtol=0.51 * eps, atol=1e-4 * eps + 1e-6)


@pytest.mark.fine
def test_long_sums_in_half_precision(candidate):
    """Sums over thousands of keys, and scores beyond the greatest half, are exact enough in float32."""
    q, k = torch.ones(1, 1, 1, 1).half(), torch.zeros(1, 1, 5000, 1).half()
    out, lse = attend_in_kind(candidate, q, k, torch.full_like(k, 0.5), block_k=1000)
    assert_close(out.float(), column(0.5), rtol=1e-3, atol=0.0)
    assert_close(lse, torch.tensor([[[math.log(5000.0)]]]), rtol=1e-5, atol=0.0)
    k = column(300.0, 299.0, dtype=torch.float16)
    out, lse = attend_in_kind(candidate, 300 * q, k, column(1.0, 2.0, dtype=torch.float16))
    assert_close(lse, torch.tensor([[[90000.0]]]))
    assert_close(out.float(), column(1.0))


@pytest.mark.fine
def test_strided_views(candidate):
    """Views as head splitting makes them are read correctly."""
    q, k = normal(3, 2, 5, 3, 2).transpose(1, 2), normal(4, 2, 7, 3, 4).transpose(1, 2)[..., ::2]
    v = normal(5, 2, 3, 2, 14).mT[:, :, ::2]
    for causal in (False, True):
        assert_close(attend(candidate, q, k, v, 2, 3, causal), spec(q, k, v, causal))


@pytest.mark.fine
@pytest.mark.parametrize(("block_q", "block_k"), [(0, 4), (4, 0), (-1, 4), (4, -1)])
def test_bad_blocks(candidate, block_q, block_k):
    """A block size less than 1 raises ValueError."""
    with assert_raises(ValueError):
        candidate.flash_attention(*draw(6, 1, 1, 2, 2, 1), block_q, block_k)


@pytest.mark.fine
def test_merge_with_nothing(candidate):
    """A part without keys changes nothing, and two of them give 0 and -inf."""
    out, lse = normal(8, 1, 2, 3, 2), normal(9, 1, 2, 3)
    zero, nothing = torch.zeros_like(out), torch.full_like(lse, -INF)
    assert_close(candidate.merge_partials(out, lse, zero, nothing), (out, lse))
    assert_close(candidate.merge_partials(zero, nothing, out, lse), (out, lse))
    assert_close(candidate.merge_partials(zero, nothing, zero, nothing), (zero, nothing))


@pytest.mark.fine
def test_merge_keeps_dtypes(candidate):
    """Results of merging have the dtypes of what was merged."""
    for dtype in (torch.float32, torch.float64):
        one, lse = column(1.0, dtype=dtype), torch.zeros(1, 1, 1, dtype=dtype)
        out, total = candidate.merge_partials(one, lse, 3 * one, lse)
        assert_close(out, 2 * one, check_dtype=True)
        assert_close(total, lse + math.log(2.0), check_dtype=True)


@pytest.mark.fine
def test_merge_in_half_precision(candidate):
    """Halves are merged in float32, come back as halves, and leave the logarithms alone."""
    out, lse = normal(10, 2, 1, 2, 50, 3).half(), normal(11, 2, 1, 2, 50, dtype=torch.float32)
    got, total = candidate.merge_partials(out[0], lse[0], out[1], lse[1])
    assert_dtype(got, torch.float16)
    assert_dtype(total, torch.float32)
    share = torch.sigmoid(lse[0].double() - lse[1].double())[..., None]
    assert_close(got.double(), share * out[0].double() + (1 - share) * out[1].double(), rtol=5.1e-4, atol=1e-6)


@pytest.mark.scale
def test_memory(candidate, reference, rng):
    """Long sequences take no memory for all scores: 24 MiB are enough for 4096 queries and keys."""

    def prepare(subject, rng):
        q, k, v = draw(rng, 1, 1, 4096, 4096, 8, dtype=torch.float32)
        subject.flash_attention(q[:, :, :9], k[:, :, :9], v[:, :, :9])
        return lambda: subject.flash_attention(q, k, v, 256, 256)

    memory(candidate, reference, prepare, rng, limit=1.5)


@pytest.mark.scale
def test_speed(candidate, reference, rng):
    """Tiles are worked on as a whole, not query by query or key by key."""

    def prepare(subject, rng):
        q, k, v = draw(rng, 1, 2, 512, 512, 32, dtype=torch.float32)
        return lambda: subject.flash_attention(q, k, v, 128, 128, True)

    speed(candidate, reference, prepare, rng, limit=10)
