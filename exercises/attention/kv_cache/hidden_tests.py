"""Hidden tests of kv_cache."""

import math
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from grader.testing import assert_that
from grader.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_gradients,
    assert_raises,
    assert_shape,
    gradients,
    memory,
    put,
)


def normal(seed, *shape, dtype=torch.float64):
    """Standard normal tensor from a seed or a generator."""
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape)).to(dtype)


def random_state(seed, d, dtype=torch.float64):
    """State dict with weights of the usual size and biases that matter."""
    rng = np.random.default_rng(seed)
    return {
        "qkv.weight": normal(rng, 3 * d, d, dtype=dtype) / math.sqrt(d),
        "qkv.bias": normal(rng, 3 * d, dtype=dtype),
        "proj.weight": normal(rng, d, d, dtype=dtype) / math.sqrt(d),
        "proj.bias": normal(rng, d, dtype=dtype),
    }


def build(subject, state, n_heads):
    """Module of the subject with these weights."""
    weight = state["proj.weight"]
    module = subject.CachedSelfAttention(weight.shape[0], n_heads)
    if weight.dtype == torch.float64:
        module.double()
    missing = sorted(set(state) - set(module.state_dict()))
    assert_that(not missing, f"has no parameters {', '.join(missing)}")
    module.load_state_dict(state, strict=False)
    return module


def spec(state, n_heads, x):
    """One pass over the whole sequence, for one token and one head at a time."""
    n_batch, n_tokens, d = x.shape
    width = d // n_heads
    merged = torch.zeros_like(x)
    for b in range(n_batch):
        q, k, v = (x[b] @ state["qkv.weight"].T + state["qkv.bias"]).split(d, dim=-1)
        for h in range(n_heads):
            part = slice(h * width, (h + 1) * width)
            for i in range(n_tokens):
                scores = torch.stack([q[i, part] @ k[j, part] / math.sqrt(width) for j in range(i + 1)])
                merged[b, i, part] = torch.exp(scores - scores.logsumexp(0)) @ v[: i + 1, part]
    return merged @ state["proj.weight"].T + state["proj.bias"]


def decode(module, x, cache, *sizes):
    """Results of all chunks of these sizes, put together."""
    parts = [module(chunk, cache) for chunk in x.split(list(sizes), dim=1)]
    for part, size in zip(parts, sizes, strict=True):
        assert_shape(part, (x.shape[0], size, x.shape[2]))
    return torch.cat(parts, 1)


def held(cache, like):
    """What the cache holds, seen by appending one more token of zeros and taking it away again."""
    n = len(cache)
    zeros = torch.zeros_like(like[:, :, :1])
    keys, values = cache.append(zeros, zeros)
    cache.truncate(n)
    return keys[:, :, :n], values[:, :, :n]


def test_append_by_hand(candidate):
    """Keys and values of all tokens so far come back in order, each sequence and head for itself."""
    cache = candidate.KVCache(2, 2, 4, 1)
    assert_equal(len(cache), 0)
    k = torch.arange(8.0).reshape(2, 2, 2, 1)
    keys, values = cache.append(k, -k)
    assert_close(keys, k)
    assert_close(values, -k)
    assert_equal(len(cache), 2)
    keys, values = cache.append(10 * k[:, :, :1], 20 * k[:, :, :1])
    assert_close(keys[..., 0], torch.tensor([[[0.0, 1, 0], [2, 3, 20]], [[4, 5, 40], [6, 7, 60]]]))
    assert_close(values[..., 0], torch.tensor([[[0.0, -1, 0], [-2, -3, 40]], [[-4, -5, 80], [-6, -7, 120]]]))
    assert_equal(len(cache), 3)


