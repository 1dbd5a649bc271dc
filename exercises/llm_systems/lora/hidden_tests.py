"""Hidden tests of lora."""

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
)


def normal(seed, *shape, dtype=torch.float64):
    """Standard normal tensor from a seed or a generator."""
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape)).to(dtype)


def linear(subject, weight, bias=None):
    """Linear layer in the process of the subject."""
    module = subject.nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    if weight.dtype == torch.float64:
        module.double()
    module.load_state_dict({"weight": weight} if bias is None else {"weight": weight, "bias": bias})
    return module


def random_state(seed, n, m, r, *, bias=True, dtype=torch.float64):
    """Weights of a layer whose update is not zero."""
    rng = np.random.default_rng(seed)
    state = {"base.weight": normal(rng, m, n, dtype=dtype), "A": normal(rng, r, n, dtype=dtype)}
    state["B"] = normal(rng, m, r, dtype=dtype)
    return state | ({"base.bias": normal(rng, m, dtype=dtype)} if bias else {})


def build(subject, state, alpha, dropout=0.0):
    """Layer of the subject with these weights."""
    base = linear(subject, state["base.weight"], state.get("base.bias"))
    module = wrap(subject, base, state["A"].shape[0], alpha, dropout)
    missing = sorted(set(state) - set(module.state_dict()))
    assert_that(not missing, f"has no parameters {', '.join(missing)}")
    module.load_state_dict(state, strict=False)
    return module


def spec(state, alpha, x):
    """Apply one dense matrix with the update in it."""
    weight = state["base.weight"] + alpha / state["A"].shape[0] * torch.einsum("mr,rn->mn", state["B"], state["A"])
    y = torch.einsum("...n,mn->...m", x, weight)
    return y + state["base.bias"] if "base.bias" in state else y


def small_model(subject):
    """Model with linear layers at several depths, a norm, and modules whose names mislead."""
    inner = subject.nn.Sequential()
    for i, name in enumerate(("q_proj", "norm", "proj", "v_proj")):
        weight, bias = normal(10 + i, 4, 4, dtype=torch.float32) / 2, normal(20 + i, 4, dtype=torch.float32)
        inner.add_module(name, subject.nn.LayerNorm(4) if name == "norm" else linear(subject, weight, bias))
    outer = subject.nn.Sequential()
    outer.add_module("q_proj", linear(subject, normal(30, 4, 3, dtype=torch.float32)))
    outer.add_module("block", inner)
    outer.add_module("v_proj", subject.nn.Tanh())
    outer.add_module("head", linear(subject, normal(31, 2, 4, dtype=torch.float32)))
    return outer


def wrap(subject, base, r, alpha, dropout=0.0):
    """Layer of the subject around a base layer, in the dtype of the base."""
    module = subject.LoRALinear(base, r, alpha, dropout)
    if base.weight.dtype == torch.float64:
        module.double()
    return module


def test_layer_by_hand(candidate):
    """The update is alpha / r times B A, added to the base weight."""
    state = {
        "base.weight": torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
        "base.bias": torch.tensor([0.5, -0.5]),
        "A": torch.tensor([[1.0, 1.0, 1.0], [0.0, 0.0, 1.0]]),
        "B": torch.tensor([[1.0, 0.0], [2.0, 3.0]]),
    }
    # A x = (6, 3), B A x = (6, 21), times 4 / 2, plus (1, 2) and the bias.
    got = build(candidate, state, 4.0)(torch.tensor([1.0, 2.0, 3.0]))
    assert_close(got, torch.tensor([13.5, 43.5]))
    # A whole alpha is divided like any other number: 1 / 2 is not 0.
    assert_close(build(candidate, state, 1)(torch.tensor([1.0, 2.0, 3.0])), torch.tensor([4.5, 12.0]))


def test_start_changes_nothing(candidate):
    """A new layer gives what its base gives."""
    weight, bias, x = normal(0, 3, 5), normal(1, 3), normal(2, 4, 5)
    layer = wrap(candidate, linear(candidate, weight, bias), 2, 16.0)
    assert_close(layer(x), x @ weight.T + bias)
    assert_close(layer.B, torch.zeros(3, 2))


