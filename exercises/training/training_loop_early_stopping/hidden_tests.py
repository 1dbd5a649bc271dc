"""Hidden tests of training_loop_early_stopping."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import (
    assert_close,
    assert_equal,
    assert_raises,
    assert_that,
    assert_type,
    expose,
    fetch,
    gradients,
    put,
)


def normal(seed, *shape):
    """Standard normal float64 tensor."""
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape))


def batches(seed, sizes, d=3, classes=3):
    """Random batches of these sizes."""
    rng = np.random.default_rng(seed)
    return [(normal(rng, b, d), torch.from_numpy(rng.integers(0, classes, b))) for b in sizes]


def weights(seed, d=3, classes=3):
    """State of a linear layer."""
    return {"weight": normal(seed, classes, d), "bias": normal(seed + 1, classes)}


def linear(subject, state):
    """Linear layer in the submission's process."""
    classes, d = state["weight"].shape
    model = subject.torch.nn.Linear(d, classes).double()
    model.load_state_dict(state)
    return model


def sgd(subject, model, lr=0.1):
    """Optimiser of the submission."""
    return subject.SGD(model.parameters(), lr)


def cross_entropy(subject):
    """Mean cross-entropy, in the submission's process."""
    return subject.torch.nn.CrossEntropyLoss()


def sample_loss(w, b, loader):
    """Mean loss and accuracy over samples, one sample at a time."""
    pairs = [(x @ w.T + b, y) for xs, ys in loader for x, y in zip(xs, ys, strict=True)]
    losses = [float(z.logsumexp(0) - z[y]) for z, y in pairs]
    return sum(losses) / len(losses), sum(int(z.argmax()) == int(y) for z, y in pairs) / len(pairs)


def slow_epoch(w, b, loader, lr):
    """One epoch of plain SGD with gradients worked out by hand: weights, bias and mean loss."""
    total, n = 0.0, 0
    for x, y in loader:
        p = torch.softmax(x @ w.T + b, dim=1)
        total += float(-torch.log(p[range(len(y)), y]).sum())
        n += len(y)
        p[range(len(y)), y] -= 1
        w, b = w - lr * p.T @ x / len(y), b - lr * p.sum(0) / len(y)
    return w, b, total / n


def slow_fit(state, train, val, lr, max_epochs, patience):
    """History and best weights."""
    w, b = state["weight"], state["bias"]
    history = {"train_loss": [], "val_loss": [], "val_accuracy": [], "best_epoch": -1}
    best = w, b
    for epoch in range(max_epochs):
        w, b, loss = slow_epoch(w, b, train, lr)
        history["train_loss"].append(loss)
        loss, accuracy = sample_loss(w, b, val)
        if loss < min(history["val_loss"], default=math.inf):
            best, history["best_epoch"] = (w, b), epoch
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
        if epoch - history["best_epoch"] >= patience:
            break
    return history, best


class Recorder:
    """A scheduler that writes down what it is told."""

    def __init__(self):
        self.told = []

    def step(self, *args):
        """Take the validation loss."""
        self.told.append(args)


class Idle:
    """An optimiser that counts its steps and does nothing."""

    def __init__(self):
        self.steps = 0

    def zero_grad(self):
        """Forget nothing."""

    def step(self):
        """Move nowhere."""
        self.steps += 1

    def exposed(self):
        """Face towards the submission."""
        return expose(self, "zero_grad", "step")


def test_stops_after_patience_steps(candidate):
    """Stopping comes with the last of as many steps without improvement as patience says, not one later."""
    for patience in (1, 2, 4):
        stopping = candidate.EarlyStopping(patience)
        assert_equal([bool(stopping.step(1.0)) for _ in range(patience + 2)], [False] * patience + [True] * 2)


def test_an_improvement_starts_the_count_again(candidate):
    """Only steps in a row count, and an equal value is no improvement."""
    stopping = candidate.EarlyStopping(2)
    values = [3.0, 4.0, 2.0, 2.0, 1.5, 1.75, 1.625]
    assert_equal([bool(stopping.step(value)) for value in values], [False] * 6 + [True])
    assert_close(stopping.best, 1.5)


def test_min_delta_compares_with_the_last_improvement(candidate):
    """A value must fall by more than min_delta below the last improvement; many small falls add up to one."""
    stopping = candidate.EarlyStopping(3, min_delta=0.25)
    assert_equal([bool(stopping.step(value)) for value in (1.0, 0.875, 0.75)], [False] * 3)
    assert_close(stopping.best, 1.0)
    assert_equal(bool(stopping.step(0.625)), False)
    assert_close(stopping.best, 0.625)
    assert_equal([bool(stopping.step(value)) for value in (0.5, 0.375, 0.4)], [False, False, True])


