"""Hidden tests of transformer_encoder_layer."""

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
    assert_that,
    gradients,
    put,
    speed,
)


def normal(rng, *shape, dtype=torch.float64):
    """Standard normal tensor."""
    return torch.from_numpy(rng.normal(size=shape)).to(dtype)


def weights(seed, d, hidden=5, dtype=torch.float64):
    """A state dict in which every entry matters."""
    rng, p = np.random.default_rng(seed), {}
    sizes = {"self_attn.out_proj": (d, d), "linear1": (hidden, d), "linear2": (d, hidden)}
    p["self_attn.in_proj_weight"] = normal(rng, 3 * d, d, dtype=dtype)
    p["self_attn.in_proj_bias"] = normal(rng, 3 * d, dtype=dtype)
    for name, shape in sizes.items():
        p[f"{name}.weight"], p[f"{name}.bias"] = normal(rng, *shape, dtype=dtype), normal(rng, shape[0], dtype=dtype)
    for name in ("norm1", "norm2"):
        p[f"{name}.weight"], p[f"{name}.bias"] = 1 + 0.3 * normal(rng, d, dtype=dtype), normal(rng, d, dtype=dtype)
    return p


def tokens(seed, *shape, dtype=torch.float64):
    """Tokens with a mean and a scale of their own."""
    return 2 * normal(np.random.default_rng(seed), *shape, dtype=dtype) + 1


def silent(p, *names):
    """The same weights, but zero where a name begins with one of these."""
    return {name: torch.zeros_like(t) if name.startswith(names) else t for name, t in p.items()}