def test_training_can_start(candidate):
    """In a new layer B has a gradient that is not zero, or nothing would ever be learnt."""
    layer = wrap(candidate, linear(candidate, normal(8, 3, 4)), 2, 1.0)
    _, got = gradients(layer, normal(9, 5, 4), parameters=True)
    assert_that(got.get("B") is not None and bool((got["B"] != 0).any()), "gives B no gradient", got)


@given(
    sizes=st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 5)),
    lead=st.lists(st.integers(1, 3), max_size=2),
    alpha=st.sampled_from([0.5, 1.0, 16.0]),
    bias=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_agrees_with_a_dense_matrix(candidate, sizes, lead, alpha, bias, seed):
    """Any sizes, leading axes and alpha give what one dense matrix gives, merged, unmerged or neither."""
    state = random_state(seed, *sizes, bias=bias)
    x = normal(seed + 1, *lead, sizes[0])
    layer = build(candidate, state, alpha)
    expected = spec(state, alpha, x)
    assert_close(layer(x), expected)
    layer.merge()
    assert_close(layer(x), expected)
    layer.unmerge()
    assert_close(layer(x), expected)


def test_only_the_update_is_trained(candidate):
    """A and B get their gradients, weight and bias of the base get none."""
    state = random_state(5, 4, 3, 2)
    x, cotangent = normal(6, 5, 4), normal(7, 5, 3)
    leaves = {name: value.clone().requires_grad_() for name, value in state.items()}
    (spec(leaves, 3.0, x) * cotangent).sum().backward()
    _, got = gradients(build(candidate, state, 3.0), x, cotangent=cotangent, parameters=True)
    assert_that(got.get("base.weight") is None and got.get("base.bias") is None, "has gradients of the base", got)
    assert_that(got.get("A") is not None and got.get("B") is not None, "lacks a gradient of A or B", got)
    assert_close({name: got[name] for name in "AB"}, {name: leaves[name].grad for name in "AB"})


def test_gradients_of_inputs(candidate):
    """Gradients with respect to x go through base and update."""
    assert_gradients(build(candidate, random_state(10, 4, 3, 2), 3.0), normal(11, 2, 4))


def test_no_dropout_in_evaluation(candidate):
    """In evaluation mode nothing is dropped."""
    state = random_state(12, 50, 3, 2)
    x = normal(13, 4, 50)
    layer = build(candidate, state, 2.0, 0.5)
    layer.eval()
    assert_close(layer(x), spec(state, 2.0, x))


def test_merge_and_unmerge_change_the_base(candidate):
    """merge adds the update to the weight of the base layer, and unmerge takes it out again."""
    state = random_state(14, 4, 3, 2)
    layer = build(candidate, state, 3.0)
    layer.merge()
    assert_close(layer.base.weight, state["base.weight"] + 1.5 * state["B"] @ state["A"])
    assert_close(layer.base.bias, state["base.bias"])
    layer.unmerge()
    assert_close(layer.base.weight, state["base.weight"])


def test_inject_finds_layers_by_name(candidate):
    """Linear layers at any depth are wrapped if their last name is a target, and the model does what it did."""
    model = small_model(candidate)
    x = normal(21, 5, 3, dtype=torch.float32)
    before = model(x)
    assert_close(candidate.inject_lora(model, ["q_proj", "head"], 2, 4.0), 3)
    assert_equal(
        sorted(name for name in model.state_dict() if name.endswith(".A")), ["block.q_proj.A", "head.A", "q_proj.A"]
    )
    assert_shape(model.state_dict()["q_proj.A"], (2, 3))
    assert_close(model(x), before)


def test_part_of_a_name_is_no_match(candidate):
    """A target is the whole name: proj wraps proj, and neither q_proj nor v_proj."""
    model = small_model(candidate)
    assert_close(candidate.inject_lora(model, ["proj"], 2, 1.0), 1)
    assert_equal([name for name in model.state_dict() if name.endswith(".A")], ["block.proj.A"])


def test_inject_freezes_the_rest(candidate):
    """After injection only A and B get gradients; norms and other layers get none."""
    model = small_model(candidate)
    candidate.inject_lora(model, ["q_proj"], 2, 4.0)
    _, got = gradients(model, normal(22, 5, 3, dtype=torch.float32), parameters=True)
    trained = sorted(name for name, value in got.items() if value is not None)
    assert_equal(trained, ["block.q_proj.A", "block.q_proj.B", "q_proj.A", "q_proj.B"])


