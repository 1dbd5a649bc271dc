"""Hidden tests of magnitude_pruning."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_that, assert_type, put, speed


def distinct(seed, *shapes):
    """Tensors of these shapes, by letters, whose absolute values are all different."""
    rng = np.random.default_rng(seed)
    total = sum(math.prod(shape) for shape in shapes)
    values = iter((rng.permutation(total) + 1) / 8 * rng.choice([-1, 1], size=total))
    tensors = [torch.tensor([next(values) for _ in range(math.prod(s))]).float().reshape(s) for s in shapes]
    return {chr(97 + i): tensor for i, tensor in enumerate(tensors)}


def pruned(masks):
    """Number of pruned entries of each mask, once they are a dict of boolean or 0-1 tensors."""
    assert_that(isinstance(masks, dict), "is not a dict")
    return {name: int((torch.as_tensor(mask) == 0).sum()) for name, mask in masks.items()}


def network(subject):
    """Two layers with weights 1, 2, 3 ... and biases of 9."""
    model = subject.nn.Sequential()
    model.add_module("first", subject.nn.Linear(3, 2))
    model.add_module("second", subject.nn.Linear(2, 2))
    state = {name: torch.full(tuple(t.shape), 9.0) for name, t in model.state_dict().items()}
    for name in ("first.weight", "second.weight"):
        state[name] = torch.arange(1.0, state[name].numel() + 1).reshape(state[name].shape)
    model.load_state_dict(state)
    return model, state


def test_masks_by_hand(candidate):
    """The smallest half of all entries goes, by absolute value and over both tensors together."""
    weights = {"a": torch.tensor([[0.1, -3.0], [0.2, 0.4]]), "b": torch.tensor([0.3, -0.05])}
    masks = candidate.global_magnitude_masks(weights, 0.5)
    assert_close(masks["a"], [[False, True], [False, True]])
    assert_close(masks["b"], [True, False])


def test_one_tensor_may_lose_everything(candidate):
    """A tensor of small entries is pruned away before a large one loses anything."""
    weights = {"small": torch.linspace(0.01, 0.02, 4), "large": torch.linspace(1.0, 2.0, 4)}
    assert_equal(pruned(candidate.global_magnitude_masks(weights, 0.5)), {"small": 4, "large": 0})


@pytest.mark.parametrize("sparsity", [0.0, 0.25, 0.3, 0.45, 0.75, 0.99])
def test_number_of_pruned_entries(candidate, sparsity):
    """The whole part of sparsity times the total is pruned, never more."""
    masks = candidate.global_magnitude_masks(distinct(1, (3, 4), (2, 2, 2)), sparsity)
    assert_equal(sum(pruned(masks).values()), int(sparsity * 20))


def test_equal_magnitudes(candidate):
    """Where all magnitudes are equal, or many are 0, still only the right number is pruned."""
    weights = {"a": torch.full((3, 3), 0.5), "b": torch.full((3,), -0.5)}
    assert_equal(sum(pruned(candidate.global_magnitude_masks(weights, 0.25)).values()), 3)
    weights = {"a": torch.tensor([0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0])}
    assert_equal(pruned(candidate.global_magnitude_masks(weights, 0.25)), {"a": 2})


@given(seed=st.integers(0, 2**32 - 1), eighths=st.integers(0, 7), rows=st.integers(1, 4))
def test_random_masks(candidate, seed, eighths, rows):
    """On random tensors exactly the entries of small rank are pruned."""
    weights = distinct(seed, (rows, 2), (3,), (1, 2, rows))
    total = sum(w.numel() for w in weights.values())
    limit = int(eighths / 8 * total) / 8  # the absolute values are 1/8, 2/8, 3/8 and so on
    masks = candidate.global_magnitude_masks(weights, eighths / 8)
    assert_equal(sorted(masks), sorted(weights))
    for name, w in weights.items():
        assert_close(masks[name], w.abs() > limit)


def test_masks_are_applied(candidate):
    """Masked entries become 0, all others stay, and parameters without a mask are left alone."""
    model, state = network(candidate)
    mask = torch.tensor([[True, False, True], [False, False, True]])
    candidate.apply_masks(model, {"first.weight": mask})
    assert_close(model.state_dict(), state | {"first.weight": torch.tensor([[1.0, 0.0, 3.0], [0.0, 0.0, 6.0]])})


def test_masks_hold_during_training(candidate):
    """Weights that an optimizer brought back are set to 0 again."""
    model, state = network(candidate)
    masks = {"first.weight": torch.ones(2, 3) > 2, "second.weight": torch.eye(2) > 0}
    for _ in range(2):
        model.load_state_dict(state)
        candidate.apply_masks(model, masks)
        expected = {"first.weight": torch.zeros(2, 3), "second.weight": torch.tensor([[1.0, 0.0], [0.0, 4.0]])}
        assert_close(model.state_dict(), state | expected)


def test_channels_by_hand(candidate):
    """The channel of least L2 norm goes; the L1 norm or the sum would choose another one."""
    w = torch.tensor([[3.0, 0.0], [2.0, 2.0], [-4.0, 4.0], [0.5, 4.0]]).reshape(4, 2, 1, 1)
    assert_close(candidate.prune_channels(w, 1), [0, 2, 3])
    assert_close(candidate.prune_channels(w, 2), [2, 3])
    assert_close(candidate.prune_channels(w, 3), [2])


@given(seed=st.integers(0, 2**32 - 1), out=st.integers(1, 6), data=st.data())
def test_random_channels(candidate, seed, out, data):
    """The kept channels are the strongest, in ascending order; all of them for n = 0."""
    n = data.draw(st.integers(0, out - 1))
    w = torch.from_numpy(np.random.default_rng(seed).normal(size=(out, 3, 2, 2)))
    norms = [math.sqrt(sum(v * v for v in channel.flatten().tolist())) for channel in w]
    assert_close(candidate.prune_channels(w, n), sorted(sorted(range(out), key=lambda i: norms[i])[n:]))


def test_schedule_by_hand(candidate):
    """The sparsity rises quickly at first: half way, seven eighths of the difference are reached."""
    for step, expected in ((0, 0.0), (25, 0.8 * 37 / 64), (50, 0.7), (75, 0.8 * 63 / 64), (100, 0.8)):
        assert_close(candidate.cubic_sparsity(step, 0, 100, 0.8), expected)
    assert_close(candidate.cubic_sparsity(30, 20, 40, 0.9, 0.1), 0.8)
    assert_close(candidate.cubic_sparsity(30, 20, 40, 0.2, initial=0.6), 0.25)


def test_schedule_outside_its_range(candidate):
    """Before start it is the initial value, after end the final one."""
    for step, expected in ((-5, 0.2), (9, 0.2), (10, 0.2), (20, 0.6), (21, 0.6), (1000, 0.6)):
        assert_close(candidate.cubic_sparsity(step, 10, 20, 0.6, 0.2), expected)


@pytest.mark.fine
def test_order_of_equal_entries(candidate):
    """Of equal magnitudes the earlier entries go first, by the order of the dict and then by flat index."""
    weights = {"z": torch.full((2, 2), 1.0), "a": torch.tensor([-1.0, 0.5, 1.0, 1.0])}
    for eighths, z, a in ((2, 1, [1, 0, 1, 1]), (5, 4, [1, 0, 1, 1]), (7, 4, [0, 0, 0, 1])):
        masks = candidate.global_magnitude_masks(weights, eighths / 8)
        assert_close(masks["z"].flatten(), torch.arange(4) >= z)
        assert_close(masks["a"], torch.tensor(a) > 0)
    many = {"w": torch.ones(500)}
    assert_close(candidate.global_magnitude_masks(many, 0.5)["w"], torch.arange(500) >= 250)
    assert_close(candidate.prune_channels(torch.ones(100, 2), 40), list(range(40, 100)))


@pytest.mark.fine
def test_infinite_weights_become_zero(candidate):
    """Masked infinities and NaN become an exact 0."""
    model, state = network(candidate)
    bad = torch.tensor([[math.inf, math.nan], [-math.inf, 1.0]])
    model.load_state_dict(state | {"second.weight": bad})
    candidate.apply_masks(model, {"second.weight": torch.eye(2) > 2})
    assert_close(model.state_dict()["second.weight"], torch.zeros(2, 2))


@pytest.mark.fine
def test_types(candidate):
    """Masks are bool, indices int64, and a sparsity is a Python float; shapes () and matrices are fine."""
    for dtype in (torch.float16, torch.float32, torch.float64):
        masks = candidate.global_magnitude_masks({"a": torch.ones(2, 3, dtype=dtype), "b": torch.tensor(2.0)}, 0.5)
        for mask in masks.values():
            assert_dtype(mask, torch.bool)
        assert_equal([tuple(mask.shape) for mask in masks.values()], [(2, 3), ()])
    kept = candidate.prune_channels(torch.tensor([[1.0, 1.0], [0.0, 1.2]]), 1)
    assert_dtype(kept, torch.int64)
    assert_close(kept, [0])
    for step in (-1, 1, 3):
        assert_type(candidate.cubic_sparsity(step, 0, 2, 1, 0), float)


@pytest.mark.fine
def test_nothing_to_prune(candidate):
    """An empty dict gives an empty dict, an empty tensor an empty mask, and no masks change nothing."""
    assert_equal(candidate.global_magnitude_masks({}, 0.5), {})
    masks = candidate.global_magnitude_masks({"a": torch.zeros(0, 3), "b": torch.ones(4)}, 0.5)
    assert_equal(tuple(masks["a"].shape), (0, 3))
    model, state = network(candidate)
    candidate.apply_masks(model, {})
    assert_close(model.state_dict(), state)
    candidate.apply_masks(model, {name: torch.ones(tuple(t.shape)) > 0 for name, t in state.items()})
    assert_close(model.state_dict(), state)


@pytest.mark.fine
def test_bad_input_is_refused(candidate):
    """A sparsity outside [0, 1), too many channels, an empty range, and unknown names raise ValueError."""
    for sparsity in (-0.1, 1.0, 1.5, math.nan):
        with assert_raises(ValueError):
            candidate.global_magnitude_masks({"a": torch.ones(4)}, sparsity)
    for n in (-1, 3, 4):
        with assert_raises(ValueError):
            candidate.prune_channels(torch.ones(3, 2), n)
    for start, end in ((5, 5), (6, 5)):
        with assert_raises(ValueError):
            candidate.cubic_sparsity(5, start, end, 0.5)
    with assert_raises(ValueError):
        candidate.apply_masks(network(candidate)[0], {"third.weight": torch.ones(2, 2) > 0})


@pytest.mark.scale
def test_many_weights_are_quick(candidate, reference, rng):
    """A hundred thousand weights are ranked without a loop over them."""

    def prepare(subject, rng):
        weights = put(subject, {str(i): torch.from_numpy(rng.normal(size=(100, 250))) for i in range(4)})
        return lambda: subject.global_magnitude_masks(weights, 0.7)

    speed(candidate, reference, prepare, rng, limit=6)