@given(
    sizes=st.lists(st.integers(1, 3), min_size=1, max_size=4), room=st.integers(0, 2), seed=st.integers(0, 2**32 - 1)
)
def test_append_gives_all_so_far(candidate, sizes, room, seed):
    """Chunks of any sizes add up, with room to spare or none."""
    total = sum(sizes)
    cache = candidate.KVCache(2, 3, total + room, 2)
    k, v = normal(seed, 2, 3, total, 2, dtype=torch.float32), normal(seed + 1, 2, 3, total, 2, dtype=torch.float32)
    end = 0
    for size in sizes:
        new = slice(end, end + size)
        end += size
        keys, values = cache.append(k[:, :, new], v[:, :, new])
        assert_close(keys, k[:, :, :end])
        assert_close(values, v[:, :, :end])
        assert_equal(len(cache), end)


def test_caches_share_nothing(candidate):
    """What one cache stores does not turn up in another."""
    first, second = candidate.KVCache(1, 1, 2, 1), candidate.KVCache(1, 1, 2, 1)
    one = torch.ones(1, 1, 1, 1)
    first.append(one, one)
    assert_equal(len(second), 0)
    second.append(2 * one, 3 * one)
    keys, values = first.append(4 * one, 5 * one)
    assert_close(keys.flatten(), torch.tensor([1.0, 4.0]))
    assert_close(values.flatten(), torch.tensor([1.0, 5.0]))


def test_attention_by_hand(candidate):
    """Two tokens of one channel: the first sees itself only, the second both."""
    state = {"qkv.weight": torch.tensor([[1.0], [1.0], [2.0]]), "qkv.bias": torch.tensor([0.0, 0.0, 1.0])}
    state |= {"proj.weight": torch.tensor([[10.0]]), "proj.bias": torch.tensor([0.5])}
    x = torch.tensor([[[1.0], [2.0]]])
    # Values are 3 and 5; the second token has scores 2 and 4.
    expected = torch.tensor([[[30.5], [10 * (3 + 2 / (1 + math.exp(-2.0))) + 0.5]]])
    module = build(candidate, state, 1)
    assert_close(module(x), expected)
    assert_close(decode(module, x, candidate.KVCache(1, 1, 2, 1), 1, 1), expected)


@pytest.mark.parametrize(("heads", "width"), [(1, 1), (2, 1), (1, 3), (2, 3), (3, 2)])
def test_whole_sequence_matches_definition(candidate, rng, heads, width):
    """Without a cache every token sees itself and those before it, for all numbers and widths of heads."""
    state = random_state(rng, heads * width)
    x = normal(rng, 2, 4, heads * width)
    assert_close(build(candidate, state, heads)(x), spec(state, heads, x))


@given(
    sizes=st.lists(st.integers(1, 3), min_size=1, max_size=4), room=st.integers(0, 2), seed=st.integers(0, 2**32 - 1)
)
def test_any_split_equals_one_pass(candidate, sizes, room, seed):
    """However a sequence is cut into chunks and steps, the results are those of one pass."""
    total = sum(sizes)
    state = random_state(seed, 4)
    x = normal(seed + 1, 2, total, 4)
    cache = candidate.KVCache(2, 2, total + room, 2, dtype=torch.float64)
    assert_close(decode(build(candidate, state, 2), x, cache, *sizes), spec(state, 2, x))
    assert_equal(len(cache), total)


def test_prefill_and_steps_in_float32(candidate):
    """A prefill of many tokens and single steps after it agree with one pass in float32."""
    state = random_state(13, 8, dtype=torch.float32)
    module = build(candidate, state, 4)
    x = normal(14, 1, 9, 8, dtype=torch.float32)
    got = decode(module, x, candidate.KVCache(1, 4, 16, 2), 6, 1, 1, 1)
    assert_close(got, spec(state, 4, x), rtol=1e-4, atol=1e-4)
    assert_close(module(x), spec(state, 4, x), rtol=1e-4, atol=1e-4)


