"""Hidden tests of scaled_dot_product_attention."""

import math
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from grader.testing import (
    assert_close,
    assert_dtype,
    assert_gradients,
    assert_raises,
    assert_shape,
    assert_that,
    gradients,
    speed,
)


def normal(seed, *shape, dtype=torch.float64):
    """Standard normal tensor from a seed or a generator."""
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape)).to(dtype)


def attend(candidate, q, k, v, **options):
    """Output and weights of the candidate, once they are tensors of the right shape."""
    got = candidate.attention(q, k, v, **options)
    is_pair = isinstance(got, (tuple, list)) and len(got) == 2 and all(isinstance(part, torch.Tensor) for part in got)
    assert_that(is_pair, "is not a pair of tensors, output and weights")
    out, weights = got
    lead = np.broadcast_shapes(q.shape[:-2], k.shape[:-2])
    assert_shape(weights, (*lead, q.shape[-2], k.shape[-2]))
    assert_shape(out, (*np.broadcast_shapes(lead, v.shape[:-2]), q.shape[-2], v.shape[-1]))
    return out, weights


def spec_row(query, keys, values, allowed, scale):
    """Attention of one query in plain Python; lists in, output and weights out."""
    scores = [scale * sum(a * b for a, b in zip(query, key, strict=True)) for key in keys]
    top = max((s for s, keep in zip(scores, allowed, strict=True) if keep), default=0.0)
    raw = [math.exp(s - top) if keep else 0.0 for s, keep in zip(scores, allowed, strict=True)]
    total = sum(raw) or 1.0
    weights = [r / total for r in raw]
    out = [sum(w * value[c] for w, value in zip(weights, values, strict=True)) for c in range(len(values[0]))]
    return out, weights


def spec(q, k, v, mask=None, causal=False, scale=None):
    """Attention of two-dimensional tensors, row by row."""
    n_queries, n_keys = len(q), len(k)
    scale = 1.0 / math.sqrt(q.shape[1]) if scale is None else scale
    keep = [[True] * n_keys for _ in range(n_queries)] if mask is None else mask.expand(n_queries, n_keys).tolist()
    if causal:
        keep = [[keep[i][j] and j <= i + n_keys - n_queries for j in range(n_keys)] for i in range(n_queries)]
    rows = [spec_row(q[i].tolist(), k.tolist(), v.tolist(), keep[i], scale) for i in range(n_queries)]
    return tuple(torch.tensor([row[part] for row in rows], dtype=torch.float64) for part in (0, 1))


def attend_in_kind(candidate, q, k, v, **options):
    """Output and weights of the candidate, once they have the dtype of the inputs as well."""
    out, weights = attend(candidate, q, k, v, **options)
    assert_dtype(weights, q.dtype)
    assert_dtype(out, q.dtype)
    return out, weights


def test_two_keys_by_hand(candidate):
    """One query against two keys of width four gives the weights worked out by hand."""
    q = torch.tensor([[2.0, 0.0, 0.0, 0.0]])
    k = torch.tensor([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]])
    v = torch.tensor([[1.0, 10.0, 0.0], [0.0, 20.0, 2.0]])
    out, weights = attend(candidate, q, k, v)
    assert_close(weights, torch.tensor([[0.7310586, 0.2689414]]))
    assert_close(out, torch.tensor([[0.7310586, 12.689414, 0.5378828]]))


