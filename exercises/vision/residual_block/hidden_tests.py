"""Hidden tests of residual_block."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_shape, assert_that, gradients

SHAPES = [(3, 3, 1), (3, 5, 1), (4, 4, 2)]


def normal(seed, *shape, dtype=torch.float64):
    """Standard normal tensor from a seed or a generator."""
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape)).to(dtype)


def norm_state(rng, part, c):
    """Weights and running statistics of a batch norm."""
    var = torch.from_numpy(rng.uniform(0.2, 3.0, size=c))
    values = {"weight": normal(rng, c), "bias": normal(rng, c), "running_mean": normal(rng, c), "running_var": var}
    return {f"{part}.{name}": value for name, value in values.items()}


def random_state(seed, c_in, c_out, stride):
    """Random state of a whole block."""
    rng = np.random.default_rng(seed)
    state = {"conv1.weight": normal(rng, c_out, c_in, 3, 3) / 3, "conv2.weight": normal(rng, c_out, c_out, 3, 3) / 3}
    state |= norm_state(rng, "bn1", c_out) | norm_state(rng, "bn2", c_out)
    if stride != 1 or c_in != c_out:
        state |= {"downsample.0.weight": normal(rng, c_out, c_in, 1, 1)} | norm_state(rng, "downsample.1", c_out)
    return state


def build(candidate, state, c_in, c_out, stride):
    """Block with these weights, in float64."""
    block = candidate.BasicBlock(c_in, c_out, stride).double()
    missing = sorted(set(state) - set(block.state_dict()))
    assert_that(not missing, f"has no parameters {', '.join(missing)}")
    block.load_state_dict(state, strict=False)
    return block


def spec(state, x, stride, *, training=False):
    """The formula."""

    def norm(part, t):
        stats = (None, None) if training else (state[f"{part}.running_mean"], state[f"{part}.running_var"])
        return F.batch_norm(t, *stats, state[f"{part}.weight"], state[f"{part}.bias"], training)

    y = norm("bn1", F.conv2d(x, state["conv1.weight"], stride=stride, padding=1)).clamp(min=0)
    y = norm("bn2", F.conv2d(y, state["conv2.weight"], padding=1))
    if "downsample.0.weight" in state:
        x = norm("downsample.1", F.conv2d(x, state["downsample.0.weight"], stride=stride))
    return (y + x).clamp(min=0)


def folded(candidate, seed, o, c, k, *, bias=True, groups=1, eps=1e-5):
    """Check a folded convolution against convolution and batch norm."""
    rng = np.random.default_rng(seed)
    w, b, x = normal(rng, o, c // groups, k, k), normal(rng, o) if bias else None, normal(rng, 2, c, 6, 6)
    gamma, beta, mean, var = norm_state(rng, "n", o).values()
    w2, b2 = candidate.fold_conv_bn(w, b, gamma, beta, mean, var, eps)
    expected = F.batch_norm(F.conv2d(x, w, b, groups=groups), mean, var, gamma, beta, eps=eps)
    assert_close(F.conv2d(x, w2, b2, groups=groups), expected)


def check_block(candidate, c_in, c_out, stride, *, training=False):
    """Check a block with random weights against the formula."""
    state = random_state(c_in, c_in, c_out, stride)
    block = build(candidate, state, c_in, c_out, stride)
    block.train(training)
    x = normal(1, 3, c_in, 7, 6)
    assert_close(block(x), spec(state, x, stride, training=training))


def test_block_with_an_identity(candidate):
    """Where the shape stays, x itself is added before the last ReLU."""
    check_block(candidate, 3, 3, 1)
    check_block(candidate, 1, 1, 1)


def test_block_with_other_channels(candidate):
    """Other channels need a 1 × 1 convolution and a norm in the shortcut."""
    check_block(candidate, 3, 5, 1)
    check_block(candidate, 5, 2, 1)


def test_block_with_a_stride(candidate):
    """A stride needs them too, whether the channels change or not."""
    check_block(candidate, 4, 4, 2)
    check_block(candidate, 2, 6, 2)
    check_block(candidate, 5, 3, 3)


def test_block_in_training(candidate):
    """In training the norms use the statistics of the batch."""
    check_block(candidate, 3, 3, 1, training=True)
    check_block(candidate, 2, 4, 2, training=True)


def test_shapes(candidate):
    """Height and width are divided by the stride, rounded up."""
    for c_in, c_out, stride in SHAPES:
        y = candidate.BasicBlock(c_in, c_out, stride)(torch.zeros(2, c_in, 9, 4))
        assert_shape(y, (2, c_out, -(-9 // stride), -(-4 // stride)))
    assert_shape(candidate.BasicBlock(2, 2)(torch.zeros(1, 2, 5, 5)), (1, 2, 5, 5))


def test_nothing_is_negative(candidate):
    """The last step is a ReLU: where the sum is negative, also by the shortcut alone, the output is 0."""
    state = random_state(0, 2, 2, 1) | {"bn2.weight": torch.zeros(2), "bn2.bias": torch.zeros(2)}
    block = build(candidate, state, 2, 2, 1)
    x = normal(3, 2, 2, 5, 5)
    assert_close(block(x), x.clamp(min=0))


def test_gradient_reaches_the_input_through_the_shortcut(candidate):
    """With a residual of zero the gradient passes the block as it is, where the output is positive."""
    state = random_state(0, 3, 3, 1) | {"bn2.weight": torch.zeros(3), "bn2.bias": torch.zeros(3)}
    block = build(candidate, state, 3, 3, 1)
    x = normal(5, 2, 3, 4, 4)
    assert_close(gradients(block, x)[0], (x > 0).double())


def test_fold_by_hand(candidate):
    """One channel: scale 3 / sqrt(4), shift 0.5 - 1.5 · 1, and the old bias scaled."""
    one = torch.ones(1, dtype=torch.float64)
    w2, b2 = candidate.fold_conv_bn(one.view(1, 1, 1, 1), 2 * one, 3 * one, 0.5 * one, one, 4 * one, 0.0)
    assert_close((w2, b2), (1.5 * one.view(1, 1, 1, 1), 2 * one))


@given(o=st.integers(1, 4), c=st.integers(1, 4), bias=st.booleans(), seed=st.integers(0, 2**32 - 1))
def test_folded_convolution_is_convolution_and_norm(candidate, o, c, bias, seed):
    """Random layers, with a bias or without, give the same numbers in one step."""
    folded(candidate, seed, o, c, 3, bias=bias)


def test_eps_counts(candidate):
    """A large eps makes a difference, and the default is 1e-5."""
    folded(candidate, 1, 3, 2, 3, eps=0.5)
    z, o = torch.zeros(1, dtype=torch.float64), torch.ones(1, dtype=torch.float64)
    assert_close(candidate.fold_conv_bn(o.view(1, 1, 1, 1), None, o, z, z, z)[0], o.view(1, 1, 1, 1) / 1e-5**0.5)


@pytest.mark.fine
def test_fold_of_other_kernels(candidate):
    """Grouped, depthwise and 1 × 1 kernels are folded alike."""
    for o, c, k, groups in ((4, 4, 3, 4), (6, 4, 1, 2), (4, 2, 5, 1)):
        folded(candidate, 2, o, c, k, groups=groups)


@pytest.mark.fine
def test_fold_keeps_the_dtype(candidate):
    """float32 kernels stay float32, also with statistics in float64 and without a bias."""
    w, v = torch.ones(2, 1, 1, 1), torch.ones(2, dtype=torch.float64)
    for b in (torch.ones(2), v, None):
        for part in candidate.fold_conv_bn(w, b, v, v, v, v):
            assert_dtype(part, torch.float32)


@pytest.mark.fine
def test_new_block_is_its_shortcut(candidate):
    """At the start bn2 scales by 0, so only the shortcut is left."""
    for c_in, c_out, stride in SHAPES:
        block = candidate.BasicBlock(c_in, c_out, stride).eval()
        state = block.state_dict()
        assert_close(state["bn2.weight"], torch.zeros(c_out))
        x = normal(2, 2, c_in, 5, 5, dtype=torch.float32)
        short = x
        if "downsample.0.weight" in state:
            short = F.conv2d(x, state["downsample.0.weight"], stride=stride) / (1 + 1e-5) ** 0.5
        assert_close(block(x), short.clamp(min=0))


@pytest.mark.fine
def test_names_in_the_state(candidate):
    """The state holds the named parts and nothing else."""
    for c_in, c_out, stride in SHAPES:
        block = candidate.BasicBlock(c_in, c_out, stride)
        names = {name for name in block.state_dict() if not name.endswith("num_batches_tracked")}
        assert_equal(sorted(names), sorted(random_state(0, c_in, c_out, stride)))


@pytest.mark.fine
def test_input_stays(candidate):
    """The block leaves its input as it is."""
    for c_in, c_out, stride in SHAPES:
        block = build(candidate, random_state(0, c_in, c_out, stride), c_in, c_out, stride).eval()
        assert_shape(block(normal(0, 2, c_in, 4, 4)), (2, c_out, -(-4 // stride), -(-4 // stride)))


@pytest.mark.fine
def test_empty_batch(candidate):
    """A batch of no images has an output of no images in evaluation."""
    block = candidate.BasicBlock(2, 3, 2).eval()
    assert_shape(block(torch.zeros(0, 2, 4, 4)), (0, 3, 2, 2))