@given(sizes=st.lists(st.integers(1, 4), min_size=1, max_size=3), seed=st.integers(0, 999))
def test_epoch_makes_a_step_for_each_batch(candidate, sizes, seed):
    """Weights and mean loss after an epoch are those of gradient descent by hand, small batches counting by size."""
    state, loader = weights(seed), batches(seed + 2, sizes)
    model = linear(candidate, state)
    loss = candidate.train_one_epoch(model, loader, sgd(candidate, model, lr=0.5), cross_entropy(candidate))
    w, b, expected = slow_epoch(state["weight"], state["bias"], loader, 0.5)
    assert_close(loss, expected)
    assert_close(model.weight, w)
    assert_close(model.bias, b)


def test_one_step_for_each_batch(candidate):
    """Any optimiser will do, and it makes one step for each batch; one that does nothing leaves the loss of the weights."""
    state, loader = weights(1), batches(2, [4, 1, 2])
    idle = Idle()
    loss = candidate.train_one_epoch(linear(candidate, state), loader, idle.exposed(), cross_entropy(candidate))
    assert_equal(idle.steps, 3)
    assert_close(loss, sample_loss(state["weight"], state["bias"], loader)[0])


def test_training_mode(candidate):
    """An epoch trains in training mode, whatever the mode was, and leaves the model there."""
    nn = candidate.torch.nn
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 3)).double()
    model.eval()
    loader = batches(1, [4, 4])
    candidate.train_one_epoch(model, loader, sgd(candidate, model), cross_entropy(candidate))
    assert_that(model.training is True, "leaves the model in evaluation mode")
    # Each batch moves the running mean by a tenth of the way.
    expected = 0.9 * 0.1 * loader[0][0].mean(0) + 0.1 * loader[1][0].mean(0)
    assert_close(model[0].running_mean, expected)


@given(sizes=st.lists(st.integers(1, 4), min_size=1, max_size=3), seed=st.integers(0, 999))
def test_loss_and_accuracy_are_means_over_samples(candidate, sizes, seed):
    """Loss and accuracy are means over all samples, not over batches."""
    state, loader = weights(seed), batches(seed + 2, sizes)
    loss, accuracy = candidate.evaluate(linear(candidate, state), loader, cross_entropy(candidate))
    assert_close((loss, accuracy), sample_loss(state["weight"], state["bias"], loader))


def test_evaluation_mode(candidate):
    """Evaluation uses running statistics and no dropout, and changes neither buffers nor gradients."""
    nn = candidate.torch.nn
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout(0.9)).double()
    loader = batches(2, [4, 3])
    for mode in (True, False):
        model.train(mode)
        got = candidate.evaluate(model, loader, cross_entropy(candidate))
        scaled = [(x / math.sqrt(1 + 1e-5), y) for x, y in loader]
        assert_close(got, sample_loss(torch.eye(3).double(), torch.zeros(3).double(), scaled))
    assert_close(model[0].running_mean, torch.zeros(3).double())
    assert_that(model[0].weight.grad is None, "computes gradients of the weights")


def test_evaluation_computes_no_gradients(candidate):
    """Gradients are disabled: this model turns its hidden values into a NumPy array, which PyTorch refuses else."""
    nn = candidate.torch.nn
    to_numpy, back = nn.Identity(), nn.Identity()
    to_numpy.forward = candidate.torch.Tensor.numpy
    back.forward = candidate.torch.from_numpy
    state, loader = weights(3), batches(4, [3])
    model = nn.Sequential(linear(candidate, state), to_numpy, back)
    got = candidate.evaluate(model, loader, cross_entropy(candidate))
    assert_close(got, sample_loss(state["weight"], state["bias"], loader))


# In these the best epoch is the first, one after a worse one, one in the middle, and the very last.
@pytest.mark.parametrize(("seed", "patience"), [(24, 1), (24, 2), (2, 3), (7, 9), (4, 2)])
def test_fit_by_hand(candidate, seed, patience):
    """History and weights are those of the loop by hand: the best epoch's, however training ended."""
    state, train, val = weights(seed), batches(seed + 2, [3, 2]), batches(seed + 3, [4, 1])
    model = linear(candidate, state)
    got = candidate.fit(
        model, train, val, sgd(candidate, model, lr=1.0), cross_entropy(candidate), max_epochs=8, patience=patience
    )
    expected, (w, b) = slow_fit(state, train, val, 1.0, 8, patience)
    assert_close(got, expected)
    assert_close(model.weight, w)
    assert_close(model.bias, b)


