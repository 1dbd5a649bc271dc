"""Hidden tests of multi_head_attention."""

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

PARTS = ("q_proj", "k_proj", "v_proj", "o_proj")


def normal(seed, *shape, dtype=torch.float64):
    """Standard normal tensor from a seed or a generator."""
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape)).to(dtype)


def random_state(seed, d, *, bias=True, dtype=torch.float64):
    """State dict with weights of the usual size and biases that matter."""
    rng = np.random.default_rng(seed)
    state = {f"{part}.weight": normal(rng, d, d, dtype=dtype) / math.sqrt(d) for part in PARTS}
    return state | ({f"{part}.bias": normal(rng, d, dtype=dtype) for part in PARTS} if bias else {})


def build(subject, state, n_heads):
    """Module of the subject with these weights."""
    weight = state["q_proj.weight"]
    module = subject.MultiHeadAttention(weight.shape[0], n_heads, bias="q_proj.bias" in state)
    if weight.dtype == torch.float64:
        module.double()
    missing = sorted(set(state) - set(module.state_dict()))
    assert_that(not missing, f"has no parameters {', '.join(missing)}")
    module.load_state_dict(state, strict=False)
    return module


def run(module, x, *args, **options):
    """Result of the module, once it is a tensor of the shape of its input."""
    got = module(x, *args, **options)
    assert_that(isinstance(got, torch.Tensor), "is not a tensor")
    assert_shape(got, tuple(x.shape))
    return got


def spec(state, n_heads, x, context=None, keep=None):
    """The definition, for one token and one head at a time; `keep` is (B, h, Tq, Tk)."""

    def project(part, t):
        y = t @ state[f"{part}.weight"].T
        return y + state[f"{part}.bias"] if f"{part}.bias" in state else y

    context = x if context is None else context
    n_batch, n_queries, d = x.shape
    width = d // n_heads
    merged = torch.zeros_like(x)
    for b in range(n_batch):
        q, k, v = project("q_proj", x[b]), project("k_proj", context[b]), project("v_proj", context[b])
        for h in range(n_heads):
            part = slice(h * width, (h + 1) * width)
            for i in range(n_queries):
                seen = [j for j in range(len(k)) if keep is None or keep[b, h, i, j]]
                if seen:
                    scores = torch.stack([q[i, part] @ k[j, part] / math.sqrt(width) for j in seen])
                    merged[b, i, part] = torch.exp(scores - scores.logsumexp(0)) @ v[seen][:, part]
    return project("o_proj", merged)


def test_split_heads_by_hand(candidate):
    """Each head gets its own run of neighbouring channels of every token."""
    x = torch.arange(24.0).reshape(2, 2, 6)
    expected = torch.tensor(
        [
            [[[0, 1], [6, 7]], [[2, 3], [8, 9]], [[4, 5], [10, 11]]],
            [[[12, 13], [18, 19]], [[14, 15], [20, 21]], [[16, 17], [22, 23]]],
        ]
    )
    assert_close(candidate.split_heads(x, 3), expected)