def test_scores_in_the_thousands(candidate):
    """Scores of several thousand pick the best token instead of overflowing."""
    state = {"qkv.weight": torch.eye(2).repeat(3, 1), "qkv.bias": torch.zeros(6)}
    state |= {"proj.weight": torch.eye(2), "proj.bias": torch.zeros(2)}
    x = torch.tensor([[[90.0, 30.0], [60.0, 0.0]]])
    expected = torch.tensor([[[90.0, 30.0], [90.0, 30.0]]])
    module = build(candidate, state, 1)
    assert_close(module(x), expected)
    assert_close(decode(module, x, candidate.KVCache(1, 1, 2, 2), 1, 1), expected)


def test_gradients_of_a_whole_sequence(candidate):
    """Without a cache, gradients of the input and of all parameters are right."""
    state = random_state(23, 4)
    module = build(candidate, state, 2)
    x = normal(24, 2, 3, 4)
    assert_gradients(module, x)
    leaves = {name: value.clone().requires_grad_() for name, value in state.items()}
    spec(leaves, 2, x).sum().backward()
    _, got = gradients(module, x, parameters=True)
    assert_that(set(leaves) <= set(got), "gives some parameters no gradient", got)
    assert_close({name: got[name] for name in leaves}, {name: leaf.grad for name, leaf in leaves.items()})


@pytest.mark.fine
@pytest.mark.parametrize("rows", [[2, 0, 1], [1, 2, 0], [1, 1, 0], [2, 2, 2], [0, 1, 2], [0, 0, 1]])
def test_reorder(candidate, rows):
    """Row i continues what was row beam_idx[i], also where rows trade places or occur twice."""
    cache = candidate.KVCache(3, 2, 4, 1)
    k, v = normal(2, 3, 2, 3, 1, dtype=torch.float32), normal(3, 3, 2, 3, 1, dtype=torch.float32)
    cache.append(k, v)
    cache.reorder(torch.tensor(rows))
    assert_equal(len(cache), 3)
    new = torch.arange(6.0).reshape(3, 2, 1, 1)
    keys, values = cache.append(new, -new)
    assert_close(keys, torch.cat([k[rows], new], 2))
    assert_close(values, torch.cat([v[rows], -new], 2))


@pytest.mark.fine
def test_truncate_rolls_back(candidate):
    """After truncation new tokens take the places of those forgotten."""
    cache = candidate.KVCache(1, 1, 4, 1)
    k = torch.tensor([1.0, 2.0, 3.0, 4.0]).reshape(1, 1, 4, 1)
    cache.append(k, -k)
    cache.truncate(2)
    assert_equal(len(cache), 2)
    keys, values = cache.append(10 * k[:, :, :1], 30 * k[:, :, :1])
    assert_close(keys.flatten(), torch.tensor([1.0, 2.0, 10.0]))
    assert_close(values.flatten(), torch.tensor([-1.0, -2.0, 30.0]))
    cache.truncate(3)
    assert_equal(len(cache), 3)
    cache.truncate(0)
    assert_equal(len(cache), 0)
    keys, _ = cache.append(k + 5, k)
    assert_close(keys, k + 5)


@pytest.mark.fine
def test_reorder_truncate_and_append(candidate):
    """Any mixture of calls gives what a plain tensor would hold."""
    cache = candidate.KVCache(3, 1, 7, 2)
    k, v = normal(4, 3, 1, 5, 2, dtype=torch.float32), normal(5, 3, 1, 5, 2, dtype=torch.float32)
    cache.append(k, v)
    cache.truncate(3)
    cache.reorder(torch.tensor([1, 1, 2]))
    k, v = k[[1, 1, 2], :, :3], v[[1, 1, 2], :, :3]
    assert_close(held(cache, k), (k, v))
    cache.append(2 * k, 2 * v)
    cache.reorder(torch.tensor([2, 0, 0]))
    cache.truncate(4)
    k, v = torch.cat([k, 2 * k], 2)[[2, 0, 0], :, :4], torch.cat([v, 2 * v], 2)[[2, 0, 0], :, :4]
    assert_close(held(cache, k), (k, v))


