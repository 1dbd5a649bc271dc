"""Hidden tests of debug_training_loop."""

import math
import numbers

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_that,
    assert_type,
    gradients,
    take,
)


def normal(seed, *shape):
    """Standard normal float64 tensor."""
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape))


def linear(subject, w, b):
    """Linear layer in the submission's process."""
    model = subject.torch.nn.Linear(w.shape[1], len(w)).double()
    model.load_state_dict({"weight": w, "bias": b})
    return model


def step_by_hand(w, b, x, y, lr):
    """Weights and bias after a step on the mean cross-entropy, and the loss before it."""
    p = torch.softmax(x @ w.T + b, dim=1)
    loss = float(-torch.log(p[range(len(y)), y]).mean())
    p[range(len(y)), y] -= 1
    return w - lr * p.T @ x / len(y), b - lr * p.mean(0), loss


def textures(seed, n):
    """Noisy images of two channels: plain, with stripes in the first, or with stripes in the second."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, n)
    y[:3] = 0, 1, 2
    X = rng.normal(scale=40.0, size=(n, 6, 6, 2)) + np.array([100.0, 300.0])
    sign = np.where(np.arange(6) % 2, -80.0, 80.0)
    X[y == 1, :, :, 0] += sign[:, None]
    X[y == 2, :, :, 1] += sign
    return torch.from_numpy(X.astype(np.float32)), torch.from_numpy(y)


@given(n=st.integers(1, 2), h=st.integers(1, 3), w=st.integers(1, 3), c=st.integers(1, 3))
def test_channels_move_with_their_pixels(candidate, n, h, w, c):
    """Each value keeps its image, row, column and channel."""
    images = torch.arange(n * h * w * c).reshape(n, h, w, c)
    assert_close(candidate.channels_first(images), torch.stack([images[..., k] for k in range(c)], dim=1))


def test_statistics_of_the_training_part(candidate):
    """Each channel is standardised by mean and deviation of the training images alone."""
    train = torch.tensor([[[[1.0, 3.0]], [[10.0, 10.0]]], [[[1.0, 3.0]], [[30.0, 30.0]]]])
    val = torch.tensor([[[[5.0, 1000.0]], [[20.0, -1e4]]]])
    got = candidate.standardise(train, val)
    expected = (
        torch.tensor([[[[-1.0, 1.0]], [[-1.0, -1.0]]], [[[-1.0, 1.0]], [[1.0, 1.0]]]]),
        torch.tensor([[[[3.0, 998.0]], [[0.0, -1002.0]]]]),
    )
    assert_close(got, expected)


@given(n=st.integers(2, 4), m=st.integers(1, 3), c=st.integers(1, 3), seed=st.integers(0, 999))
def test_validation_data_change_nothing(candidate, n, m, c, seed):
    """Training images come out the same whatever the validation images are, with mean 0 and variance 1."""
    train, val = 5 + 3 * normal(seed, n, c, 2, 3), normal(seed + 1, m, c, 2, 3)
    one, scaled = candidate.standardise(train, val)
    two, shifted = candidate.standardise(train, 10 * val + 100)
    assert_close(one, two)
    assert_close(one.mean(dim=(0, 2, 3)), torch.zeros(c, dtype=torch.float64))
    assert_close(one.var(dim=(0, 2, 3), correction=0), torch.ones(c, dtype=torch.float64))
    std = train.std(dim=(0, 2, 3), keepdim=True, correction=0)
    assert_close(shifted, 10 * scaled + (100 + 9 * train.mean(dim=(0, 2, 3), keepdim=True)) / std)


def test_labels_stay_with_their_samples(candidate):
    """Every sample comes once, with its own label, and batches have the right sizes."""
    for n, size, sizes in ((7, 3, [3, 3, 1]), (4, 2, [2, 2]), (6, 6, [6])):
        X, y = torch.arange(n).reshape(n, 1) * torch.tensor([1, 10]), torch.arange(n)
        got = take(candidate.batches(X, y, size), 9)
        assert_close([len(labels) for _, labels in got], sizes)
        samples, labels = torch.cat([pair[0] for pair in got]), torch.cat([pair[1] for pair in got])
        assert_close(samples, labels[:, None] * torch.tensor([1, 10]))
        assert_close(sorted(labels.tolist()), list(range(n)))


def test_each_epoch_has_its_own_order(candidate):
    """Samples are shuffled, and anew in each call."""
    X = torch.arange(30)
    one, two = (torch.cat([labels for _, labels in take(candidate.batches(X, X, 8), 9)]).tolist() for _ in range(2))
    assert_that(one != [*range(30)] and two != one, "does not shuffle anew")


def test_step_on_the_cross_entropy_of_logits(candidate):
    """One batch makes the step that the cross-entropy of the logits asks for, and the loss is that before it."""
    w, b, x, y = normal(0, 3, 2), normal(1, 3), 2 * normal(2, 5, 2), torch.tensor([0, 2, 1, 1, 2])
    model = linear(candidate, w, b)
    got = candidate.train_epoch(model, x, y, 0.5, 8)
    w, b, loss = step_by_hand(w, b, x, y, 0.5)
    assert_close(got, loss)
    assert_close(model.weight, w)
    assert_close(model.bias, b)


def test_gradients_do_not_pile_up(candidate):
    """Each step uses the gradient of its own batch, not those of former batches."""
    w, b, x, y = normal(3, 3, 2), normal(4, 3), normal(5, 1, 2), torch.tensor([1])
    model = linear(candidate, w, b)
    # Four equal samples: their order does not matter.
    candidate.train_epoch(model, x.expand(4, 2), y.expand(4), 0.5, 1)
    for _ in range(4):
        w, b, _ = step_by_hand(w, b, x, y, 0.5)
    assert_close(model.weight, w)
    assert_close(model.bias, b)


def test_loss_is_a_number(candidate):
    """The loss is a number and no tensor with a graph: the mean over samples, though the last batch is smaller."""
    w, b, x, y = normal(6, 3, 2), normal(7, 3), normal(8, 5, 2), torch.tensor([0, 2, 1, 1, 2])
    got = candidate.train_epoch(linear(candidate, w, b), x, y, 0.0, 2)
    assert_that(isinstance(got, numbers.Real), "is no number", got)
    assert_close(got, step_by_hand(w, b, x, y, 0.0)[2])


def test_epoch_trains_in_training_mode(candidate):
    """Training uses the statistics of the batch and updates the running ones, whatever the mode was before."""
    nn = candidate.torch.nn
    x, y = 3 + normal(9, 4, 2), torch.tensor([0, 1, 1, 0])
    for mode in (False, True):
        model = nn.Sequential(nn.BatchNorm1d(2), nn.Identity()).double()
        model.train(mode)
        got = candidate.train_epoch(model, x, y, 0.0, 4)
        z = (x - x.mean(0)) / torch.sqrt(x.var(0, correction=0) + 1e-5)
        assert_close(got, float(torch.nn.functional.cross_entropy(z, y)))
        assert_close(model[0].running_mean, 0.1 * x.mean(0))


def test_greatest_logit_of_each_sample(candidate):
    """The prediction of a sample depends on its own logits only."""
    logits = torch.tensor([[5.0, 4.0, 0.0], [9.0, 1.0, 0.0], [8.0, 7.0, 1.0], [0.0, 1.0, 2.0]])
    identity = candidate.torch.nn.Identity()
    for labels, expected in (([0, 0, 0, 2], 1.0), ([0, 1, 1, 2], 0.5), ([1, 0, 1, 2], 0.5), ([1, 2, 1, 0], 0.0)):
        assert_close(candidate.accuracy(identity, logits, torch.tensor(labels)), expected)
    assert_close(candidate.accuracy(identity, torch.tensor([[1.0, 2.0, 0.0]]), torch.tensor([1])), 1.0)


@given(n=st.integers(1, 9), c=st.integers(1, 4), seed=st.integers(0, 999))
def test_accuracy_is_a_mean_over_samples(candidate, n, c, seed):
    """The accuracy is the share of right samples, in whatever order they come."""
    logits, labels = normal(seed, n, c), torch.from_numpy(np.random.default_rng(seed).integers(0, c, n))
    expected = sum(max(range(c), key=row.__getitem__) == t for row, t in zip(logits.tolist(), labels.tolist())) / n
    identity = candidate.torch.nn.Identity()
    assert_close(candidate.accuracy(identity, logits, labels), expected)
    assert_close(candidate.accuracy(identity, logits.flip(0), labels.flip(0)), expected)


def test_accuracy_in_evaluation_mode(candidate):
    """Accuracy is measured in evaluation mode, without dropout, and moves no running statistics."""
    nn = candidate.torch.nn
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout(0.95)).double()
    logits, labels = 10 + normal(10, 6, 3), torch.tensor([0, 2, 1, 1, 2, 0])
    model.train()
    expected = float((logits.argmax(1) == labels).double().mean())
    assert_close(candidate.accuracy(model, logits, labels), expected)
    assert_close(model[0].running_mean, torch.zeros(3, dtype=torch.float64))


def test_script_learns(candidate, rng):
    """Eight epochs on textures give a falling loss and a validation accuracy above 0.9."""
    X, y = textures(int(rng.integers(2**32)), 120)
    result = candidate.train(X, y, 8, int(rng.integers(2**31)))
    assert_close((len(result["train_loss"]), len(result["val_accuracy"])), (8, 8))
    losses, last = [float(loss) for loss in result["train_loss"]], float(result["val_accuracy"][-1])
    assert_that(0.4 < losses[0] < 1.5, f"has a loss of {losses[0]:.3g} in the first epoch, far from ln 3")
    assert_that(losses[-1] < 0.5 * losses[0], f"has a training loss that goes from {losses[0]:.3g} to {losses[-1]:.3g}")
    assert_that(last > 0.9, f"has a validation accuracy of {last:.3g}")


@pytest.mark.fine
def test_channels_of_a_view(candidate):
    """Strided images are read correctly, and keep their dtype."""
    images = torch.arange(2 * 4 * 3 * 2, dtype=torch.float64).reshape(2, 3, 4, 2).transpose(1, 2)[:, ::2]
    got = candidate.channels_first(images)
    assert_dtype(got, torch.float64)
    assert_close(got, torch.stack([images[..., k] for k in range(2)], dim=1))


@pytest.mark.fine
def test_orders_come_from_the_global_generator(candidate):
    """After the same seed the order is the same, and a single sample is a batch."""
    X = torch.arange(30)
    orders = []
    for seed in (1, 2, 1):
        candidate.torch.manual_seed(seed)
        orders.append(torch.cat([labels for _, labels in take(candidate.batches(X, X, 8), 9)]).tolist())
    assert_that(orders[0] != orders[1], "does not depend on the seed")
    assert_close(orders[2], orders[0])
    ((samples, labels),) = take(candidate.batches(X[:1], X[:1], 5), 9)
    assert_close((samples, labels), (X[:1], X[:1]))


@pytest.mark.fine
def test_gradients_left_behind_do_not_count(candidate):
    """A gradient that somebody left behind before the epoch takes no part in it."""
    w, b, x, y = normal(3, 3, 2), normal(4, 3), normal(5, 1, 2), torch.tensor([1])
    model = linear(candidate, w, b)
    gradients(model, x, parameters=True)
    candidate.train_epoch(model, x, y, 0.5, 1)
    w, b, _ = step_by_hand(w, b, x, y, 0.5)
    assert_close(model.weight, w)
    assert_close(model.bias, b)


@pytest.mark.fine
def test_results_are_python_floats(candidate):
    """Loss and accuracy are Python floats."""
    w, b, x, y = normal(6, 3, 2), normal(7, 3), normal(8, 5, 2), torch.tensor([0, 2, 1, 1, 2])
    assert_type(candidate.train_epoch(linear(candidate, w, b), x, y, 0.0, 2), float)
    assert_type(candidate.accuracy(linear(candidate, w, b), x, y), float)


@pytest.mark.fine
def test_accuracy_restores_the_mode(candidate):
    """After accuracy the model is in the mode that it came in, with all its parts."""
    nn = candidate.torch.nn
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout(0.95)).double()
    logits, labels = 10 + normal(10, 6, 3), torch.tensor([0, 2, 1, 1, 2, 0])
    for mode in (True, False):
        model.train(mode)
        candidate.accuracy(model, logits, labels)
        assert_equal(model.training, mode)
        assert_equal(model[1].training, mode)


@pytest.mark.fine
def test_accuracy_needs_no_gradients(candidate):
    """Gradients are disabled: this model turns its hidden values into a NumPy array, which PyTorch refuses else."""
    nn = candidate.torch.nn
    to_numpy, back = nn.Identity(), nn.Identity()
    to_numpy.forward = candidate.torch.Tensor.numpy
    back.forward = candidate.torch.from_numpy
    model = nn.Sequential(linear(candidate, torch.eye(2).double(), torch.zeros(2).double()), to_numpy, back)
    assert_close(candidate.accuracy(model, normal(11, 3, 2).sort(dim=1).values, torch.tensor([1, 1, 0])), 2 / 3)


@pytest.mark.fine
def test_network_is_unchanged(candidate):
    """The network has the layers of the script, and computes what they say."""
    model = candidate.Net(2, 3)
    x = normal(12, 2, 2, 5, 5).float()
    layers = [model.conv.weight, model.conv.bias, model.head.weight, model.head.bias]
    assert_equal([tuple(p.shape) for p in layers], [(8, 2, 3, 3), (8,), (3, 8), (3,)])
    assert_equal(model.drop.p, 0.2)
    model.eval()
    hidden = torch.nn.functional.conv2d(x, layers[0], layers[1], padding=1) / math.sqrt(1 + 1e-5)
    expected = hidden.relu().mean(dim=(2, 3)) @ layers[2].T + layers[3]
    assert_close(model(x), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.fine
def test_last_quarter_validates(candidate):
    """The last quarter of the samples validates: a wrong label at its start costs one of its samples."""
    X, y = textures(5, 120)
    y[90] = (y[90] + 1) % 3
    assert_close(candidate.train(X, y, 8, 3)["val_accuracy"][-1], 29 / 30)


@pytest.mark.fine
def test_split_and_batch_size_are_unchanged(candidate):
    """Of 342 images 257 train, so that an epoch has 17 batches of at most 16; there is a logit for each class."""
    X, y = textures(7, 342)
    model = candidate.train(X, y, 1, 0)["model"]
    assert_equal(int(model.norm.num_batches_tracked), 17)
    assert_equal(tuple(model.head.weight.shape), (3, 8))


@pytest.mark.fine
def test_seeds(candidate):
    """Equal seeds give equal results, different seeds different ones."""
    X, y = textures(6, 24)
    one, two, other = (list(candidate.train(X, y, 2, seed)["train_loss"]) for seed in (1, 1, 2))
    assert_close(one, two)
    assert_that(one != other, "does not depend on the seed")