@given(n_queries=st.integers(1, 4), n_keys=st.integers(1, 4), d=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_matches_definition(candidate, n_queries, n_keys, d, seed):
    """Output and weights follow the definition for all lengths and widths."""
    q, k, v = normal(seed, n_queries, d), normal(seed + 1, n_keys, d), normal(seed + 2, n_keys, 3)
    assert_close(attend(candidate, q, k, v), spec(q, k, v))


def test_heads_and_batches(candidate):
    """With leading dimensions for batch and head, each head of each item attends on its own."""
    q, k, v = normal(0, 2, 3, 4, 2), normal(1, 2, 3, 5, 2), normal(2, 2, 3, 5, 6)
    out, weights = attend(candidate, q, k, v)
    for b in range(2):
        for h in range(3):
            assert_close((out[b, h], weights[b, h]), spec(q[b, h], k[b, h], v[b, h]))


def test_given_scale_is_used(candidate):
    """A given scale replaces the default and leaves hidden keys at zero."""
    q, k, v = normal(0, 3, 4), normal(1, 3, 4), normal(2, 3, 2)
    mask = torch.tensor([[True, False, True], [True, True, False], [False, True, True]])
    for scale in (2.0, 0.3):
        assert_close(attend(candidate, q, k, v, mask=mask, scale=scale), spec(q, k, v, mask, scale=scale))


def test_true_means_may_attend(candidate):
    """True in the mask keeps a key, False removes it, and what is left sums to one."""
    q, k, v = normal(0, 2, 3), normal(1, 4, 3), normal(2, 4, 2)
    mask = torch.tensor([[True, False, True, False], [False, True, True, True]])
    out, weights = attend(candidate, q, k, v, mask=mask)
    assert_close(weights.sum(-1), torch.ones(2, dtype=torch.float64))
    assert_close((out, weights), spec(q, k, v, mask))


def test_mask_broadcasts(candidate):
    """A mask of one row serves every query, and one of shape (B, 1, Tk) every query of its item."""
    q, k, v = normal(0, 2, 3, 2), normal(1, 2, 4, 2), normal(2, 2, 4, 2)
    row = torch.tensor([True, True, False, True])
    padding = torch.tensor([[[True, True, True, False]], [[False, True, False, False]]])
    _, by_row = attend(candidate, q, k, v, mask=row)
    _, by_item = attend(candidate, q, k, v, mask=padding)
    for b in range(2):
        assert_close(by_row[b], spec(q[b], k[b], v[b], row)[1])
        assert_close(by_item[b], spec(q[b], k[b], v[b], padding[b])[1])


@pytest.mark.parametrize(("n_queries", "n_keys"), [(3, 3), (2, 5), (1, 4)], ids=["3 of 3", "2 after 3", "1 after 3"])
def test_causal_is_aligned_at_the_end(candidate, n_queries, n_keys):
    """The last query sees every key, and each earlier query sees one key fewer."""
    q, k, v = normal(3, n_queries, 2), normal(4, n_keys, 2), normal(5, n_keys, 3)
    out, weights = attend(candidate, q, k, v, causal=True)
    assert_close((out, weights), spec(q, k, v, causal=True))
    visible = (weights > 0).sum(-1)
    assert_close(visible, torch.arange(n_queries) + 1 + n_keys - n_queries)


@given(n_queries=st.integers(1, 4), prefix=st.integers(0, 3), seed=st.integers(0, 2**32 - 1))
def test_mask_and_causal_combine(candidate, n_queries, prefix, seed):
    """With a mask and the causal rule, a pair needs the permission of both."""
    n_keys = n_queries + prefix
    q, k, v = normal(seed, n_queries, 2), normal(seed + 1, n_keys, 2), normal(seed + 2, n_keys, 2)
    mask = normal(seed + 3, n_queries, n_keys) > -0.5
    mask[:, 0] = True
    assert_close(attend(candidate, q, k, v, mask=mask, causal=True), spec(q, k, v, mask, causal=True))


def test_later_keys_do_not_leak(candidate):
    """Changing a later key and value leaves the causal outputs before it untouched."""
    q, k, v = normal(0, 4, 2), normal(1, 4, 2), normal(2, 4, 2)
    before, _ = attend(candidate, q, k, v, causal=True)
    k[3], v[3] = 50.0, -50.0
    after, _ = attend(candidate, q, k, v, causal=True)
    assert_close(after[:3], before[:3])
    assert_that(not torch.allclose(after[3], before[3]), "ignores the key at the query's own position")


def test_scores_in_the_thousands(candidate):
    """Scores of plus and minus several thousand give weights of 0, 1 and a half, not NaN."""
    q = torch.tensor([[100.0], [-100.0]])
    k = torch.tensor([[-40.0], [-40.0], [30.0]])
    v = torch.tensor([[1.0], [3.0], [100.0]])
    out, weights = attend(candidate, q, k, v)
    assert_close(weights, torch.tensor([[0.0, 0.0, 1.0], [0.5, 0.5, 0.0]]))
    assert_close(out, torch.tensor([[100.0], [2.0]]))
    _, weights = attend(candidate, q, k, v, mask=torch.tensor([True, True, False]))
    assert_close(weights, torch.tensor([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0]]))


def test_gradients(candidate):
    """Gradients of output and weights agree with finite differences under a mask."""
    q, k, v = normal(0, 2, 3, 2), normal(1, 2, 4, 2), normal(2, 2, 4, 3)
    mask = normal(3, 3, 4) > -1.0
    mask[:, 0] = True
    attend(candidate, q, k, v, mask=mask, causal=True)
    assert_gradients(candidate.attention, q, k, v, wrt=(0, 1, 2), output=0, mask=mask, causal=True)
    assert_gradients(candidate.attention, q, k, v, wrt=(0, 1), output=1, mask=mask)