def test_inject_uses_rank_and_alpha(candidate):
    """Injected layers have the rank and alpha of the call."""
    weight, x = normal(26, 3, 40, dtype=torch.float32), normal(27, 2, 40, dtype=torch.float32)
    model = candidate.nn.Sequential(linear(candidate, weight))
    candidate.inject_lora(model, ["0"], 4, 6.0)
    update = {"0.A": normal(28, 4, 40, dtype=torch.float32), "0.B": normal(29, 3, 4, dtype=torch.float32)}
    model.load_state_dict(update, strict=False)
    assert_close(model(x), x @ (weight + 1.5 * update["0.B"] @ update["0.A"]).T, rtol=1e-4, atol=1e-4)


@pytest.mark.fine
def test_first_matrix_is_uniform(candidate):
    """A starts uniform between -1/sqrt(n) and 1/sqrt(n), other numbers in every layer."""
    first, second = (candidate.LoRALinear(candidate.nn.Linear(400, 2), 50, 1.0).A for _ in range(2))
    bound = 1 / math.sqrt(400)
    assert_shape(first, (50, 400))
    assert_that(first.abs().max() <= bound * 1.0001, f"exceeds the bound {bound}", first)
    assert_that(first.abs().max() > 0.99 * bound, f"stays far below the bound {bound}", first)
    assert_that(abs(first.mean()) < 0.05 * bound, "is not centred", first)
    assert_that(abs(first.abs().mean() / bound - 0.5) < 0.03, "is not uniform", first)
    assert_that(bool((first != second).any()), "is the same in two layers", second)


@pytest.mark.fine
def test_names_shapes_and_dtypes(candidate):
    """The state dict holds A, B and the base, in the dtype of the base."""
    for dtype in (torch.float32, torch.float64):
        for bias in (True, False):
            state = random_state(0, 5, 3, 2, bias=bias, dtype=dtype)
            layer = candidate.LoRALinear(linear(candidate, state["base.weight"], state.get("base.bias")), 2, 1.0)
            got = layer.state_dict()
            assert_equal(sorted(got), sorted(state))
            for name, value in state.items():
                assert_shape(got[name], tuple(value.shape))
                assert_dtype(got[name], dtype)
            assert_dtype(layer(normal(1, 2, 5, dtype=dtype)), dtype)


@pytest.mark.fine
def test_mode_of_the_base(candidate):
    """The layer starts in the mode, training or evaluation, of its base."""
    for training in (True, False):
        base = candidate.nn.Linear(3, 2)
        base.train(training)
        assert_equal(candidate.LoRALinear(base, 1, 1.0, 0.5).training, training)


@pytest.mark.fine
@given(
    sizes=st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 5)),
    lead=st.lists(st.integers(0, 3), max_size=3),
    alpha=st.sampled_from([0.0, 0.5, 16, -3.0]),
    bias=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_shape_and_alpha(candidate, sizes, lead, alpha, bias, seed):
    """Leading axes may be many or empty, and alpha may be zero or negative."""
    state = random_state(seed, *sizes, bias=bias)
    x = normal(seed + 1, *lead, sizes[0])
    layer = build(candidate, state, alpha)
    assert_close(layer(x), spec(state, alpha, x))
    layer.merge()
    assert_close(layer(x), spec(state, alpha, x))


@pytest.mark.fine
def test_strided_input(candidate):
    """Transposed and strided inputs are treated like any others."""
    state = random_state(3, 4, 3, 2)
    x = normal(4, 4, 6).T[::2]
    assert_close(build(candidate, state, 2.0)(x), spec(state, 2.0, x))


@pytest.mark.fine
def test_base_sees_the_whole_input(candidate):
    """Dropout leaves the way through the base alone: a new layer gives what its base gives in training mode too."""
    weight, bias, x = normal(0, 3, 5), normal(1, 3), normal(2, 4, 5)
    layer = wrap(candidate, linear(candidate, weight, bias), 2, 16.0, 0.5)
    assert_close(layer(x), x @ weight.T + bias)


