"""Hidden tests of freeze_finetune."""

import numpy as np
import pytest
import torch

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, gradients

X = torch.from_numpy(np.random.default_rng(0).normal(loc=2.0, size=(6, 3))).float()
BODY = ["body.a.weight", "body.a.bias", "body.norm.weight", "body.norm.bias"]
NAMES = [
    "stem.weight",
    "stem.bias",
    "norm.weight",
    "norm.bias",
    *BODY,
    "fc2.weight",
    "fc2.bias",
    "fc.weight",
    "fc.bias",
]
PREFIXES = ["stem", "norm", "body", "fc"]


def build(subject):
    """A small model whose i-th parameter is filled with i + 1; 'fc2' comes before 'fc'."""
    nn, body, model = subject.nn, subject.nn.Sequential(), subject.nn.Sequential()
    body.add_module("a", nn.Linear(4, 4))
    body.add_module("norm", nn.BatchNorm1d(4))
    for name, module in (("stem", nn.Linear(3, 4)), ("norm", nn.BatchNorm1d(4)), ("body", body)):
        model.add_module(name, module)
    model.add_module("fc2", nn.Linear(4, 4))
    model.add_module("fc", nn.Linear(4, 2))
    state = model.state_dict()
    model.load_state_dict(state | {name: torch.full_like(state[name], i + 1.0) for i, name in enumerate(NAMES)})
    return model


def trained(model, x=X):
    """Names of the parameters that a backward pass gives a gradient."""
    _, by_name = gradients(model, x, parameters=True)
    return {name for name, gradient in by_name.items() if gradient is not None}


def options_of(groups):
    """Learning rate and weight decay of each parameter, by name, once every parameter is in one group."""
    found = {}
    for group in groups:
        assert_that(len(group["params"]) > 0, "has an empty group")
        for tensor in group["params"]:
            name = NAMES[int(tensor.flatten()[0]) - 1]
            assert_that(name not in found, f"has {name} twice")
            found[name] = (float(group["lr"]), float(group["weight_decay"]))
    return found


def wanted(rates, weight_decay, names=NAMES):
    """Expected settings, by the first part of a name."""
    one = {name for name in names if name.endswith("bias") or "norm" in name}
    return {name: (rates[name.split(".")[0]], 0.0 if name in one else weight_decay) for name in names}


def modes(model):
    """Training flags of the two batch norms and of the model."""
    return [bool(m.training) for m in (model, model.get_submodule("norm"), model.get_submodule("body.norm"))]


def test_only_the_head_is_trained(candidate):
    """Weights and biases of the head have gradients, all others have none; 'fc2' is not 'fc'."""
    model = build(candidate)
    assert_close(candidate.freeze_backbone(model, "fc"), 10)
    assert_equal(trained(model), {"fc.weight", "fc.bias"})


def test_head_that_was_frozen(candidate):
    """A head that was frozen before is trained: its parameters are made trainable, not left as they are."""
    model = build(candidate)
    model.requires_grad_(False)
    assert_close(candidate.freeze_backbone(model, "fc"), 10)
    assert_equal(trained(model), {"fc.weight", "fc.bias"})


def test_head_in_the_middle(candidate):
    """The head is found by its name, wherever it stands, with all of its inner modules."""
    model = build(candidate)
    assert_close(candidate.freeze_backbone(model, "body"), 28)
    assert_equal(trained(model), set(BODY))


def test_new_head(candidate):
    """The new layer has the old number of inputs, the new number of outputs, and new weights that are trained."""
    model = build(candidate)
    candidate.replace_head(model, "fc", 7)
    assert_equal(tuple(model(X).shape), (6, 7))
    weight = model.state_dict()["fc.weight"]
    assert_equal(tuple(weight.shape), (7, 4))
    assert_that(len(weight.unique()) > 1, "has a head of equal weights")
    assert_equal(trained(model), set(NAMES))


def test_new_head_of_a_frozen_model(candidate):
    """Freezing first and replacing afterwards leaves a head that is trained."""
    model = build(candidate)
    candidate.freeze_backbone(model, "stem")
    candidate.replace_head(model, "fc", 3)
    assert_equal(trained(model), {"stem.weight", "stem.bias", "fc.weight", "fc.bias"})


def test_learning_rates_fall_towards_the_input(candidate):
    """The last prefix has the full rate, each one before it is slower by the factor, and others have the full rate."""
    got = options_of(candidate.param_groups(build(candidate), PREFIXES, 0.1, 0.5, 0.01))
    rates = {"stem": 0.0125, "norm": 0.025, "body": 0.05, "fc": 0.1, "fc2": 0.1}
    assert_close(got, wanted(rates, 0.01))


@pytest.mark.parametrize("prefixes", [["stem"], ["fc"], ["body", "stem"], [], ["norm", "stem"]])
def test_other_lists_of_layers(candidate, prefixes):
    """The factor counts from the end of the list, however long it is and whatever it leaves out."""
    got = options_of(candidate.param_groups(build(candidate), prefixes, 2.0, 0.1, 0.3))
    rates = dict.fromkeys(("stem", "norm", "body", "fc2", "fc"), 2.0)
    rates |= {prefix: 2.0 * 0.1**j for j, prefix in enumerate(prefixes[::-1])}
    assert_close(got, wanted(rates, 0.3))


def test_one_dimension_has_no_weight_decay(candidate):
    """Biases and batch norms have weight decay 0, matrices have it, in layers with the same rate too."""
    got = options_of(candidate.param_groups(build(candidate), PREFIXES, 1.0, 1.0, 0.7))
    assert_close(got, wanted(dict.fromkeys(("stem", "norm", "body", "fc2", "fc"), 1.0), 0.7))