def spec(x, p, n_heads, norm_first=False, activation="relu", pad=None, eps=1e-5):
    """The definition for one sequence, token by token and head by head."""

    def norm(name, t):
        mean, var = t.mean(), ((t - t.mean()) ** 2).mean()
        return (t - mean) / torch.sqrt(var + eps) * p[f"{name}.weight"] + p[f"{name}.bias"]

    def attend(rows):
        d, keep = len(rows[0]), [j for j in range(len(rows)) if pad is None or not pad[j]]
        projected = [p["self_attn.in_proj_weight"] @ row + p["self_attn.in_proj_bias"] for row in rows]
        out = []
        for row in projected:
            heads = []
            for h in range(n_heads):
                part = slice(h * d // n_heads, (h + 1) * d // n_heads)
                scores = [row[:d][part] @ projected[j][d : 2 * d][part] / math.sqrt(d // n_heads) for j in keep]
                share = torch.stack(scores).softmax(0)
                heads.append(sum(s * projected[j][2 * d :][part] for s, j in zip(share, keep, strict=True)))
            out.append(p["self_attn.out_proj.weight"] @ torch.cat(heads) + p["self_attn.out_proj.bias"])
        return out

    def feed(row):
        hidden = p["linear1.weight"] @ row + p["linear1.bias"]
        hidden = hidden.clamp(min=0) if activation == "relu" else hidden * (1 + torch.erf(hidden / math.sqrt(2))) / 2
        return p["linear2.weight"] @ hidden + p["linear2.bias"]

    rows = list(x)
    if norm_first:
        rows = [row + a for row, a in zip(rows, attend([norm("norm1", row) for row in rows]), strict=True)]
        return torch.stack([row + feed(norm("norm2", row)) for row in rows])
    rows = [norm("norm1", row + a) for row, a in zip(rows, attend(rows), strict=True)]
    return torch.stack([norm("norm2", row + feed(row)) for row in rows])


def test_pre_norm_without_sublayers_is_the_identity(candidate):
    """With sublayers that give zero, the residual path of pre-norm is left alone by the norms."""
    x, p = tokens(1, 2, 3, 4), silent(weights(1, 4), "self_attn.out_proj", "linear2")
    assert_close(candidate.encoder_layer(x, p, 2, norm_first=True), x)


def test_post_norm_without_sublayers_is_two_norms(candidate):
    """With sublayers that give zero, post-norm applies the first norm and then the second."""
    x, p = tokens(2, 1, 2, 4), silent(weights(2, 4), "self_attn.out_proj", "linear2")
    assert_close(candidate.encoder_layer(x, p, 2)[0], spec(x[0], p, 2))


@pytest.mark.parametrize("norm_first", [False, True])
def test_attention_alone(candidate, norm_first):
    """With a silent feed-forward network the layer is attention with its residual and norms."""
    x, p = tokens(3, 1, 3, 4), silent(weights(3, 4), "linear2")
    for heads in (1, 2, 4):
        assert_close(candidate.encoder_layer(x, p, heads, norm_first=norm_first)[0], spec(x[0], p, heads, norm_first))


@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_feed_forward_alone(candidate, norm_first, activation):
    """With silent attention every token passes the feed-forward network by itself."""
    x, p = tokens(4, 1, 3, 4), silent(weights(4, 4), "self_attn.out_proj")
    got = candidate.encoder_layer(x, p, 2, norm_first=norm_first, activation=activation)
    assert_close(got[0], spec(x[0], p, 2, norm_first, activation))


def test_equal_keys_average_the_values(candidate):
    """Without queries every token attends equally to all; each then gets the mean of the values."""
    p = silent(weights(5, 2), "self_attn", "linear2")
    p["self_attn.in_proj_weight"] = torch.cat([torch.zeros(4, 2), torch.eye(2)]).double()
    p["self_attn.out_proj.weight"] = torch.eye(2).double()
    p["norm1.weight"], p["norm1.bias"] = torch.ones(2).double(), torch.zeros(2).double()
    x = torch.tensor([[[3.0, 1.0], [0.0, 4.0], [7.0, 5.0]]]).double()
    # The norms turn each token into (1, -1) or (-1, 1); the mean of the three is (1/3, -1/3).
    got = candidate.encoder_layer(x, p, 1, norm_first=True, eps=0.0)
    assert_close(got, x + torch.tensor([1 / 3, -1 / 3]).double())


@given(
    seed=st.integers(0, 2**32 - 1),
    sizes=st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(1, 2), st.integers(1, 2)),
    norm_first=st.booleans(),
    activation=st.sampled_from(["relu", "gelu"]),
)
def test_random_layers(candidate, seed, sizes, norm_first, activation):
    """On random weights every sequence gets what the definition gives, token by token."""
    batch, length, heads, width = sizes
    d = 2 * heads * width
    x, p = tokens(seed, batch, length, d), weights(seed + 1, d)
    got = candidate.encoder_layer(x, p, heads, norm_first=norm_first, activation=activation)
    assert_close(got, torch.stack([spec(row, p, heads, norm_first, activation) for row in x]), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("norm_first", [False, True])
def test_padding_is_like_a_shorter_sequence(candidate, norm_first):
    """Kept tokens get what they would get without the padding, wherever it stands."""
    x, p = tokens(6, 3, 4, 4), weights(6, 4)
    pad = torch.tensor([[False, False, True, True], [True, False, False, True], [False] * 4])
    got = candidate.encoder_layer(x, p, 2, norm_first=norm_first, pad=pad)
    for row, flags, result in zip(x, pad, got, strict=True):
        assert_close(result[~flags], spec(row[~flags], p, 2, norm_first))


def test_padded_tokens_have_no_influence(candidate):
    """Changing a padded token does not change any other output."""
    x, p, pad = tokens(7, 1, 4, 4), weights(7, 4), torch.tensor([[False, True, False, False]])
    before = candidate.encoder_layer(x, p, 2, pad=pad)
    x[0, 1] += 100.0
    assert_close(candidate.encoder_layer(x, p, 2, pad=pad)[~pad], before[~pad])


def test_order_of_tokens(candidate):
    """Without positions, permuting the tokens permutes the result."""
    x, p = tokens(8, 2, 4, 4), weights(8, 4)
    order = torch.tensor([2, 0, 3, 1])
    assert_close(candidate.encoder_layer(x[:, order], p, 2), candidate.encoder_layer(x, p, 2)[:, order])


@pytest.mark.parametrize("eps", [1e-5, 1e-2, 1.0])
def test_epsilon(candidate, eps):
    """The epsilon of both norms is the argument, inside the root."""
    x, p = 0.01 * tokens(9, 1, 2, 4), weights(9, 4)
    for norm_first in (False, True):
        got = candidate.encoder_layer(x, p, 2, norm_first=norm_first, eps=eps)
        assert_close(got[0], spec(x[0], p, 2, norm_first, eps=eps))


def test_default_epsilon(candidate):
    """By default epsilon is 1e-5, and the order is post-norm with ReLU."""
    x, p = 0.003 * tokens(10, 1, 2, 4), silent(weights(10, 4), "self_attn.out_proj", "linear2")
    assert_close(candidate.encoder_layer(x, p, 2)[0], spec(x[0], p, 2))


@pytest.mark.fine
@pytest.mark.parametrize("norm_first", [False, True])
def test_padding_only(candidate, norm_first):
    """A sequence of padding only gives finite outputs and gradients, and does not disturb others."""
    x, p, pad = tokens(11, 2, 3, 4), weights(11, 4), torch.tensor([[True] * 3, [False] * 3])
    got = candidate.encoder_layer(x, p, 2, norm_first=norm_first, pad=pad)
    assert_that(bool(got.isfinite().all()), "is not finite", got)
    assert_close(got[1], spec(x[1], p, 2, norm_first))
    (slope,) = gradients(candidate.encoder_layer, x, p, 2, norm_first=norm_first, pad=pad)
    assert_that(bool(slope.isfinite().all()), "has a gradient that is not finite", slope)


@pytest.mark.fine
def test_gradients(candidate):
    """Gradients with respect to the tokens agree with finite differences."""
    x, p, pad = tokens(12, 2, 3, 4), weights(12, 4), torch.tensor([[False, False, True], [False] * 3])
    for norm_first in (False, True):
        assert_gradients(candidate.encoder_layer, x, p, 2, norm_first=norm_first, activation="gelu")
    (slope,) = gradients(candidate.encoder_layer, x, p, 2, pad=pad, cotangent=(~pad)[..., None] * torch.ones(2, 3, 4))
    assert_close(slope[pad], torch.zeros(1, 4))


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_dtypes(candidate, dtype):
    """float32 and float64 are kept, with and without padding; single tokens and no sequences are fine."""
    p = weights(13, 4, dtype=dtype)
    for shape in ((2, 3, 4), (1, 1, 4), (0, 3, 4)):
        x = tokens(13, *shape, dtype=dtype)
        for pad in (None, torch.zeros(shape[:2]) > 0):
            got = candidate.encoder_layer(x, p, 2, pad=pad)
            assert_dtype(got, dtype)
            assert_that(tuple(got.shape) == shape, f"has shape {tuple(got.shape)}")


@pytest.mark.fine
def test_bad_arguments_are_refused(candidate):
    """An unknown activation, and heads that do not divide the width, raise ValueError."""
    x, p = tokens(14, 1, 2, 4), weights(14, 4)
    for options in ({"activation": "tanh"}, {"activation": "GELU"}, {"n_heads": 3}, {"n_heads": 8}):
        with assert_raises(ValueError):
            candidate.encoder_layer(x, p, **{"n_heads": 2} | options)


@pytest.mark.scale
def test_batches_are_quick(candidate, reference, rng):
    """A batch of sequences passes without a loop over sequences, tokens or heads."""

    def prepare(subject, rng):
        seed = int(rng.integers(1000))
        x, p = put(subject, tokens(seed, 16, 16, 32)), put(subject, weights(seed, 32, 64))
        return lambda: subject.encoder_layer(x, p, 8)

    speed(candidate, reference, prepare, rng, limit=8)
