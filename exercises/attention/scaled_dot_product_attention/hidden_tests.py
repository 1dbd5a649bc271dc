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
    assert_equal,
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
    """Output and weights of the candidate, once they are tensors of the right shape and dtype."""
    got = candidate.attention(q, k, v, **options)
    is_pair = type(got) is tuple and len(got) == 2 and all(isinstance(part, torch.Tensor) for part in got)
    assert_that(is_pair, "is not a pair of tensors, output and weights")
    out, weights = got
    lead = torch.broadcast_shapes(q.shape[:-2], k.shape[:-2])
    assert_shape(weights, (*lead, q.shape[-2], k.shape[-2]))
    assert_shape(out, (*torch.broadcast_shapes(lead, v.shape[:-2]), q.shape[-2], v.shape[-1]))
    assert_dtype(weights, q.dtype)
    assert_dtype(out, q.dtype)
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


@pytest.mark.points(2)
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


@pytest.mark.points(2)
@given(n_queries=st.integers(1, 4), n_keys=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_mask_and_causal_combine(candidate, n_queries, n_keys, seed):
    """With a mask and the causal rule, a pair needs the permission of both."""
    q, k, v = normal(seed, n_queries, 2), normal(seed + 1, n_keys, 2), normal(seed + 2, n_keys, 2)
    mask = normal(seed + 3, n_queries, n_keys) > -0.5
    assert_close(attend(candidate, q, k, v, mask=mask, causal=True), spec(q, k, v, mask, causal=True))


@pytest.mark.points(2)
def test_true_means_may_attend(candidate):
    """True in the mask keeps a key, False removes it, and what is left sums to one."""
    q, k, v = normal(0, 2, 3), normal(1, 4, 3), normal(2, 4, 2)
    mask = torch.tensor([[True, False, True, False], [False, True, True, True]])
    out, weights = attend(candidate, q, k, v, mask=mask)
    assert_close(weights.sum(-1), torch.ones(2, dtype=torch.float64))
    assert_close((out, weights), spec(q, k, v, mask))


def test_mask_broadcasts(candidate):
    """A mask of one row, or of one column for each batch item, is spread over the rest."""
    q, k, v = normal(0, 2, 3, 2), normal(1, 2, 4, 2), normal(2, 2, 4, 2)
    row = torch.tensor([True, True, False, True])
    column = torch.tensor([[[True], [False], [True]], [[False], [True], [True]]])
    _, by_row = attend(candidate, q, k, v, mask=row)
    _, by_column = attend(candidate, q, k, v, mask=column)
    for b in range(2):
        assert_close(by_row[b], spec(q[b], k[b], v[b], row)[1])
        assert_close(by_column[b], spec(q[b], k[b], v[b], column[b])[1])


@pytest.mark.points(2)
@pytest.mark.parametrize(
    ("n_queries", "n_keys"), [(3, 3), (2, 5), (4, 2)], ids=["3 of 3", "2 after 3", "4 with 2 keys"]
)
def test_causal_is_aligned_at_the_end(candidate, n_queries, n_keys):
    """The last query sees every key, and each earlier query sees one key fewer."""
    q, k, v = normal(3, n_queries, 2), normal(4, n_keys, 2), normal(5, n_keys, 3)
    got = attend(candidate, q, k, v, causal=True)
    assert_close(got, spec(q, k, v, causal=True))
    visible = [(row > 0).sum().item() for row in got[1]]
    assert_equal(visible, [max(0, i + 1 + n_keys - n_queries) for i in range(n_queries)])


@pytest.mark.points(2)
def test_query_without_keys_gives_zeros(candidate):
    """A query that may see no key gets zero weights and a zero output."""
    q, k, v = normal(0, 3, 2), normal(1, 2, 2), normal(2, 2, 2)
    mask = torch.tensor([[True, True], [False, False], [False, True]])
    got = attend(candidate, q, k, v, mask=mask)
    assert_close(got, spec(q, k, v, mask))
    assert_equal(got[1][1].tolist(), [0.0, 0.0])


@pytest.mark.points(2)
def test_query_without_keys_has_zero_gradients(candidate):
    """Gradients stay finite when a query may see no key, and that query gets none."""
    q, k, v = normal(0, 2, 3), normal(1, 2, 3), normal(2, 2, 3)
    mask = torch.tensor([[False, False], [True, True]])
    cotangent = normal(9, 2, 3)
    attend(candidate, q, k, v, mask=mask)
    got = gradients(candidate.attention, q, k, v, wrt=(0, 1, 2), output=0, cotangent=cotangent, mask=mask)
    leaves = tuple(x.clone().requires_grad_() for x in (q, k, v))
    last = torch.softmax(leaves[0][1:] @ leaves[1].T / math.sqrt(3.0), dim=-1) @ leaves[2]
    assert_close(got, torch.autograd.grad(last, leaves, cotangent[1:]))


def test_gradients(candidate):
    """Gradients of output and weights agree with finite differences under a mask."""
    q, k, v = normal(0, 2, 3, 2), normal(1, 2, 4, 2), normal(2, 2, 4, 3)
    mask = normal(3, 3, 4) > -1.0
    attend(candidate, q, k, v, mask=mask, causal=True)
    assert_gradients(candidate.attention, q, k, v, wrt=(0, 1, 2), output=0, mask=mask, causal=True)
    assert_gradients(candidate.attention, q, k, v, wrt=(0, 1), output=1, mask=mask)


@pytest.mark.parametrize("scale", [2.0, 0.0, -1.5])
def test_given_scale_is_used(candidate, scale):
    """A given scale replaces the default, also zero or a negative one, and leaves masked keys at zero."""
    q, k, v = normal(0, 3, 4), normal(1, 3, 4), normal(2, 3, 2)
    mask = torch.tensor([[True, False, True], [True, True, False], [False, True, True]])
    assert_close(attend(candidate, q, k, v, mask=mask, scale=scale), spec(q, k, v, mask, scale=scale))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_large_scores(candidate, dtype):
    """Scores of several billions give exact weights, and a masked key never wins over a very low score."""
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


@pytest.mark.points(2)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_half_precision(candidate, dtype):
    """Half-precision inputs are scored in float32, masked or not, and come back in their own dtype."""
    q = torch.tensor([[100.0, 100.0, 100.0, 0.5], [1.0, 1.0, 1.0, 1.0]]).to(dtype).repeat(1, 16)
    k = torch.tensor([[100.0, 100.0, 100.0, 0.125], [100.0, 100.0, 100.0, 0.0]]).to(dtype).repeat(1, 16)
    v = torch.tensor([[1.0], [3.0]]).to(dtype)
    # The first scores are 60000.125 and 60000, beyond what 11 bits tell apart; their products before scaling overflow.
    lead = torch.tensor([[0.53120937, 0.46879063], [0.5621765, 0.4378235]])
    tolerance = 2.0 * torch.finfo(dtype).eps
    out, weights = attend(candidate, q, k, v)
    assert_close(weights.float(), lead, rtol=tolerance, atol=0.0)
    assert_close(out.float(), lead @ torch.tensor([[1.0], [3.0]]), rtol=2.0 * tolerance, atol=0.0)
    out, weights = attend(candidate, q, k, v, mask=torch.tensor([[False, True], [False, False]]))
    assert_close(weights.float(), torch.tensor([[0.0, 1.0], [0.0, 0.0]]), rtol=0.0, atol=0.0)
    assert_close(out.float(), torch.tensor([[3.0], [0.0]]), rtol=0.0, atol=0.0)
    # Scaled in float16, these queries would overflow.
    q, k = torch.tensor([[30000.0]]).to(dtype), torch.tensor([[0.0], [2.0**-17]]).to(dtype)
    _, weights = attend(candidate, q, k, v, scale=4.0)
    assert_close(weights.float(), torch.softmax(4.0 * q.float() @ k.float().T, -1), rtol=tolerance, atol=0.0)


def test_leading_dimensions_broadcast(candidate):
    """Leading dimensions of queries, keys and values broadcast against each other."""
    q, k, v = normal(0, 2, 1, 3, 2), normal(1, 4, 5, 2), normal(2, 3, 1, 1, 5, 6)
    out, weights = attend(candidate, q, k, v)
    expected = spec(q[1, 0], k[3], v[2, 0, 0])
    assert_close((out[2, 1, 3], weights[1, 3]), expected)


def test_transposed_views(candidate):
    """Transposed and strided inputs, as head splitting makes them, are read correctly."""
    q = normal(0, 3, 2, 2).transpose(0, 1)
    k = normal(1, 2, 8, 2)[:, ::2]
    v = normal(2, 2, 5, 4).mT
    out, weights = attend(candidate, q, k, v)
    for b in range(2):
        assert_close((out[b], weights[b]), spec(q[b], k[b], v[b]))


def test_no_keys(candidate):
    """Without any key the weights are empty and the output is zero."""
    for causal in (False, True):
        out, _ = attend(candidate, torch.ones(2, 3), torch.ones(0, 3), torch.ones(0, 4), causal=causal)
        assert_equal(out, torch.zeros(2, 4))


def test_later_keys_do_not_leak(candidate):
    """Changing a later key and value leaves the causal outputs before it untouched."""
    q, k, v = normal(0, 4, 2), normal(1, 4, 2), normal(2, 4, 2)
    before, _ = attend(candidate, q, k, v, causal=True)
    k[3], v[3] = 50.0, -50.0
    after, _ = attend(candidate, q, k, v, causal=True)
    assert_close(after[:3], before[:3])
    assert_that(not torch.allclose(after[3], before[3]), "ignores the key at the query's own position")


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


@pytest.mark.points(2)
def test_speed(candidate, reference, rng):
    """Two heads of 256 queries and 96 keys take a few whole-tensor operations, not a loop over the queries."""

    def prepare(subject, rng):
        q = normal(rng, 2, 256, 32, dtype=torch.float32)
        k, v = (normal(rng, 2, 96, 32, dtype=torch.float32) for _ in range(2))
        mask = normal(rng, 256, 96) > -1.0
        return lambda: subject.attention(q, k, v, mask=mask)

    speed(candidate, reference, prepare, rng, limit=8.0)