@pytest.mark.fine
def test_rollback_of_a_draft(candidate):
    """Draft tokens that are truncated away leave no trace in later results."""
    state = random_state(15, 6)
    module = build(candidate, state, 2)
    x, draft = normal(16, 1, 5, 6), 100 * normal(17, 1, 3, 6)
    cache = candidate.KVCache(1, 2, 6, 3, torch.float64)
    first = module(x[:, :3], cache)
    module(draft, cache)
    cache.truncate(3)
    second = module(x[:, 3:], cache)
    assert_close(torch.cat([first, second], 1), spec(state, 2, x))


@pytest.mark.fine
def test_beam_search_step(candidate):
    """After reorder each row goes on with the history of the row it came from."""
    state = random_state(18, 4)
    module = build(candidate, state, 2)
    x, step, rows = normal(19, 3, 2, 4), normal(20, 3, 1, 4), [2, 0, 2]
    cache = candidate.KVCache(3, 2, 3, 2, torch.float64)
    module(x, cache)
    cache.reorder(torch.tensor(rows))
    assert_close(module(step, cache), spec(state, 2, torch.cat([x[rows], step], 1))[:, 2:])


@pytest.mark.fine
def test_bad_truncation(candidate):
    """A length that is negative or greater than that of the cache raises ValueError and changes nothing."""
    cache = candidate.KVCache(1, 1, 6, 1)
    k = torch.tensor([1.0, 2.0, 3.0]).reshape(1, 1, 3, 1)
    cache.append(k, k)
    for length in (4, 6, -1):
        with assert_raises(ValueError):
            cache.truncate(length)
        assert_equal(len(cache), 3)
    keys, _ = cache.append(k, k)
    assert_close(keys.flatten(), torch.tensor([1.0, 2.0, 3.0, 1.0, 2.0, 3.0]))


@pytest.mark.fine
def test_no_room(candidate):
    """Tokens that do not fit raise ValueError and leave the cache as it was."""
    cache = candidate.KVCache(1, 2, 4, 3)
    k, v = normal(0, 1, 2, 4, 3, dtype=torch.float32), normal(1, 1, 2, 4, 3, dtype=torch.float32)
    cache.append(k[:, :, :2], v[:, :, :2])
    for t in (3, 4):
        with assert_raises(ValueError):
            cache.append(-k[:, :, :t], -v[:, :, :t])
        with assert_raises(ValueError):
            cache.append(-k[:, :, :1].expand(1, 2, 5, 3), -v[:, :, :1].expand(1, 2, 5, 3))
        assert_equal(len(cache), 2)
    keys, values = cache.append(k[:, :, 2:], v[:, :, 2:])
    assert_close(keys, k)
    assert_close(values, v)
    with assert_raises(ValueError):
        cache.append(k[:, :, :1], v[:, :, :1])
    assert_equal(len(cache), 4)
    with assert_raises(ValueError):
        candidate.KVCache(1, 2, 4, 3).append(k.repeat(1, 1, 2, 1), v.repeat(1, 1, 2, 1))


@pytest.mark.fine
def test_no_room_for_a_chunk(candidate):
    """A chunk that does not fit raises ValueError, and decoding can go on as if it had not been tried."""
    state = random_state(21, 4)
    module = build(candidate, state, 2)
    x = normal(22, 1, 4, 4)
    cache = candidate.KVCache(1, 2, 4, 2, torch.float64)
    first = module(x[:, :2], cache)
    with assert_raises(ValueError):
        module(-x[:, :3], cache)
    assert_equal(len(cache), 2)
    assert_close(torch.cat([first, module(x[:, 2:], cache)], 1), spec(state, 2, x))