@pytest.mark.fine
def test_dropout_of_the_update(candidate):
    """In training the entries of x are dropped on their way into the update, and the rest scaled up."""
    n, share = 2000, 0.25
    state = {"base.weight": torch.full((2, n), 100.0), "A": torch.ones(1, n), "B": torch.tensor([[1.0], [2.0]])}
    layer = build(candidate, state, 3.0, share)
    x = torch.ones(20, n)
    update = (layer(x) - 100.0 * n) / (3.0 * torch.tensor([1.0, 2.0]))
    # Sums of 2000 entries that are 4/3 with probability 3/4: mean 2000, deviation 26.
    assert_that(bool(((update - n).abs() < 200).all()), "is far from its mean", update)
    assert_that(float(update.std()) > 8, "varies less between rows than independent dropping makes it", update)
    assert_that(float(update.std()) < 80, "varies too much", update)
    assert_close(update[:, 0], update[:, 1], rtol=1e-3, atol=0.5)
    assert_that(bool((update[0] != update[1:]).any()), "drops the same entries of every row", update)
    scaled = update * (1 - share)
    assert_close(scaled, scaled.round(), rtol=0.0, atol=0.1)


@pytest.mark.fine
def test_no_dropout_while_merged(candidate):
    """While merged nothing is dropped, in both modes."""
    state = random_state(12, 50, 3, 2)
    x = normal(13, 4, 50)
    expected = spec(state, 2.0, x)
    layer = build(candidate, state, 2.0, 0.5)
    layer.eval()
    layer.merge()
    assert_close(layer(x), expected)
    layer.train()
    assert_close(layer(x), expected)
    layer.unmerge()
    layer.eval()
    assert_close(layer(x), expected)


@pytest.mark.fine
def test_merge_changes_the_base_once(candidate):
    """merge adds the update to the weight of the very base layer; merging again adds nothing."""
    state = random_state(14, 4, 3, 2)
    base = linear(candidate, state["base.weight"], state["base.bias"])
    layer = wrap(candidate, base, 2, 3.0)
    layer.load_state_dict(state)
    expected = state["base.weight"] + 1.5 * state["B"] @ state["A"]
    for _ in range(2):
        layer.merge()
        assert_close(base.weight, expected)
        assert_close(base.bias, state["base.bias"])
        assert_close(layer(normal(15, 2, 4)), spec(state, 3.0, normal(15, 2, 4)))


@pytest.mark.fine
def test_unmerge_restores_the_base(candidate):
    """unmerge restores the weight, once, and does nothing to a layer that is not merged."""
    state = random_state(16, 4, 3, 2, dtype=torch.float32)
    base = linear(candidate, state["base.weight"], state["base.bias"])
    layer = candidate.LoRALinear(base, 2, 1.0)
    layer.load_state_dict(state)
    layer.unmerge()
    assert_equal(base.weight, state["base.weight"])
    for _ in range(2):
        layer.merge()
        layer.unmerge()
        layer.unmerge()
        assert_close(base.weight, state["base.weight"], rtol=1e-6, atol=1e-6)
        assert_close(layer.state_dict()["B"], state["B"], rtol=0.0, atol=0.0)


@pytest.mark.fine
def test_merged_layer_is_its_base(candidate):
    """While merged, forward takes the base alone: A and B get no gradient, nor does the base."""
    state = random_state(17, 4, 3, 2)
    layer = build(candidate, state, 3.0)
    layer.merge()
    x = normal(18, 5, 4)
    (by_input,), by_name = gradients(layer, x, parameters=True)
    assert_close(by_input, (state["base.weight"] + 1.5 * state["B"] @ state["A"]).sum(0).expand(5, 4))
    assert_that(all(value is None for value in by_name.values()), "has gradients of parameters", by_name)
    layer.unmerge()
    _, by_name = gradients(layer, x, parameters=True)
    assert_that(by_name["A"] is not None and by_name["base.weight"] is None, "trains the wrong parameters", by_name)


@pytest.mark.fine
def test_invalid_layer(candidate):
    """A rank below 1 and a dropout outside [0, 1) raise ValueError and leave the base trainable."""
    base = linear(candidate, normal(19, 3, 4))
    for r, dropout in ((0, 0.0), (-2, 0.0), (1, -0.1), (1, 1.0), (1, 1.5)):
        with assert_raises(ValueError):
            candidate.LoRALinear(base, r, 1.0, dropout)
    _, got = gradients(base, normal(20, 2, 4), parameters=True)
    assert_that(got["weight"] is not None, "froze the base", got)