@given(batch=st.integers(1, 3), length=st.integers(1, 4), heads=st.integers(1, 4), width=st.integers(1, 3))
def test_split_heads_moves_every_entry(candidate, batch, length, heads, width):
    """Channel c of a token is channel c mod d/h of head c // (d/h), for all sizes."""
    x = torch.arange(float(batch * length * heads * width)).reshape(batch, length, heads * width)
    got = candidate.split_heads(x, heads)
    assert_shape(got, (batch, heads, length, width))
    for c in range(heads * width):
        assert_close(got[:, c // width, :, c % width], x[:, :, c])


def test_weights_are_loaded_by_name(candidate):
    """The four projections carry the names that the weights are loaded by, with biases or without."""
    for bias in (True, False):
        module = build(candidate, random_state(0, 6, bias=bias, dtype=torch.float32), 3)
        state = random_state(1, 6, bias=bias, dtype=torch.float32)
        module.load_state_dict(state, strict=False)
        assert_close(module.v_proj.weight, state["v_proj.weight"])
        assert_close(module.o_proj.weight, state["o_proj.weight"])


def test_two_heads_by_hand(candidate):
    """Two heads of width one, with identity weights, attend independently."""
    state = {f"{part}.weight": torch.eye(2) for part in PARTS}
    x = torch.tensor([[[1.0, 0.0], [0.0, 2.0]]])
    # Scores of the first token: head 0 has (1, 0), head 1 has (0, 0).
    # Scores of the second token: head 0 has (0, 0), head 1 has (0, 4).
    expected = torch.tensor([[[0.7310586, 1.0], [0.5, 1.9640276]]])
    assert_close(run(build(candidate, state, 2), x), expected)


@pytest.mark.parametrize(("heads", "width"), [(1, 1), (2, 1), (1, 3), (2, 2), (3, 4)])
def test_self_attention_matches_definition(candidate, rng, heads, width):
    """Self-attention follows the definition for all numbers and widths of heads."""
    state = random_state(rng, heads * width)
    x = normal(rng, 2, 3, heads * width)
    assert_close(run(build(candidate, state, heads), x), spec(state, heads, x))


def test_cross_attention(candidate):
    """Keys and values come from the context, which may be longer or shorter than the input."""
    state = random_state(0, 6)
    module = build(candidate, state, 2)
    x = normal(1, 2, 3, 6)
    for length in (1, 5):
        context = normal(2, 2, length, 6)
        assert_close(run(module, x, context), spec(state, 2, x, context))
    token, other = normal(3, 2, 1, 6), normal(4, 2, 1, 6)
    assert_close(run(module, token, other), spec(state, 2, token, other))


def test_without_bias(candidate):
    """With bias=False no projection adds anything."""
    state = random_state(3, 4, bias=False)
    x, context = normal(4, 2, 3, 4), normal(5, 2, 2, 4)
    assert_close(run(build(candidate, state, 2), x, context), spec(state, 2, x, context))


def test_mask_shared_by_all(candidate):
    """A mask of shape (Tq, Tk) holds for every item and head; True lets a token attend."""
    state = random_state(6, 4)
    x, context = normal(7, 2, 3, 4), normal(8, 2, 4, 4)
    mask = torch.tensor([[True, False, True, True], [False, True, False, False], [True, True, False, True]])
    expected = spec(state, 2, x, context, keep=mask.expand(2, 2, 3, 4))
    assert_close(run(build(candidate, state, 2), x, context, mask=mask), expected)


@pytest.mark.parametrize(("batch", "heads"), [(2, 2), (3, 2), (2, 1)])
def test_mask_for_each_item(candidate, batch, heads):
    """A mask of shape (B, Tq, Tk) belongs to the batch items, also where B equals the number of heads."""
    state = random_state(9, 4)
    x = normal(10, batch, 3, 4)
    mask = (normal(11, batch, 3, 3) > 0.0) | torch.eye(3, dtype=torch.bool)
    expected = spec(state, heads, x, keep=mask[:, None].expand(batch, heads, 3, 3))
    assert_close(run(build(candidate, state, heads), x, mask=mask), expected)


def test_mask_for_each_head(candidate):
    """A mask of shape (B, h, Tq, Tk) lets the heads see different tokens."""
    state = random_state(12, 6)
    x = normal(13, 2, 4, 6)
    mask = (normal(14, 2, 3, 4, 4) > 0.0) | torch.eye(4, dtype=torch.bool)
    assert_close(run(build(candidate, state, 3), x, mask=mask), spec(state, 3, x, keep=mask))


def test_padding_mask(candidate):
    """A mask of shape (B, 1, 1, Tk) hides padded keys, so that what they hold does not matter."""
    state = random_state(15, 4)
    module = build(candidate, state, 2)
    x = normal(16, 2, 3, 4)
    mask = torch.tensor([[True, True, False], [True, False, False]])[:, None, None]
    got = run(module, x, context=x, mask=mask)
    assert_close(got, spec(state, 2, x, keep=mask.expand(2, 2, 3, 3)))
    spoilt = torch.where(mask[:, 0, 0, :, None], x, 1e6)
    assert_close(run(module, x, context=spoilt, mask=mask), got)


def test_scores_in_the_thousands(candidate):
    """Scores of several thousand pick the best key instead of overflowing."""
    state = {f"{part}.weight": torch.eye(2) for part in PARTS}
    x = torch.tensor([[[60.0, 0.0], [90.0, 30.0]]])
    module = build(candidate, state, 1)
    assert_close(run(module, x), torch.tensor([[[90.0, 30.0], [90.0, 30.0]]]))
    mask = torch.tensor([[True, False], [True, False]])
    assert_close(run(module, x, -x, mask=mask), torch.tensor([[[-60.0, 0.0], [-60.0, 0.0]]]))


def test_gradients_of_inputs(candidate):
    """Gradients with respect to input and context agree with finite differences."""
    module = build(candidate, random_state(19, 4), 2)
    x, context = normal(20, 2, 3, 4), normal(21, 2, 4, 4)
    mask = normal(22, 3, 4) > -1.0
    mask[:, 0] = True
    assert_gradients(module, x, context, wrt=(0, 1), mask=mask)
    assert_gradients(module, x)


def test_gradients_of_parameters(candidate):
    """Every parameter gets its gradient."""
    state = random_state(23, 4)
    x = normal(24, 1, 3, 4)
    weights = normal(25, 1, 3, 4)
    leaves = {name: value.clone().requires_grad_() for name, value in state.items()}
    (spec(leaves, 2, x) * weights).sum().backward()
    _, got = gradients(build(candidate, state, 2), x, cotangent=weights, parameters=True)
    assert_that(set(leaves) <= set(got), "gives some parameters no gradient", got)
    assert_close({name: got[name] for name in leaves}, {name: leaf.grad for name, leaf in leaves.items()})


def test_batch_items_do_not_mix(candidate):
    """The batch as a whole gives what its items give one by one, in training and evaluation mode."""
    module = build(candidate, random_state(26, 6, dtype=torch.float32), 3)
    x = normal(27, 3, 4, 6, dtype=torch.float32)
    training = run(module, x)
    module.eval()
    for b in range(3):
        assert_close(run(module, x[b : b + 1]), training[b : b + 1])


@pytest.mark.fine
def test_masks_with_axes_of_size_one(candidate):
    """Any axis of a mask may have size one: items, heads or queries then share it."""
    state = random_state(12, 6)
    x = normal(13, 2, 4, 6)
    module = build(candidate, state, 3)
    mask = (normal(14, 2, 3, 4, 4) > 0.0) | torch.eye(4, dtype=torch.bool)
    for part in (mask[:1], mask[:, :1]):
        assert_close(run(module, x, mask=part), spec(state, 3, x, keep=part.expand(2, 3, 4, 4)))
    row = mask[:, 0, :1]
    assert_close(run(module, x, mask=row), spec(state, 3, x, keep=row[:, None].expand(2, 3, 4, 4)))


@pytest.mark.fine
@pytest.mark.parametrize("bias", [True, False])
def test_token_that_sees_nothing(candidate, bias):
    """A token that may attend to nothing gets the output bias, or zero without one, and finite gradients."""
    state = random_state(17, 4, bias=bias)
    module = build(candidate, state, 2)
    x = normal(18, 1, 2, 4)
    mask = torch.tensor([[False, False], [True, True]])
    expected = state["o_proj.bias"] if bias else torch.zeros(4, dtype=torch.float64)
    assert_close(run(module, x, mask=mask)[0, 0], expected)
    leaf = x.clone().requires_grad_()
    leaves = {name: value.clone().requires_grad_() for name, value in state.items()}
    spec(leaves, 2, leaf, keep=mask.expand(1, 2, 2, 2)).sum().backward()
    by_input, by_name = gradients(module, x, parameters=True, mask=mask)
    assert_close(by_input, (leaf.grad,))
    assert_close(by_name, {name: value.grad for name, value in leaves.items()})


@pytest.mark.fine
def test_scores_in_the_millions(candidate):
    """Scores in the millions pick the best key, and a hidden key never wins."""
    state = {f"{part}.weight": torch.eye(2) for part in PARTS}
    x = torch.tensor([[[2000.0, 0.0], [3000.0, 1000.0]]])
    module = build(candidate, state, 1)
    assert_close(run(module, x), torch.tensor([[[3000.0, 1000.0], [3000.0, 1000.0]]]))
    mask = torch.tensor([[True, False], [True, False]])
    assert_close(run(module, x, -x, mask=mask), torch.tensor([[[-2000.0, 0.0], [-2000.0, 0.0]]]))


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_dtypes_are_kept(candidate, dtype):
    """The result has the dtype of inputs and parameters, with a mask and without."""
    module = build(candidate, random_state(3, 4, dtype=dtype), 2)
    x = normal(4, 1, 3, 4, dtype=dtype)
    assert_dtype(module(x), dtype)
    assert_dtype(module(x, x[:, :2], mask=torch.tensor([True, False])), dtype)


@pytest.mark.fine
def test_split_heads_of_integers_and_views(candidate):
    """Integers stay integers; strided and transposed tokens are split like any others."""
    x = torch.arange(12).reshape(1, 2, 6)
    assert_equal(candidate.split_heads(x, 2), torch.tensor([[[[0, 1, 2], [6, 7, 8]], [[3, 4, 5], [9, 10, 11]]]]))
    x = normal(0, 3, 2, 8)
    got = candidate.split_heads(x.transpose(0, 1)[:, ::2], 2)
    assert_shape(got, (2, 2, 2, 4))
    assert_close(got[1, 1], x[::2, 1, 4:])


@pytest.mark.fine
def test_nothing_else_in_the_state_dict(candidate):
    """The state dict holds weights and biases of the four projections, or weights only."""
    for bias in (True, False):
        module = candidate.MultiHeadAttention(6, 3, bias=bias)
        assert_equal(sorted(module.state_dict()), sorted(random_state(0, 6, bias=bias)))
    assert_equal(sorted(candidate.MultiHeadAttention(6, 3).state_dict()), sorted(random_state(0, 6)))


@pytest.mark.fine
def test_one_token_and_one_channel(candidate):
    """A single token of a single channel passes through value and output projection."""
    state = {f"{part}.weight": torch.tensor([[3.0]]) for part in PARTS}
    assert_close(run(build(candidate, state, 1), torch.tensor([[[2.0]]])), torch.tensor([[[18.0]]]))


@pytest.mark.fine
@pytest.mark.parametrize("heads", [0, -2, 3, 16])
def test_heads_must_divide_channels(candidate, heads):
    """A number of heads that is not a positive divisor of the channels raises ValueError."""
    with assert_raises(ValueError):
        candidate.MultiHeadAttention(8, heads)
    with assert_raises(ValueError):
        candidate.split_heads(torch.zeros(1, 2, 8), heads)
    with assert_raises(ValueError):
        candidate.split_heads(torch.zeros(1, 2, 8, dtype=torch.int64), heads)


@pytest.mark.fine
def test_mask_must_be_boolean(candidate):
    """A mask of numbers raises ValueError."""
    module = candidate.MultiHeadAttention(4, 2)
    for dtype in (torch.float32, torch.long):
        with assert_raises(ValueError):
            module(torch.zeros(1, 2, 4), mask=torch.ones(2, 2, dtype=dtype))


@pytest.mark.scale
def test_speed(candidate, reference, rng):
    """Two heads over 16 sequences of 128 tokens take whole-tensor operations, not a loop over single tokens."""

    def prepare(subject, rng):
        module = build(subject, random_state(rng, 32, dtype=torch.float32), 2)
        x = normal(rng, 16, 128, 32, dtype=torch.float32)
        mask = torch.ones(128, 128, dtype=torch.bool).tril()
        return lambda: module(x, mask=mask)

    speed(candidate, reference, prepare, rng, limit=6.0)
