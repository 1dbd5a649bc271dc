"""Hidden tests of grouped_query_attention."""

import math
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from grader.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_gradients,
    assert_raises,
    assert_shape,
    assert_that,
    gradients,
    memory,
    put,
    speed,
)


def normal(seed, *shape, dtype=torch.float64):
    """Standard normal tensor from a seed or a generator."""
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape)).to(dtype)


def draw(seed, batch, n_heads, n_kv, tq, tk, d, dtype=torch.float64):
    """Random queries, keys and values."""
    rng = np.random.default_rng(seed)
    kv = (batch, n_kv, tk, d)
    return normal(rng, batch, n_heads, tq, d, dtype=dtype), normal(rng, *kv, dtype=dtype), normal(rng, *kv, dtype=dtype)


def attend(candidate, q, k, v, *args, **options):
    """Result of the candidate, once it has the shape of the queries."""
    got = candidate.gqa(q, k, v, *args, **options)
    assert_that(isinstance(got, torch.Tensor), "is not a tensor")
    assert_shape(got, tuple(q.shape))
    return got


def spec(q, k, v, keep=None):
    """Attend with one query at a time; `keep` is (B, Hq, Tq, Tk)."""
    out = torch.zeros_like(q)
    n_batch, n_heads, n_queries, d = q.shape
    group = n_heads // k.shape[1]
    for b in range(n_batch):
        for h in range(n_heads):
            keys, values = k[b, h // group], v[b, h // group]
            for i in range(n_queries):
                seen = [j for j in range(len(keys)) if keep is None or keep[b, h, i, j]]
                if seen:
                    scores = torch.stack([q[b, h, i] @ keys[j] / math.sqrt(d) for j in seen])
                    out[b, h, i] = torch.exp(scores - scores.logsumexp(0)) @ values[seen]
    return out


def test_heads_by_hand(candidate):
    """Neighbouring query heads share keys and values: of six, the first three use head 0."""
    v = torch.tensor([1.0, 7.0]).reshape(1, 2, 1, 1)
    got = attend(candidate, torch.zeros(1, 6, 1, 1), torch.zeros(1, 2, 1, 1), v)
    assert_close(got.flatten(), torch.tensor([1.0, 1.0, 1.0, 7.0, 7.0, 7.0]))


def test_weights_by_hand(candidate):
    """Two query heads of width four against two shared keys give the weights worked out by hand."""
    q = torch.tensor([[2.0, 0.0, 0.0, 0.0], [0.0, 4.0, 0.0, 0.0]]).reshape(1, 2, 1, 4)
    k = torch.eye(4)[:2].reshape(1, 1, 2, 4)
    v = torch.tensor([[1.0, 0.0, 10.0, 0.0], [0.0, 1.0, 20.0, 0.0]]).reshape(1, 1, 2, 4)
    # Scores are (1, 0) for the first head and (0, 2) for the second.
    expected = torch.tensor([[0.7310586, 0.2689414, 12.689414, 0.0], [0.1192029, 0.8807971, 18.807971, 0.0]])
    assert_close(attend(candidate, q, k, v), expected.reshape(1, 2, 1, 4))


@given(
    batch=st.integers(1, 2),
    n_kv=st.integers(1, 3),
    group=st.integers(1, 3),
    tq=st.integers(1, 3),
    tk=st.integers(1, 3),
    d=st.integers(1, 3),
    seed=st.integers(0, 2**32 - 1),
)
def test_matches_definition(candidate, batch, n_kv, group, tq, tk, d, seed):
    """The result follows the definition for all numbers of heads, groups, queries and keys."""
    q, k, v = draw(seed, batch, n_kv * group, n_kv, tq, tk, d)
    assert_close(attend(candidate, q, k, v), spec(q, k, v))


@pytest.mark.parametrize("n_kv", [1, 4], ids=["multi-query", "multi-head"])
def test_extremes(candidate, n_kv):
    """One head of keys serves all queries, and as many heads as queries make ordinary attention."""
    q, k, v = draw(1, 2, 4, n_kv, 3, 5, 2)
    assert_close(attend(candidate, q, k, v), spec(q, k, v))


def test_mask_for_each_query_head(candidate):
    """Query heads that share keys may have different masks."""
    q, k, v = draw(3, 2, 4, 2, 2, 5, 3)
    mask = torch.zeros(2, 4, 2, 5, dtype=torch.bool)
    for b in range(2):
        for h in range(4):
            for i in range(2):
                mask[b, h, i, (b + h + 2 * i) % 5] = True
    # Each query sees one key only, and so returns its value.
    expected = torch.stack(
        [
            torch.stack([torch.stack([v[b, h // 2, (b + h + 2 * i) % 5] for i in range(2)]) for h in range(4)])
            for b in range(2)
        ]
    )
    assert_close(attend(candidate, q, k, v, mask=mask), expected)


def test_padding_and_causal_masks(candidate):
    """A padding mask (B, 1, 1, Tk) and a causal mask (Tq, Tk) hide keys, whatever they hold."""
    q, k, v = draw(4, 2, 4, 2, 3, 3, 2)
    padding = torch.tensor([[True, True, False], [True, False, False]])[:, None, None]
    causal = torch.ones(3, 3, dtype=torch.bool).tril()
    for mask in (padding, causal, padding & causal):
        got = attend(candidate, q, k, v, mask)
        assert_close(got, spec(q, k, v, mask.expand(2, 4, 3, 3)))
    hidden = ~padding[:, 0, 0, :, None].unsqueeze(1)
    spoilt = attend(candidate, q, k.masked_fill(hidden, 1e3), v.masked_fill(hidden, -1e3), padding)
    assert_close(spoilt, attend(candidate, q, k, v, padding))


def test_scores_in_the_thousands(candidate):
    """Scores of several thousand pick the best key, and a hidden key does not win."""
    q = torch.full((1, 2, 1, 1), 100.0)
    k = torch.tensor([-40.0, -40.0, 30.0]).reshape(1, 1, 3, 1)
    v = torch.tensor([1.0, 3.0, 100.0]).reshape(1, 1, 3, 1)
    assert_close(attend(candidate, q, k, v).flatten(), torch.tensor([100.0, 100.0]))
    got = attend(candidate, q, k, v, torch.tensor([[True, True, False]]))
    assert_close(got.flatten(), torch.tensor([2.0, 2.0]))


def test_gradients(candidate):
    """Gradients of queries, keys and values agree with finite differences; shared heads add theirs up."""
    q, k, v = draw(9, 2, 4, 2, 2, 3, 2)
    attend(candidate, q, k, v)
    assert_gradients(candidate.gqa, q, k, v, wrt=(0, 1, 2))
    mask = normal(10, 2, 4, 2, 3) > -1.0
    mask[..., 0] = True
    assert_gradients(candidate.gqa, q, k, v, wrt=(0, 1, 2), mask=mask)


def test_pooling_by_hand(candidate):
    """Four heads of two rows become two: neighbouring heads are averaged row by row."""
    w = torch.tensor([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0], [6.0, 7.0], [1.0, 1.0], [2.0, 0.0], [3.0, 5.0], [8.0, 2.0]])
    assert_close(candidate.mha_to_gqa(w, 4, 2), torch.tensor([[2.0, 3.0], [4.0, 5.0], [2.0, 3.0], [5.0, 1.0]]))
    assert_close(candidate.mha_to_gqa(w, 4, 1), torch.tensor([[2.0, 3.0], [4.5, 3.0]]))
    assert_close(candidate.mha_to_gqa(w, 4, 4), w)


@given(n_kv=st.integers(1, 3), group=st.integers(1, 3), width=st.integers(1, 3), seed=st.integers(0, 2**32 - 1))
def test_pooling_matches_definition(candidate, n_kv, group, width, seed):
    """Row r of a new head is the mean of the rows r of its old heads, for all sizes."""
    w = normal(seed, n_kv * group * width, 4)
    got = candidate.mha_to_gqa(w, n_kv * group, n_kv)
    assert_shape(got, (n_kv * width, 4))
    for new in range(n_kv):
        for r in range(width):
            rows = [w[(new * group + g) * width + r] for g in range(group)]
            assert_close(got[new * width + r], sum(rows) / group)


def test_pooling_fits_attention(candidate):
    """Where the heads of a group have equal weights, pooled projections and shared heads change nothing."""
    x, q = normal(15, 1, 5, 6), normal(16, 1, 4, 2, 3)
    w_k, w_v = (normal(seed, 2, 1, 3, 6).expand(2, 2, 3, 6).reshape(12, 6) for seed in (17, 18))
    full = [(x @ w.T).unflatten(-1, (4, 3)).transpose(1, 2) for w in (w_k, w_v)]
    pooled = [candidate.mha_to_gqa(w, 4, 2) for w in (w_k, w_v)]
    for w in pooled:
        assert_shape(w, (6, 6))
    few = [(x @ w.T).unflatten(-1, (2, 3)).transpose(1, 2) for w in pooled]
    assert_close(attend(candidate, q, *few), spec(q, *full))


@pytest.mark.fine
def test_query_without_keys_gives_zeros(candidate):
    """A query that may attend to no key gets zeros, and only that query."""
    q, k, v = draw(6, 1, 4, 2, 2, 3, 2)
    mask = torch.ones(4, 2, 3, dtype=torch.bool)
    mask[1, 0] = mask[2, 1] = False
    got = attend(candidate, q, k, v, mask)
    assert_close(got[0, 1, 0], torch.zeros(2))
    assert_close(got, spec(q, k, v, mask[None]))


@pytest.mark.fine
def test_query_without_keys_has_zero_gradients(candidate):
    """Gradients stay finite when a query may attend to no key, and that query gets none."""
    q, k, v = draw(7, 1, 4, 2, 2, 3, 2)
    mask = torch.ones(1, 4, 2, 3, dtype=torch.bool)
    mask[0, 1, 0] = mask[0, 3] = False
    cotangent = normal(8, 1, 4, 2, 2)
    got = gradients(candidate.gqa, q, k, v, wrt=(0, 1, 2), cotangent=cotangent, mask=mask)
    leaves = tuple(x.clone().requires_grad_() for x in (q, k, v))
    assert_close(got, torch.autograd.grad((spec(*leaves, mask) * cotangent).sum(), leaves))


@pytest.mark.fine
@given(
    lead=st.sampled_from([(), (1,), (6,), (1, 1), (2, 1), (1, 6), (2, 6)]),
    rows=st.booleans(),
    columns=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_masks_of_all_shapes(candidate, lead, rows, columns, seed):
    """Masks from two to four axes, with any axis of size one, are spread by the usual rules."""
    q, k, v = draw(seed, 2, 6, 2, 3, 4, 2)
    mask = normal(seed + 1, *lead, 3 if rows else 1, 4 if columns else 1) > -0.3
    assert_close(attend(candidate, q, k, v, mask), spec(q, k, v, mask.expand(2, 6, 3, 4)))


@pytest.mark.fine
def test_mask_of_a_single_axis(candidate):
    """A mask of one axis belongs to the keys, one of no axes to everything."""
    q, k, v = draw(5, 1, 2, 1, 2, 3, 2)
    mask = torch.tensor([True, False, True])
    assert_close(attend(candidate, q, k, v, mask), spec(q, k, v, mask.expand(1, 2, 2, 3)))
    assert_close(attend(candidate, q, k, v, torch.tensor(True)), spec(q, k, v))
    assert_close(attend(candidate, q, k, v, torch.tensor(False)), torch.zeros_like(q))


@pytest.mark.fine
def test_dtypes(candidate):
    """float32 and float64 come back as they went in, each with its own accuracy."""
    q, k, v = draw(2, 2, 6, 2, 3, 4, 5)
    got = attend(candidate, q, k, v)
    assert_dtype(got, torch.float64)
    assert_close(got, spec(q, k, v), rtol=1e-12, atol=1e-13)
    got = attend(candidate, q.float(), k.float(), v.float())
    assert_dtype(got, torch.float32)
    assert_close(got, spec(q, k, v), rtol=1e-4, atol=1e-5)


@pytest.mark.fine
def test_pooling_keeps_dtypes_and_strides(candidate):
    """Weights are pooled in their own dtype, strided ones too, and one head is a group of its own."""
    for dtype in (torch.float32, torch.float64):
        w = normal(3, 16, 4, dtype=dtype)[::2]
        got = candidate.mha_to_gqa(w, 4, 2)
        assert_dtype(got, dtype)
        assert_close(got, w.reshape(2, 2, 2, 4).mean(1).flatten(0, 1))
        assert_close(candidate.mha_to_gqa(w, n_heads=1, n_kv=1), w, rtol=0.0, atol=0.0)


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_large_scores(candidate, dtype):
    """Scores of several billions pick the best key, and a hidden key never wins over a very low score."""
    q = torch.full((1, 2, 1, 1), 1e5, dtype=dtype)
    k = torch.tensor([-4e4, -4e4, 3e4], dtype=dtype).reshape(1, 1, 3, 1)
    v = torch.tensor([1.0, 3.0, 100.0], dtype=dtype).reshape(1, 1, 3, 1)
    assert_close(attend(candidate, q, k, v).flatten(), torch.tensor([100.0, 100.0]))
    got = attend(candidate, q, k, v, torch.tensor([True, True, False]))
    assert_close(got.flatten(), torch.tensor([2.0, 2.0]))
    got = attend(candidate, q * 1e10, k * 1e10, v, torch.tensor([True, True, False]))
    assert_close(got.flatten(), torch.tensor([2.0, 2.0]))


@pytest.mark.fine
def test_transposed_views(candidate):
    """Views as head splitting makes them, with heads behind tokens in memory, are read correctly."""
    q = normal(11, 2, 3, 4, 2).transpose(1, 2)
    k, v = normal(12, 2, 5, 2, 4).transpose(1, 2)[..., ::2], normal(13, 2, 10, 2, 2)[:, ::2].transpose(1, 2)
    mask = (normal(14, 5, 3) > -0.5).T
    assert_close(attend(candidate, q, k, v), spec(q, k, v))
    assert_close(attend(candidate, q, k, v, mask), spec(q, k, v, mask.expand(2, 4, 3, 5)))


@pytest.mark.fine
@pytest.mark.parametrize(("n_heads", "n_kv"), [(4, 3), (2, 4), (5, 2), (3, 6)])
def test_heads_must_divide(candidate, n_heads, n_kv):
    """A number of key heads that does not divide that of the query heads raises ValueError."""
    q, k = torch.ones(1, n_heads, 6, 2), torch.ones(1, n_kv, 6, 2)
    with assert_raises(ValueError):
        candidate.gqa(q, k, k)


@pytest.mark.fine
def test_mask_must_be_boolean(candidate):
    """A mask of numbers raises ValueError."""
    q, k = torch.ones(1, 4, 2, 2), torch.ones(1, 2, 3, 2)
    for dtype in (torch.float32, torch.long, torch.uint8):
        with assert_raises(ValueError):
            candidate.gqa(q, k, k, torch.ones(2, 3, dtype=dtype))


@pytest.mark.fine
@pytest.mark.parametrize(("rows", "n_heads", "n_kv"), [(12, 4, 3), (12, 2, 4), (12, 5, 1), (12, 4, 0), (12, 0, 0)])
def test_bad_pooling(candidate, rows, n_heads, n_kv):
    """Numbers of heads that are not positive divisors raise ValueError."""
    with assert_raises(ValueError):
        candidate.mha_to_gqa(torch.ones(rows, 2), n_heads, n_kv)
    with assert_raises(ValueError):
        candidate.mha_to_gqa(torch.ones(rows, 2), -n_heads or -1, -n_kv or -1)


@pytest.mark.fine
def test_cache_sizes(candidate):
    """Keys and values of all layers count, as an exact integer."""
    got = candidate.kv_cache_bytes(1, 2, 3, 5, 7, 11)
    assert_equal(got, 2 * 2 * 3 * 5 * 7 * 11)
    # 80 layers with 8 heads of width 128 take 320 KiB for each token in half precision.
    assert_equal(candidate.kv_cache_bytes(80, 8, 128, 1, 1, 2), 320 * 1024)
    assert_equal(candidate.kv_cache_bytes(layers=80, n_kv=8, head_dim=128, seq=4096, batch=16, bytes_per=2), 20 * 2**30)


@pytest.mark.fine
def test_huge_and_empty_caches(candidate):
    """Sizes beyond 64 bits stay exact, and a zero gives an empty cache."""
    n = 10**6 + 3
    assert_equal(candidate.kv_cache_bytes(n, n, n, n, n, 1), 2 * n**5)
    for place in range(6):
        sizes = [3] * 6
        sizes[place] = 0
        assert_equal(candidate.kv_cache_bytes(*sizes), 0)


@pytest.mark.fine
def test_negative_sizes(candidate):
    """A negative size raises ValueError, also if two of them would cancel or another is zero."""
    for place in range(6):
        sizes = [3] * 6
        sizes[place] = -1
        with assert_raises(ValueError):
            candidate.kv_cache_bytes(*sizes)
    for sizes in ((-1, -1, 1, 1, 1, 1), (0, -1, 1, 1, 1, 1), (-1, 2, 2, 2, 2, 0)):
        with assert_raises(ValueError):
            candidate.kv_cache_bytes(*sizes)


@pytest.mark.scale
def test_memory(candidate, reference, rng):
    """Keys and values are never copied to all 32 query heads: 64 MiB beyond the arguments are enough."""

    def prepare(subject, rng):
        q, k, v = draw(rng, 2, 32, 2, 1, 8192, 64, dtype=torch.float32)
        arguments = [put(subject, x) for x in (q, k, v)]  # so that their way there takes no memory of the call
        return lambda: subject.gqa(*arguments)

    memory(candidate, reference, prepare, rng, limit=4.0)


@pytest.mark.scale
def test_speed(candidate, reference, rng):
    """Eight heads of 512 queries take whole-tensor operations, not a loop over the queries."""

    def prepare(subject, rng):
        q, k, v = draw(rng, 2, 8, 2, 512, 32, 16, dtype=torch.float32)
        mask = normal(rng, 512, 32) > -1.0
        return lambda: subject.gqa(q, k, v, mask)

    speed(candidate, reference, prepare, rng, limit=20)