@pytest.mark.fine
@pytest.mark.parametrize("shape", [(1, 2, 1, 3), (2, 1, 1, 3), (2, 2, 1, 1), (2, 2, 1, 4), (3, 2, 1, 3), (2, 3, 1, 3)])
def test_bad_shapes(candidate, shape):
    """Keys or values of another batch, number of heads or width raise ValueError and are not broadcast."""
    cache = candidate.KVCache(2, 2, 4, 3)
    good = normal(7, 2, 2, 1, 3, dtype=torch.float32)
    cache.append(good, -good)
    for k, v in ((torch.ones(shape), torch.ones(shape)), (torch.ones(shape), good), (good, torch.ones(shape))):
        with assert_raises(ValueError):
            cache.append(k, v)
    assert_equal(len(cache), 1)
    assert_close(held(cache, good), (good, -good))


@pytest.mark.fine
@pytest.mark.parametrize("shape", [(), (2,), (2, 2), (2, 2, 3), (2, 2, 1, 3, 1), (1, 2, 2, 1, 3)])
def test_other_numbers_of_axes(candidate, shape):
    """Keys or values with fewer or more than four axes raise ValueError and leave the cache as it was."""
    cache = candidate.KVCache(2, 2, 4, 3)
    good = normal(7, 2, 2, 1, 3, dtype=torch.float32)
    cache.append(good, -good)
    for k, v in ((torch.ones(shape), torch.ones(shape)), (torch.ones(shape), good), (good, torch.ones(shape))):
        with assert_raises(ValueError):
            cache.append(k, v)
    assert_equal(len(cache), 1)
    assert_close(held(cache, good), (good, -good))


@pytest.mark.fine
def test_keys_and_values_of_one_length(candidate):
    """Different numbers of keys and values raise ValueError and leave the cache as it was."""
    cache = candidate.KVCache(1, 1, 4, 1)
    one = torch.ones(1, 1, 1, 1)
    cache.append(one, one)
    for a, b in ((1, 2), (2, 1), (3, 1)):
        with assert_raises(ValueError):
            cache.append(2 * one.expand(1, 1, a, 1), 2 * one.expand(1, 1, b, 1))
    assert_equal(len(cache), 1)
    assert_close(held(cache, one), (one, one))


@pytest.mark.fine
def test_dtypes(candidate):
    """The cache has the dtype it was made with, float32 by default, and converts what it stores."""
    x = normal(6, 1, 1, 2, 3)
    for dtype, options in ((torch.float32, {}), (torch.float64, {"dtype": torch.float64})):
        for found in candidate.KVCache(1, 1, 2, 3, **options).append(x, 2 * x):
            assert_dtype(found, dtype)
    keys, values = candidate.KVCache(1, 1, 2, 3, dtype=torch.float64).append(x, 2 * x)
    assert_close((keys, values), (x, 2 * x), rtol=0.0, atol=0.0)
    keys, values = candidate.KVCache(1, 1, 2, 3, torch.float16).append(x.float(), 2 * x.float())
    assert_equal(keys, x.half())
    assert_equal(values, (2 * x).half())


@pytest.mark.fine
def test_attention_keeps_dtypes(candidate):
    """Attention gives back the dtype of its input, with a cache and without."""
    for dtype in (torch.float32, torch.float64):
        module = build(candidate, random_state(13, 4, dtype=dtype), 2)
        x = normal(14, 1, 3, 4, dtype=dtype)
        assert_dtype(module(x), dtype)
        assert_dtype(module(x, candidate.KVCache(1, 2, 4, 2, dtype=dtype)), dtype)


@pytest.mark.fine
def test_strided_input(candidate):
    """Views as head splitting makes them are stored and read correctly."""
    k, v = (
        normal(8, 2, 3, 2, 2, dtype=torch.float32).transpose(1, 2),
        normal(9, 2, 2, 3, 4, dtype=torch.float32)[..., ::2],
    )
    cache = candidate.KVCache(2, 2, 3, 2)
    cache.append(k[:, :, :1], v[:, :, :1])
    assert_close(cache.append(k[:, :, 1:], v[:, :, 1:]), (k, v))
    state = random_state(10, 4)
    x = normal(11, 3, 2, 8).transpose(0, 1)[..., ::2]
    cache = candidate.KVCache(2, 2, 3, 2, torch.float64)
    assert_close(decode(build(candidate, state, 2), x, cache, 2, 1), spec(state, 2, x))