@pytest.mark.fine
def test_query_without_keys_gives_zeros(candidate):
    """A query that may see no key gets zero weights and a zero output."""
    q, k, v = normal(0, 3, 2), normal(1, 2, 2), normal(2, 2, 2)
    mask = torch.tensor([[True, True], [False, False], [False, True]])
    got = attend(candidate, q, k, v, mask=mask)
    assert_close(got, spec(q, k, v, mask))
    assert_close(got[1][1], torch.zeros(2, dtype=torch.float64), rtol=0.0, atol=0.0)


@pytest.mark.fine
def test_mask_of_one_column(candidate):
    """A mask of one column for each item is spread over the keys, and switches whole queries off."""
    q, k, v = normal(0, 2, 3, 2), normal(1, 2, 4, 2), normal(2, 2, 4, 2)
    column = torch.tensor([[[True], [False], [True]], [[False], [True], [True]]])
    out, weights = attend(candidate, q, k, v, mask=column)
    for b in range(2):
        assert_close((out[b], weights[b]), spec(q[b], k[b], v[b], column[b]))


@pytest.mark.fine
@given(n_queries=st.integers(1, 4), n_keys=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_blind_queries_under_both_rules(candidate, n_queries, n_keys, seed):
    """Queries that mask and causal rule leave without a key get zeros, for all lengths."""
    q, k, v = normal(seed, n_queries, 2), normal(seed + 1, n_keys, 2), normal(seed + 2, n_keys, 2)
    mask = normal(seed + 3, n_queries, n_keys) > -0.5
    assert_close(attend(candidate, q, k, v, mask=mask, causal=True), spec(q, k, v, mask, causal=True))


@pytest.mark.fine
def test_more_queries_than_keys(candidate):
    """With two keys the first two of four causal queries see nothing."""
    q, k, v = normal(3, 4, 2), normal(4, 2, 2), normal(5, 2, 3)
    assert_close(attend(candidate, q, k, v, causal=True), spec(q, k, v, causal=True))


@pytest.mark.fine
def test_query_without_keys_has_zero_gradients(candidate):
    """Gradients stay finite when a query may see no key, and that query gets none."""
    q, k, v = normal(0, 2, 3), normal(1, 2, 3), normal(2, 2, 3)
    mask = torch.tensor([[False, False], [True, True]])
    cotangent = normal(9, 2, 3)
    attend(candidate, q, k, v, mask=mask)
    got = gradients(candidate.attention, q, k, v, wrt=(0, 1, 2), output=0, cotangent=cotangent, mask=mask)
    leaves = tuple(x.clone().requires_grad_() for x in (q, k, v))
    last = torch.softmax(leaves[0][1:] @ leaves[1].T / math.sqrt(3.0), dim=-1) @ leaves[2]
    assert_close(got, torch.autograd.grad((last * cotangent[1:]).sum(), leaves))


@pytest.mark.fine
def test_no_keys(candidate):
    """Without any key the weights are empty and the output is zero."""
    for causal in (False, True):
        out, _ = attend(candidate, torch.ones(2, 3), torch.ones(0, 3), torch.ones(0, 4), causal=causal)
        assert_close(out, torch.zeros(2, 4), rtol=0.0, atol=0.0)


@pytest.mark.fine
@pytest.mark.parametrize("scale", [0.0, -1.5])
def test_scales_of_zero_and_below(candidate, scale):
    """A scale of zero, or a negative one, is used as it is and leaves hidden keys at zero."""
    q, k, v = normal(0, 3, 4), normal(1, 3, 4), normal(2, 3, 2)
    mask = torch.tensor([[True, False, True], [True, True, False], [False, True, True]])
    assert_close(attend(candidate, q, k, v, mask=mask, scale=scale), spec(q, k, v, mask, scale=scale))


@pytest.mark.fine
def test_leading_dimensions_broadcast(candidate):
    """Leading dimensions of queries, keys and values broadcast against each other."""
    q, k, v = normal(0, 2, 1, 3, 2), normal(1, 4, 5, 2), normal(2, 3, 1, 1, 5, 6)
    out, weights = attend(candidate, q, k, v)
    expected = spec(q[1, 0], k[3], v[2, 0, 0])
    assert_close((out[2, 1, 3], weights[1, 3]), expected)


@pytest.mark.fine
def test_transposed_views(candidate):
    """Transposed and strided inputs, as head splitting makes them, are read correctly."""
    q = normal(0, 3, 2, 2).transpose(0, 1)
    k = normal(1, 2, 8, 2)[:, ::2]
    v = normal(2, 2, 5, 4).mT
    out, weights = attend(candidate, q, k, v)
    for b in range(2):
        assert_close((out[b], weights[b]), spec(q[b], k[b], v[b]))


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_dtypes_are_kept(candidate, dtype):
    """Output and weights have the dtype of the inputs, with and without masks."""
    q, k, v = (normal(i, 3, 2, dtype=dtype) for i in range(3))
    attend_in_kind(candidate, q, k, v)
    attend_in_kind(candidate, q, k, v, mask=torch.eye(3, dtype=torch.bool), causal=True, scale=0.5)


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_large_scores(candidate, dtype):
    """Scores of several billions give exact weights, and a hidden key never wins over a very low score."""
    q = torch.tensor([[1e5]], dtype=dtype)
    k = torch.tensor([[-4e4], [-4e4], [3e4]], dtype=dtype)
    v = torch.tensor([[1.0], [3.0], [100.0]], dtype=dtype)
    out, weights = attend(candidate, q, k, v)
    assert_close(weights, torch.tensor([[0.0, 0.0, 1.0]], dtype=dtype))
    out, weights = attend(candidate, q, k, v, mask=torch.tensor([True, True, False]))
    assert_close(weights, torch.tensor([[0.5, 0.5, 0.0]], dtype=dtype))
    assert_close(out, torch.tensor([[2.0]], dtype=dtype))
    # Far below the range of float32 a masked key must not win either.
    far = 1e20 if dtype is torch.float64 else 1e15
    one, three = torch.tensor([[far]], dtype=dtype), torch.tensor([[-far], [-far], [0.0]], dtype=dtype)
    _, weights = attend(candidate, one, three, v, mask=torch.tensor([True, True, False]))
    assert_close(weights, torch.tensor([[0.5, 0.5, 0.0]], dtype=dtype))


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_half_precision(candidate, dtype):
    """Half-precision inputs are scored in float32, masked or not, and come back in their own dtype."""
    q = torch.tensor([[100.0, 100.0, 100.0, 0.5], [1.0, 1.0, 1.0, 1.0]]).to(dtype).repeat(1, 16)
    k = torch.tensor([[100.0, 100.0, 100.0, 0.125], [100.0, 100.0, 100.0, 0.0]]).to(dtype).repeat(1, 16)
    v = torch.tensor([[1.0], [3.0]]).to(dtype)
    # The first scores are 60000.125 and 60000, beyond what 11 bits tell apart; their products before scaling overflow.
    lead = torch.tensor([[0.53120937, 0.46879063], [0.5621765, 0.4378235]])
    tolerance = 2.0 * torch.finfo(dtype).eps
    out, weights = attend_in_kind(candidate, q, k, v)
    assert_close(weights.float(), lead, rtol=tolerance, atol=0.0)
    assert_close(out.float(), lead @ torch.tensor([[1.0], [3.0]]), rtol=2.0 * tolerance, atol=0.0)
    out, weights = attend_in_kind(candidate, q, k, v, mask=torch.tensor([[False, True], [False, False]]))
    assert_close(weights.float(), torch.tensor([[0.0, 1.0], [0.0, 0.0]]), rtol=0.0, atol=0.0)
    assert_close(out.float(), torch.tensor([[3.0], [0.0]]), rtol=0.0, atol=0.0)
    # Scaled in float16, these queries would overflow.
    q, k = torch.tensor([[30000.0]]).to(dtype), torch.tensor([[0.0], [2.0**-17]]).to(dtype)
    _, weights = attend_in_kind(candidate, q, k, v, scale=4.0)
    assert_close(weights.float(), torch.softmax(4.0 * q.float() @ k.float().T, -1), rtol=tolerance, atol=0.0)


@pytest.mark.fine
@pytest.mark.parametrize(
    ("q", "k", "v", "mask"),
    [
        ((2, 3), (2, 4), (2, 3), None),
        ((2, 3), (1, 3), (2, 3), None),
        ((2, 3), (2, 3), (2, 3), torch.ones(2, 2)),
        ((2, 3), (2, 3), (2, 3), torch.zeros(2, 2, dtype=torch.long)),
    ],
    ids=["widths", "lengths", "float mask", "integer mask"],
)
def test_bad_arguments(candidate, q, k, v, mask):
    """Widths or lengths that do not match, and a mask that is not boolean, raise ValueError."""
    with assert_raises(ValueError):
        candidate.attention(torch.ones(q), torch.ones(k), torch.ones(v), mask=mask)


@pytest.mark.scale
def test_speed(candidate, reference, rng):
    """Two heads of 256 queries and 96 keys take a few whole-tensor operations, not a loop over the queries."""

    def prepare(subject, rng):
        q = normal(rng, 2, 256, 32, dtype=torch.float32)
        k, v = (normal(rng, 2, 96, 32, dtype=torch.float32) for _ in range(2))
        mask = normal(rng, 256, 96) > -1.0
        return lambda: subject.attention(q, k, v, mask=mask)

    speed(candidate, reference, prepare, rng, limit=8.0)