def test_buffers_go_back_as_well(candidate):
    """Running statistics are those of the best epoch, like the weights."""
    # Other labels for the same inputs: what is learnt makes the validation loss worse from the third epoch on.
    train = batches(3, [4, 4])
    val = [(x, (y + 1) % 3) for x, y in train]
    kept = []
    for max_epochs in (2, 9):
        nn = candidate.torch.nn
        model = nn.Sequential(nn.BatchNorm1d(3), linear(candidate, weights(3))).double()
        optimizer = sgd(candidate, model, lr=0.5)
        history = candidate.fit(model, train, val, optimizer, cross_entropy(candidate), max_epochs, 2)
        assert_equal(history["best_epoch"], 1)
        assert_equal(len(history["val_loss"]), min(max_epochs, 4))
        kept.append((model[0].running_mean, model[0].running_var, model[0].weight, model[1].weight))
    assert_close(kept[1], kept[0])


def test_losses_that_stay_the_same(candidate):
    """A loss that does not move improves in the first epoch only."""
    for patience in (1, 3):
        model = linear(candidate, weights(1))
        loader = batches(2, [2])
        history = candidate.fit(model, loader, loader, Idle().exposed(), cross_entropy(candidate), 20, patience)
        assert_equal((history["best_epoch"], len(history["train_loss"])), (0, 1 + patience))


def test_scheduler_sees_validation_losses(candidate):
    """The scheduler is told the validation loss of every epoch once, that of the last one too."""
    for max_epochs, patience in ((3, 9), (9, 2)):
        recorder = Recorder()
        model = linear(candidate, weights(2))
        train, val = batches(4, [3, 2]), batches(5, [4])
        history = candidate.fit(
            model,
            train,
            val,
            sgd(candidate, model, lr=1.0),
            cross_entropy(candidate),
            max_epochs,
            patience,
            scheduler=expose(recorder, "step"),
        )
        assert_close(recorder.told, [(loss,) for loss in history["val_loss"]])


@pytest.mark.fine
def test_an_improvement_after_the_stop_starts_the_count_again(candidate):
    """Asked again after it said stop, the answer is about the last steps."""
    stopping = candidate.EarlyStopping(2)
    assert_equal([bool(stopping.step(value)) for value in (2.0, 2.0, 2.0)], [False, False, True])
    assert_equal([bool(stopping.step(value)) for value in (1.0, 1.0, 1.0)], [False, False, True])


@pytest.mark.fine
def test_nan_is_no_improvement(candidate):
    """NaN and infinity count as steps without improvement, first or later."""
    stopping = candidate.EarlyStopping(2)
    assert_close(stopping.best, math.inf)
    assert_equal([bool(stopping.step(value)) for value in (math.nan, math.inf)], [False, True])
    stopping = candidate.EarlyStopping(2)
    assert_equal([bool(stopping.step(value)) for value in (1.0, math.nan, 0.5, math.nan, 0.75)], [False] * 4 + [True])
    assert_close(stopping.best, 0.5)


@pytest.mark.fine
def test_bad_settings(candidate):
    """A patience below 1 and a negative min_delta raise ValueError."""
    for patience, min_delta in ((0, 0.0), (-1, 0.0), (1, -0.1)):
        with assert_raises(ValueError):
            candidate.EarlyStopping(patience, min_delta)


@pytest.mark.fine
def test_old_gradients_are_forgotten(candidate):
    """The first step of an epoch does not see gradients that somebody left behind."""
    state, loader = weights(5), batches(6, [4])
    model = linear(candidate, state)
    gradients(model, loader[0][0], parameters=True)
    candidate.train_one_epoch(model, loader, sgd(candidate, model, lr=1.0), cross_entropy(candidate))
    assert_close(model.weight, slow_epoch(state["weight"], state["bias"], loader, 1.0)[0])


@pytest.mark.fine
def test_frozen_layers(candidate):
    """Parameters without a gradient stay as they are, and the others learn."""
    state, loader = weights(7), batches(8, [4])
    nn = candidate.torch.nn
    model = nn.Sequential(linear(candidate, weights(6)), linear(candidate, state))
    model[0].requires_grad_(False)
    optimizer = sgd(candidate, model, lr=0.5)
    for _ in range(2):
        candidate.train_one_epoch(model, loader, optimizer, cross_entropy(candidate))
    assert_close(model[0].weight, weights(6)["weight"])
    hidden = [(x @ weights(6)["weight"].T + weights(6)["bias"], y) for x, y in loader]
    w, b, _ = slow_epoch(state["weight"], state["bias"], hidden, 0.5)
    assert_close(model[1].weight, slow_epoch(w, b, hidden, 0.5)[0])