def test_frozen_parameters_are_in_no_group(candidate):
    """What is not trained does not reach the optimizer."""
    model = build(candidate)
    candidate.freeze_backbone(model, "body")
    got = options_of(candidate.param_groups(model, PREFIXES, 0.1, 0.5, 0.01))
    assert_close(got, wanted({"body": 0.05}, 0.01, BODY))


def test_frozen_norms_do_not_drift(candidate):
    """In training, frozen batch norms keep their running statistics; those of the head move."""
    model = build(candidate)
    candidate.freeze_backbone(model, "body")
    candidate.train_mode(model)
    model(X)
    state = model.state_dict()
    assert_close(state["norm.running_mean"], torch.zeros(4))
    assert_close(state["norm.running_var"], torch.ones(4))
    assert_that(float(state["body.norm.running_mean"].abs().max()) > 0.1, "does not train the batch norm of the head")


def test_training_mode_of_modules(candidate):
    """Everything is in training mode but the frozen batch norms; without frozen ones all of it is."""
    model = build(candidate)
    model.eval()
    candidate.train_mode(model)
    assert_equal(modes(model), [True, True, True])
    candidate.freeze_backbone(model, "fc")
    candidate.train_mode(model)
    assert_equal(modes(model), [True, False, False])
    assert_that(bool(model.get_submodule("stem").training), "has a frozen linear layer in evaluation mode")


@pytest.mark.fine
def test_norm_that_is_frozen_in_part(candidate):
    """A batch norm with one trainable parameter trains as usual."""
    for name in ("weight", "bias"):
        model = candidate.nn.Sequential()
        norm = candidate.nn.BatchNorm1d(2)
        model.add_module(name, norm)
        candidate.freeze_backbone(model, f"{name}.{name}")
        candidate.train_mode(model)
        assert_that(bool(norm.training), "has a batch norm in evaluation mode that is frozen in part")


@pytest.mark.fine
def test_norms_of_images_and_volumes(candidate):
    """Frozen batch norms of two and three dimensions stay as well; a frozen layer norm is in training mode."""
    model = candidate.nn.Sequential()
    norms = [candidate.nn.LayerNorm(2), candidate.nn.BatchNorm2d(2), candidate.nn.BatchNorm3d(2)]
    for i, norm in enumerate(norms):
        model.add_module(f"n{i}", norm)
    model.requires_grad_(False)
    candidate.train_mode(model)
    assert_equal([bool(norm.training) for norm in norms], [True, False, False])
    norms[1].train()
    candidate.train_mode(norms[1])  # a model that is nothing but a frozen batch norm
    assert_equal(bool(norms[1].training), False)


@pytest.mark.fine
def test_freezing_again(candidate):
    """Another head can be chosen later; its norms wake up, and the old head is frozen."""
    model = build(candidate)
    candidate.freeze_backbone(model, "fc")
    candidate.train_mode(model)
    assert_close(candidate.freeze_backbone(model, "norm"), 8)
    assert_equal(trained(model), {"norm.weight", "norm.bias"})
    candidate.train_mode(model)
    assert_equal(modes(model), [True, True, False])


@pytest.mark.fine
def test_dotted_names(candidate):
    """Heads and layers may lie deep inside, and of two prefixes the longer one counts."""
    model = build(candidate)
    candidate.replace_head(model, "body.a", 4)
    assert_that(len(model.state_dict()["body.a.weight"].unique()) > 1, "did not replace body.a")
    assert_close(candidate.freeze_backbone(model, "body.norm"), 8)
    for prefixes in (["body.a", "stem", "body"], ["body", "stem", "body.a"]):
        got = options_of(candidate.param_groups(build(candidate), prefixes, 1.0, 0.5, 0.0))
        rates = {prefix: 0.5**j for j, prefix in enumerate(prefixes[::-1])}
        assert_close([got["body.a.weight"][0], got["body.norm.weight"][0]], [rates["body.a"], rates["body"]])


@pytest.mark.fine
def test_head_keeps_its_kind(candidate):
    """The new head has the dtype of the old one, and no bias if the old one had none."""
    for bias in (True, False):
        model = candidate.nn.Sequential()
        model.add_module("fc", candidate.nn.Linear(3, 2, bias=bias, dtype=torch.float64))
        candidate.replace_head(model, "fc", 5)
        state = model.state_dict()
        assert_equal(set(state), {"fc.weight", "fc.bias"} if bias else {"fc.weight"})
        assert_equal(str(state["fc.weight"].dtype), "torch.float64")


@pytest.mark.fine
def test_shared_parameters(candidate):
    """A module that occurs twice is counted and grouped once."""
    model, shared = candidate.nn.Sequential(), candidate.nn.Linear(3, 3)
    model.add_module("a", shared)
    model.add_module("b", shared)
    groups = candidate.param_groups(model, ["a"], 0.1, 0.5, 0.01)
    assert_equal(sum(len(group["params"]) for group in groups), 2)
    assert_close(candidate.freeze_backbone(model, "a"), 12)


@pytest.mark.fine
def test_groups_are_never_empty(candidate):
    """A prefix without trainable parameters has no group; without any parameter there are no groups."""
    model = build(candidate)
    groups = candidate.param_groups(model, ["nothing", "fc"], 0.1, 0.5, 0.01)
    assert_equal(len(options_of(groups)), len(NAMES))
    model.requires_grad_(False)
    assert_equal(len(candidate.param_groups(model, PREFIXES, 0.1, 0.5, 0.01)), 0)


@pytest.mark.fine
@pytest.mark.parametrize("prefix", ["f", "fc3", "c", "body.x"])
def test_head_must_exist(candidate, prefix):
    """A prefix that owns no parameter raises ValueError."""
    with assert_raises(ValueError):
        candidate.freeze_backbone(build(candidate), prefix)