@pytest.mark.fine
def test_nothing_else_in_the_state_dict(candidate):
    """The state dict holds weights and biases of qkv and proj and nothing else, also after a cached step."""
    module = candidate.CachedSelfAttention(6, 3)
    state = random_state(12, 6, dtype=torch.float32)
    assert_equal(sorted(module.state_dict()), sorted(state))
    module.load_state_dict(state)
    module(torch.zeros(1, 2, 6), candidate.KVCache(1, 3, 4, 2))
    assert_close(dict(module.state_dict()), state, rtol=0.0, atol=0.0)


@pytest.mark.fine
def test_large_scores(candidate):
    """Scores in the millions pick the best token instead of overflowing."""
    state = {"qkv.weight": torch.eye(2).repeat(3, 1), "qkv.bias": torch.zeros(6)}
    state |= {"proj.weight": torch.eye(2), "proj.bias": torch.zeros(2)}
    x = torch.tensor([[[3000.0, 1000.0], [2000.0, 0.0]]])
    module = build(candidate, state, 1)
    expected = torch.tensor([[[3000.0, 1000.0], [3000.0, 1000.0]]])
    assert_close(module(x), expected)
    assert_close(decode(module, x, candidate.KVCache(1, 1, 2, 2), 1, 1), expected)


@pytest.mark.fine
def test_cache_carries_no_gradient(candidate):
    """Keys and values that come out of the cache are numbers without a history, the new ones included."""
    module = build(candidate, random_state(25, 4), 2)
    x = normal(26, 1, 1, 4)
    # A single token attends to itself only, so nothing but its value could carry a gradient.
    (got,) = gradients(module, x, candidate.KVCache(1, 2, 2, 2, torch.float64))
    assert_close(got, torch.zeros(1, 1, 4))
    _, got = gradients(module, x, candidate.KVCache(1, 2, 2, 2, torch.float64), parameters=True)
    assert_close(got["proj.bias"], torch.ones(4))


@pytest.mark.fine
def test_gradient_by_the_query_only(candidate):
    """With a cache, gradients reach new tokens through their queries, and not through their keys."""
    state = random_state(27, 2)
    module, cache = build(candidate, state, 1), candidate.KVCache(1, 1, 2, 2, torch.float64)
    x, leaf = normal(28, 1, 1, 2), normal(29, 1, 1, 2).requires_grad_()
    module(x, cache)
    (got,) = gradients(module, leaf.detach(), cache)
    _, k, v = (torch.cat([x, leaf.detach()], 1) @ state["qkv.weight"].T + state["qkv.bias"]).chunk(3, -1)
    q = (leaf @ state["qkv.weight"].T + state["qkv.bias"])[..., :2]
    merged = (q @ k.mT / math.sqrt(2)).softmax(-1) @ v
    (merged @ state["proj.weight"].T).sum().backward()
    assert_close(got, leaf.grad)


@pytest.mark.scale
@pytest.mark.call_s(6)
def test_memory(candidate, reference, rng):
    """A step copies its own token only: 24 MiB beyond a cache of 68 MiB are enough."""

    def prepare(subject, rng):
        module, cache = (
            build(subject, random_state(rng, 256, dtype=torch.float32), 1),
            subject.KVCache(1, 1, 34816, 256),
        )
        k = put(subject, torch.ones(1, 1, 34815, 256))
        module(torch.ones(1, 1, 256), subject.KVCache(1, 1, 1, 256))
        cache.append(k, k)
        return lambda: module(torch.ones(1, 1, 256), cache)

    memory(candidate, reference, prepare, rng, limit=1.5)