@pytest.mark.fine
def test_step_changes_parameters_in_place(candidate):
    """A tensor that shares memory with a parameter sees the step."""
    state, loader = weights(9), batches(10, [4])
    model, shared = linear(candidate, state), put(candidate, state)
    model.load_state_dict(shared, assign=True)
    candidate.train_one_epoch(model, loader, sgd(candidate, model, lr=0.5), cross_entropy(candidate))
    w, b, _ = slow_epoch(state["weight"], state["bias"], loader, 0.5)
    assert_close(fetch(shared), {"weight": w, "bias": b})


@pytest.mark.fine
def test_mode_is_restored(candidate):
    """After evaluation the model and its submodules are in the mode they were in."""
    nn = candidate.torch.nn
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout(0.9)).double()
    for mode in (True, False):
        model.train(mode)
        candidate.evaluate(model, batches(2, [4]), cross_entropy(candidate))
        assert_equal((model.training, model[1].training), (mode, mode))


@pytest.mark.fine
def test_types(candidate):
    """Losses and accuracies are Python floats, and the answer of early stopping is a bool."""
    state, loader = weights(1), batches(2, [2, 1])
    model = linear(candidate, state)
    assert_type(candidate.train_one_epoch(model, loader, Idle().exposed(), cross_entropy(candidate)), float)
    for number in candidate.evaluate(model, loader, cross_entropy(candidate)):
        assert_type(number, float)
    history = candidate.fit(model, loader, loader, Idle().exposed(), cross_entropy(candidate), 1, 1)
    assert_type(history["train_loss"][0], float)
    assert_type(history["val_loss"][0], float)
    stopping = candidate.EarlyStopping(1)
    for value in (1.0, 2.0):
        assert_type(stopping.step(value), bool)


@pytest.mark.fine
def test_each_batch_goes_through_once(candidate):
    """Training and evaluation send each batch through the model once."""
    seen = []
    state, loader = weights(3), batches(4, [3, 1, 2])
    model = linear(candidate, state)
    model.register_forward_pre_hook(lambda _module, args: seen.append(len(args[0])))
    candidate.evaluate(model, loader, cross_entropy(candidate))
    assert_equal(seen, [3, 1, 2])
    candidate.train_one_epoch(model, loader, sgd(candidate, model), cross_entropy(candidate))
    assert_equal(seen, [3, 1, 2] * 2)


@pytest.mark.fine
def test_empty_loaders(candidate):
    """A loader without batches raises ValueError, and evaluation restores the mode all the same."""
    for mode in (True, False):
        model = linear(candidate, weights(0))
        model.train(mode)
        with assert_raises(ValueError):
            candidate.evaluate(model, [], cross_entropy(candidate))
        assert_equal(model.training, mode)
        with assert_raises(ValueError):
            candidate.train_one_epoch(model, [], sgd(candidate, model), cross_entropy(candidate))
    loader = batches(0, [2])
    for train, val in (([], loader), (loader, [])):
        with assert_raises(ValueError):
            candidate.fit(model, train, val, Idle().exposed(), cross_entropy(candidate), 2, 1)


@pytest.mark.fine
def test_mode_is_restored_after_an_error(candidate):
    """Where a batch does not fit the model, its error comes through and the mode is what it was."""
    model = linear(candidate, weights(0))
    candidate.evaluate(model, batches(0, [2]), cross_entropy(candidate))
    with assert_raises(RuntimeError):
        candidate.evaluate(model, [*batches(0, [2]), (normal(1, 2, 5), torch.tensor([0, 1]))], cross_entropy(candidate))
    assert_equal(model.training, True)


@pytest.mark.fine
def test_losses_that_are_nan(candidate):
    """If every validation loss is NaN, training ends after patience epochs and the model is what it was."""
    state = weights(4)
    model = linear(candidate, state)
    val = [(torch.full((2, 3), math.nan, dtype=torch.float64), torch.tensor([0, 1]))]
    history = candidate.fit(model, batches(5, [3]), val, sgd(candidate, model), cross_entropy(candidate), 9, 3)
    assert_equal(history["best_epoch"], -1)
    assert_close(history["val_loss"], [math.nan] * 3)
    assert_close(model.weight, state["weight"])
    assert_close(model.bias, state["bias"])


@pytest.mark.fine
def test_fit_needs_patience(candidate):
    """A patience below 1 raises ValueError."""
    model = linear(candidate, weights(0))
    loader = batches(0, [2])
    for patience in (0, -1):
        with assert_raises(ValueError):
            candidate.fit(model, loader, loader, Idle().exposed(), cross_entropy(candidate), 3, patience)