@pytest.mark.fine
def test_inject_looks_at_types(candidate):
    """Modules that are no linear layers stay, whatever their names."""
    model = small_model(candidate)
    assert_equal(candidate.inject_lora(model, ["q_proj", "v_proj", "norm", "nothing"], 2, 4.0), 3)
    assert_equal(
        sorted(name for name in model.state_dict() if name.endswith(".A")),
        ["block.q_proj.A", "block.v_proj.A", "q_proj.A"],
    )


@pytest.mark.fine
def test_inject_wants_the_whole_name(candidate):
    """Part of a name and a name with its path match nothing; the number of a layer is its name."""
    model = small_model(candidate)
    assert_equal(candidate.inject_lora(model, ["q", "j", "block.v_proj", "block", ""], 2, 1.0), 0)
    assert_equal(candidate.inject_lora(model, [], 2, 1.0), 0)
    assert_equal(candidate.inject_lora(model, ["proj"], 2, 1.0), 1)
    assert_that("block.proj.A" in model.state_dict(), "did not wrap block.proj", 1)
    stack = candidate.nn.Sequential(candidate.nn.Linear(3, 3), candidate.nn.Tanh(), candidate.nn.Linear(3, 3))
    assert_equal(candidate.inject_lora(stack, ["1", "2"], 1, 1.0), 1)
    assert_equal(sorted(candidate.lora_state_dict(stack)), ["2.A", "2.B"])
    assert_equal(candidate.inject_lora(candidate.nn.Linear(3, 3), ["", "weight"], 1, 1.0), 0)


@pytest.mark.fine
def test_inject_skips_wrapped_layers(candidate):
    """A second call leaves wrapped layers and their bases alone, and wraps new targets."""
    model = small_model(candidate)
    assert_equal(candidate.inject_lora(model, ["q_proj"], 2, 4.0), 2)
    first = candidate.lora_state_dict(model)
    assert_equal(candidate.inject_lora(model, ["q_proj", "base"], 3, 1.0), 0)
    assert_equal(candidate.lora_state_dict(model), first)
    assert_equal(candidate.inject_lora(model, ["q_proj", "head", "base"], 3, 1.0), 1)
    assert_equal(sorted(candidate.lora_state_dict(model)), sorted([*first, "head.A", "head.B"]))
    layer = candidate.LoRALinear(candidate.nn.Linear(3, 2), 1, 1.0)
    assert_equal(candidate.inject_lora(layer, ["base"], 1, 1.0), 0)
    _, got = gradients(layer, torch.ones(1, 3), parameters=True)
    assert_that(got["A"] is not None and got["B"] is not None, "freezes the update", got)


@pytest.mark.fine
def test_inject_keeps_earlier_updates_trainable(candidate):
    """After several calls the updates of all of them get gradients, and nothing else does."""
    model = small_model(candidate)
    x = normal(22, 5, 3, dtype=torch.float32)
    for targets, wrapped in (
        (["q_proj"], ["block.q_proj", "q_proj"]),
        (["head"], ["block.q_proj", "head", "q_proj"]),
        (["nothing"], ["block.q_proj", "head", "q_proj"]),
    ):
        candidate.inject_lora(model, targets, 2, 4.0)
        _, got = gradients(model, x, parameters=True)
        trained = sorted(name for name, value in got.items() if value is not None)
        assert_equal(trained, sorted(f"{name}.{part}" for name in wrapped for part in "AB"))


@pytest.mark.fine
def test_inject_without_a_match_freezes(candidate):
    """A call that replaces nothing freezes all parameters as well."""
    model = candidate.nn.Sequential(linear(candidate, normal(23, 3, 3)), candidate.nn.Tanh())
    assert_equal(candidate.inject_lora(model, ["nothing"], 1, 1.0), 0)
    # The layer in front is trainable, so that there is something to differentiate.
    whole = candidate.nn.Sequential(linear(candidate, normal(24, 3, 3)), model)
    _, got = gradients(whole, normal(25, 2, 3), parameters=True)
    assert_that(got["0.weight"] is not None and got["1.0.weight"] is None, "does not freeze the model", got)


@pytest.mark.fine
def test_inject_keeps_mode_and_dtype(candidate):
    """Injected layers have no dropout, and the mode and dtype of what they replace."""
    weight, x = normal(26, 3, 40), normal(27, 2, 40)
    model = candidate.nn.Sequential(linear(candidate, weight))
    model.eval()
    candidate.inject_lora(model, ["0"], 4, 6.0)
    assert_equal(model.get_submodule("0").training, False)
    update = {"0.A": normal(28, 4, 40), "0.B": normal(29, 3, 4)}
    assert_dtype(candidate.lora_state_dict(model)["0.A"], "float64")
    model.load_state_dict(update, strict=False)
    expected = x @ (weight + 1.5 * update["0.B"] @ update["0.A"]).T
    assert_close(model(x), expected)
    model.train()
    assert_close(model(x), expected)


@pytest.mark.fine
def test_invalid_injection(candidate):
    """A rank below 1 raises ValueError and changes nothing, even where nothing matches."""
    model = small_model(candidate)
    before = sorted(model.state_dict())
    for r, targets in ((0, ["q_proj"]), (-1, ["q_proj"]), (0, ["nothing"])):
        with assert_raises(ValueError):
            candidate.inject_lora(model, targets, r, 1.0)
    assert_equal(sorted(model.state_dict()), before)
    _, got = gradients(model, normal(30, 2, 3, dtype=torch.float32), parameters=True)
    assert_that(all(value is not None for value in got.values()), "froze parameters", got)


@pytest.mark.fine
def test_state_dict_of_the_updates(candidate):
    """The dict holds A and B of wrapped layers with their paths, and nothing of other modules."""
    model = small_model(candidate)
    model.add_module("extra", candidate.nn.ParameterDict({"A": torch.ones(2), "B": torch.ones(2)}))
    assert_equal(candidate.lora_state_dict(model), {})
    candidate.inject_lora(model, ["v_proj", "head"], 2, 1.0)
    got = candidate.lora_state_dict(model)
    assert_equal(sorted(got), ["block.v_proj.A", "block.v_proj.B", "head.A", "head.B"])
    whole = model.state_dict()
    for name, value in got.items():
        assert_close(value, whole[name], rtol=0.0, atol=0.0)


@pytest.mark.fine
def test_state_dict_of_a_layer(candidate):
    """Of a wrapped layer itself, alone or put into a model by hand, the dict holds A and B as well."""
    state = random_state(31, 4, 3, 2)
    got = candidate.lora_state_dict(build(candidate, state, 1.0))
    assert_close(got, {"A": state["A"], "B": state["B"]})
    model = candidate.nn.Sequential(candidate.nn.Tanh(), build(candidate, state, 1.0))
    assert_close(candidate.lora_state_dict(model), {"1.A": state["A"], "1.B": state["B"]})


@pytest.mark.fine
def test_updates_move_to_another_model(candidate):
    """Updates loaded into a second model with the same base weights make both models equal."""
    x = normal(32, 5, 3, dtype=torch.float32)
    first, second = small_model(candidate), small_model(candidate)
    for model in (first, second):
        candidate.inject_lora(model, ["q_proj", "head"], 2, 4.0)
    trained = {
        name: normal(33 + i, *value.shape, dtype=torch.float32)
        for i, (name, value) in enumerate(sorted(candidate.lora_state_dict(first).items()))
    }
    first.load_state_dict(trained, strict=False)
    stored = candidate.lora_state_dict(first)
    assert_close(stored, trained)
    second.load_state_dict(stored, strict=False)
    assert_close(second(x), first(x))


@pytest.mark.scale
def test_update_is_never_dense(candidate, reference, rng):
    """The forward pass forms no matrix of the size of the weight."""

    def prepare(subject, rng):
        base = subject.nn.Linear(3000, 3000)
        weight = torch.from_numpy(rng.integers(-2, 3, size=(3000, 3000), dtype=np.int8)).float()
        base.load_state_dict({"weight": weight, "bias": torch.ones(3000)})
        layer = subject.LoRALinear(base, 2, 1.0)
        small = subject.LoRALinear(subject.nn.Linear(30, 30), 2, 1.0)
        small(torch.ones(1, 30))
        x = torch.ones(1, 3000)
        return lambda: layer(x)

    memory(candidate, reference, prepare, rng, limit=1.5)
