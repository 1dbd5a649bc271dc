"""Hidden tests of mlp_backprop."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_raises,
    assert_shape,
    assert_that,
    assert_type,
    fetch,
    put,
    speed,
)

NAMES = ("W1", "b1", "W2", "b2")


def slow(parameters, X, y, l2=0.0):
    """Logits, loss and gradients, one example and one unit at a time."""
    W1, b1, W2, b2 = (p.tolist() for p in parameters)
    d, h, n_classes = len(W1), len(b1), len(b2)
    grads = [np.zeros(p.shape) for p in parameters]
    rows, loss = [], 0.0
    for x, label in zip(X.tolist(), y.tolist(), strict=True):
        hidden = [max(sum(x[i] * W1[i][j] for i in range(d)) + b1[j], 0.0) for j in range(h)]
        z = [sum(hidden[j] * W2[j][c] for j in range(h)) + b2[c] for c in range(n_classes)]
        peak = max(z)
        log_total = peak + math.log(sum(math.exp(v - peak) for v in z))
        loss += (log_total - z[label]) / len(X)
        for c in range(n_classes):
            error = (math.exp(z[c] - log_total) - (c == label)) / len(X)
            grads[3][c] += error
            for j in range(h):
                grads[2][j, c] += error * hidden[j]
                if hidden[j] > 0:
                    grads[1][j] += error * W2[j][c]
                    for i in range(d):
                        grads[0][i, j] += error * W2[j][c] * x[i]
        rows.append(z)
    for weights, grad in ((parameters[0], grads[0]), (parameters[2], grads[2])):
        loss += l2 / 2 * float((weights**2).sum())
        grad += l2 * weights
    return np.array(rows).reshape(len(X), n_classes), loss, dict(zip(NAMES, grads, strict=True))


def draw(seed, n, d, h, c, dtype=np.float64):
    """Parameters, examples and labels."""
    rng = np.random.default_rng(seed)
    parameters = [rng.normal(size=shape).astype(dtype) for shape in ((d, h), (h,), (h, c), (c,))]
    return parameters, rng.normal(size=(n, d)).astype(dtype), rng.integers(0, c, size=n)


def gradients_of(net, X, y, *args, **options):
    """Loss and gradients of the candidate, once they are a pair and the second names the four parameters."""
    got = net.loss_and_grads(X, y, *args, **options)
    assert_that(isinstance(got, (tuple, list)) and len(got) == 2, "is not a pair, loss and gradients")
    loss, grads = got
    assert_that(isinstance(grads, dict) and set(grads) >= set(NAMES), "has not the keys W1, b1, W2 and b2")
    return loss, {name: grads[name] for name in NAMES}


def read(net):
    """Present parameters of the candidate."""
    return [getattr(net, name) for name in NAMES]


# Two inputs, two hidden units, two classes: the second unit is off for the first example.
SMALL = [
    np.array([[1.0, -1.0], [2.0, 1.0]]),
    np.array([0.0, -1.0]),
    np.array([[1.0, 0.0], [0.0, 2.0]]),
    np.array([0.0, 1.0]),
]
SMALL_X = np.array([[1.0, 0.5], [0.0, 2.0]])  # hidden (2, 0) and (4, 1), logits (2, 1) and (4, 3)


def test_forward_by_hand(candidate):
    """Logits of a small network agree with those worked out by hand."""
    assert_close(candidate.MLP(*SMALL).forward(SMALL_X), np.array([[2.0, 1.0], [4.0, 3.0]]))


def test_gradients_by_hand(candidate):
    """Loss and gradients of a small network agree with those worked out by hand."""
    loss, grads = gradients_of(candidate.MLP(*SMALL), SMALL_X, np.array([0, 1]))
    q = 1.0 / (1.0 + math.e)  # probability of the second class, for both examples
    assert_close(loss, -(math.log(1.0 - q) + math.log(q)) / 2)
    # Half of p - y: (-q, q) / 2 and (1 - q, q - 1) / 2.
    a, b = q / 2, (1.0 - q) / 2
    assert_close(grads["b2"], np.array([b - a, a - b]))
    assert_close(grads["W2"], np.array([[4 * b - 2 * a, 2 * a - 4 * b], [b, -b]]))
    # Back through W2: (-a, 2a) and (b, -2b); the first example has its second unit off.
    assert_close(grads["b1"], np.array([b - a, -2 * b]))
    assert_close(grads["W1"], np.array([[-a, 0.0], [-a / 2 + 2 * b, -4 * b]]))


def test_penalty_by_hand(candidate):
    """The penalty is l2 / 2 times the squares of both weight matrices; biases are free."""
    X, y = SMALL_X, np.array([0, 1])
    net = candidate.MLP(*SMALL)
    loss, grads = gradients_of(net, X, y)
    more, penalised = gradients_of(net, X, y, l2=0.5)
    assert_close(more - loss, 0.25 * (7.0 + 5.0))
    assert_close(penalised["W1"] - grads["W1"], 0.5 * SMALL[0])
    assert_close(penalised["W2"] - grads["W2"], 0.5 * SMALL[2])
    assert_close([penalised["b1"], penalised["b2"]], [grads["b1"], grads["b2"]])


@given(
    n=st.integers(1, 4),
    d=st.integers(1, 3),
    h=st.integers(1, 4),
    c=st.integers(2, 4),
    l2=st.sampled_from([0.0, 0.3]),
    seed=st.integers(0, 2**32 - 1),
)
def test_agrees_with_a_slow_specification(candidate, n, d, h, c, l2, seed):
    """Logits, loss and gradients are what arithmetic example by example gives."""
    parameters, X, y = draw(seed, n, d, h, c)
    net = candidate.MLP(*parameters)
    logits, loss, grads = slow(parameters, X, y, l2)
    assert_close(net.forward(X), logits)
    assert_close(gradients_of(net, X, y, l2), (loss, grads))


def test_loss_changes_nothing(candidate):
    """Computing the loss changes no parameter and can be repeated, also after another batch."""
    parameters, X, y = draw(1, 5, 3, 4, 2)
    net = candidate.MLP(*parameters)
    first = gradients_of(net, X, y, l2=0.1)
    gradients_of(net, X[:2], y[:2])
    net.forward(X[:1])
    assert_close(gradients_of(net, X, y, l2=0.1), first)
    assert_close(read(net), parameters, rtol=1e-12, atol=1e-12)


def test_mean_over_examples(candidate):
    """Showing every example three times leaves loss and gradients as they are."""
    parameters, X, y = draw(2, 4, 2, 3, 3)
    net = candidate.MLP(*parameters)
    once = gradients_of(net, X, y, l2=0.2)
    assert_close(gradients_of(net, np.tile(X, (3, 1)), np.tile(y, 3), l2=0.2), once)


def test_step_by_hand(candidate):
    """A step subtracts lr times the gradient from each parameter."""
    net = candidate.MLP(*SMALL)
    grads = {name: np.full(p.shape, i + 1.0) for i, (name, p) in enumerate(zip(NAMES, SMALL, strict=True))}
    net.sgd_step(grads, lr=0.5)
    assert_close(read(net), [p - 0.5 * (i + 1.0) for i, p in enumerate(SMALL)])
    net.sgd_step({name: grads[name] for name in reversed(NAMES)}, -0.5)
    assert_close(read(net), SMALL)


def test_training_follows_the_specification(candidate):
    """Ten steps of training end at the weights of the slow specification."""
    parameters, X, y = draw(6, 6, 2, 4, 3)
    net = candidate.MLP(*parameters)
    for _ in range(10):
        _, grads = gradients_of(net, X, y, l2=0.01)
        net.sgd_step(grads, 0.3)
        _, _, expected = slow(parameters, X, y, 0.01)
        parameters = [p - 0.3 * expected[name] for name, p in zip(NAMES, parameters, strict=True)]
    assert_close(read(net), parameters)
    assert_close(net.forward(X), slow(parameters, X, y)[0])


@pytest.mark.fine
def test_relu_at_zero(candidate):
    """A unit whose input is exactly 0 passes no gradient."""
    net = candidate.MLP(np.array([[1.0, 1.0]]), np.array([0.0, 1.0]), np.array([[1.0, -1.0], [2.0, 0.0]]), np.zeros(2))
    _, grads = gradients_of(net, np.array([[0.0]]), np.array([0]))
    p = 1.0 / (1.0 + math.exp(2.0))
    assert_close(grads["b1"], np.array([0.0, -2.0 * p]))
    assert_close(grads["W1"], np.zeros((1, 2)))


@pytest.mark.fine
def test_types(candidate):
    """The loss is a Python float, there are exactly four gradients, and a step returns None."""
    net = candidate.MLP(*SMALL)
    loss, grads = net.loss_and_grads(SMALL_X, np.array([0, 1]), l2=0.1)
    assert_type(loss, float)
    assert_that(set(grads) == set(NAMES), "has more keys than W1, b1, W2 and b2", grads)
    assert_that(net.sgd_step(grads, 0.1) is None, "is not None")


@pytest.mark.fine
def test_parameters_are_copies(candidate):
    """Later changes of the given arrays do not reach the network, and its steps do not reach them."""
    parameters, X, y = draw(3, 4, 2, 3, 2)
    given_arrays = [put(candidate, p) for p in parameters]
    net = candidate.MLP(*given_arrays)
    expected = net.forward(X)
    _, grads = gradients_of(net, X, y)
    net.sgd_step(grads, 0.5)
    assert_equal([fetch(p) for p in given_arrays], parameters)
    other = candidate.MLP(*given_arrays)
    for array in given_arrays:
        array[...] = 100.0
    assert_close(other.forward(X), expected)


@pytest.mark.fine
def test_assigned_parameters_are_used(candidate):
    """An array assigned to an attribute is the parameter from then on."""
    parameters, X, y = draw(4, 5, 2, 3, 2)
    others, _, _ = draw(5, 1, 2, 3, 2)
    net = candidate.MLP(*parameters)
    net.sgd_step(gradients_of(net, X, y)[1], 0.1)
    for name, other in zip(NAMES, others, strict=True):
        setattr(net, name, other)
    logits, loss, grads = slow(others, X, y, 0.1)
    assert_close(net.forward(X), logits)
    assert_close(gradients_of(net, X, y, 0.1), (loss, grads))
    net.sgd_step(grads, 0.25)
    assert_close(read(net), [p - 0.25 * grads[name] for name, p in zip(NAMES, others, strict=True)])


@pytest.mark.fine
def test_large_logits(candidate):
    """Logits of 10000 and a right class far below the greatest give finite losses and gradients."""
    net = candidate.MLP(np.array([[1.0]]), np.zeros(1), np.array([[1.0, -1.0, 0.0]]), np.zeros(3))
    loss, grads = gradients_of(net, np.array([[1e4]]), np.array([1]))
    assert_close(loss, 2e4)
    assert_close(grads, {"W1": [[2e4]], "b1": [2.0], "W2": [[1e4, -1e4, 0.0]], "b2": [1.0, -1.0, 0.0]})
    loss, _ = gradients_of(net, np.array([[500.0], [1e3]]), np.array([2, 0]))
    assert_close(loss, 250.0)
    net = candidate.MLP(np.array([[1.0]]), np.zeros(1), np.array([[1.0, 1.0]]), np.array([0.0, -1.0]))
    loss, grads = gradients_of(net, np.array([[1e4], [0.0]]), np.array([0, 0]))
    q = 1.0 / (1.0 + math.e)
    assert_close(loss, math.log1p(math.exp(-1.0)))
    assert_close(grads["b2"], np.array([-q, q]))


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_are_kept(candidate, dtype):
    """Logits, gradients and parameters keep float32 or float64; labels may have any integer dtype."""
    parameters, X, y = draw(7, 5, 3, 4, 3, dtype)
    net = candidate.MLP(*parameters)
    logits, loss, expected = slow(parameters, X, y, 0.1)
    assert_close(net.forward(X), logits.astype(dtype), check_dtype=True)
    for kind in (np.int64, np.int8, np.uint8):
        got, grads = gradients_of(net, X, y.astype(kind), l2=0.1)
        assert_close(got, loss, rtol=1e-5, atol=1e-6)
        assert_close(grads, {name: grad.astype(dtype) for name, grad in expected.items()}, check_dtype=True)
    net.sgd_step(grads, 0.1)
    for array in read(net):
        assert_dtype(array, dtype)


@pytest.mark.fine
def test_strided_input(candidate):
    """Transposed and strided parameters and examples are read correctly."""
    parameters, X, y = draw(8, 6, 6, 4, 4)
    W1, b1, W2, b2 = parameters
    views = [W1[::-1, ::-2], b1[::2], W2[1::2].copy().T[::-1].T, b2[::-1]]
    net = candidate.MLP(*views)
    logits, loss, grads = slow(views, X.T, y[::-1], 0.1)
    assert_close(net.forward(X.T), logits)
    assert_close(gradients_of(net, X.T, y[::-1], 0.1), (loss, grads))


@pytest.mark.fine
def test_shapes_that_do_not_fit(candidate):
    """Parameters or examples whose shapes do not fit raise ValueError."""
    good = ((2, 3), (3,), (3, 4), (4,))
    for at, shape in ((0, (2, 4)), (0, (6,)), (0, (1, 2, 3)), (1, (1,)), (1, (1, 3)), (1, (2,)), (1, ()),
                      (2, (2, 4)), (2, (3,)), (2, (1, 4)), (3, (1,)), (3, (3,)), (3, (1, 4))):  # fmt: skip
        shapes = [*good[:at], shape, *good[at + 1 :]]
        with assert_raises(ValueError):
            candidate.MLP(*(np.ones(s) for s in shapes))
    for shapes in (((2, 3), (3,), (3,), ()), ((2, 3), (3,), (3, 4, 5), (4, 5)), ((2,), (), (2, 4), (4,))):
        with assert_raises(ValueError):
            candidate.MLP(*(np.ones(s) for s in shapes))
    net = candidate.MLP(*(np.ones(s) for s in good))
    for shape in ((5, 3), (5, 1), (2,), (1, 5, 2), ()):
        with assert_raises(ValueError):
            net.forward(np.ones(shape))
        with assert_raises(ValueError):
            net.loss_and_grads(np.ones(shape), np.zeros(5, dtype=int))


@pytest.mark.fine
def test_no_examples(candidate):
    """Without examples there are no logits and no loss."""
    net = candidate.MLP(*SMALL)
    assert_shape(net.forward(np.zeros((0, 2))), (0, 2))
    with assert_raises(ValueError):
        net.loss_and_grads(np.zeros((0, 2)), np.zeros(0, dtype=int))


@pytest.mark.fine
def test_bad_labels_and_penalties(candidate):
    """Labels that are no class, too many or too few of them, and a negative penalty raise ValueError."""
    net = candidate.MLP(*SMALL)
    for y in ([0, 2], [0, -1], [-2, 1], [0, 100], [1], [0, 1, 1], [[0], [1]], [[0, 1]], 1):
        with assert_raises(ValueError):
            net.loss_and_grads(SMALL_X, np.array(y))
    with assert_raises(ValueError):
        net.loss_and_grads(SMALL_X, np.array([0, 1]), l2=-0.1)


@pytest.mark.fine
def test_check_by_hand(candidate):
    """The check takes central differences and reports the greatest relative error of all entries."""
    # The losses are methods of the parameter itself. The variance of (1, 3) has the gradient (-1, 1).
    p = put(candidate, np.array([1.0, 3.0]))
    for grad, error in (
        ([-1.0, 1.0], 0.0),
        ([-1.0, 1.5], 0.2),
        ([-3.0, 1.5], 0.5),
        ([-1.5, 3.0], 0.5),
        ([1.0, 1.0], 1.0),
        ([-1.0, 0.0], 1.0),
    ):
        assert_close(candidate.gradient_check(p.var, p, np.array(grad), eps=0.5), error)
        assert_close(candidate.gradient_check(p.var, p, np.array(grad)), error, rtol=1e-5, atol=1e-7)


@pytest.mark.fine
def test_small_steps(candidate):
    """The default step of 1e-6 is small enough for a loss that bends within a thousandth."""
    start = np.array([0.0, 1e-3, 3e-3])
    p = put(candidate, start)
    grad = (start - start.mean()) / (3 * start.std())
    assert_close(candidate.gradient_check(p.std, p, grad), 0.0, rtol=0, atol=1e-4)
    assert_close(candidate.gradient_check(p.std, p, np.where(start == 0, 3.0, 1.0) * grad), 0.5, rtol=1e-4, atol=0)


@pytest.mark.fine
def test_tiny_gradients(candidate):
    """Where both gradients are tiny, the error is divided by 1e-8, and nothing is divided by 0."""
    p = put(candidate, np.array([1.0, 3e-9]))  # the product has the gradient (3e-9, 1)
    for tiny, error in ((1e-9, 0.2), (3e-9, 0.0), (1e-7, 97.0 / 103.0), (-3e-9, 0.6)):
        assert_close(candidate.gradient_check(p.prod, p, np.array([tiny, 1.0]), eps=0.5), error, rtol=1e-6, atol=1e-6)
    zeros = put(candidate, np.zeros(2))
    assert_close(candidate.gradient_check(zeros.prod, zeros, np.zeros(2)), 0.0)


@pytest.mark.fine
def test_parameter_is_restored_to_the_last_bit(candidate, rng):
    """After the check the parameter holds exactly what it held; the error is a Python float."""
    start = rng.normal(size=(4, 3)) * np.array([1e-7, 1.0, 1e7])
    start[0, 0] = -0.0
    p = put(candidate, start)
    assert_type(candidate.gradient_check(p.sum, p, np.ones((4, 3))), float)
    for eps in (1e-6, 1e-3):
        assert_close(candidate.gradient_check(p.sum, p, np.ones((4, 3)), eps), 0.0, rtol=0, atol=1e-2)
        held = fetch(p)
        assert_equal(held, start)
        assert_that(np.signbit(held[0, 0]), "has turned -0.0 into 0.0", held)


@pytest.mark.fine
def test_layouts_of_the_parameter(candidate):
    """Transposed, strided, single and empty parameters are checked in place as well."""
    base = np.arange(1.0, 13.0).reshape(3, 4)
    for start in (base, base.T, base[::2, ::-1], np.array(3.0), np.array([[[2.0]]]), np.zeros((0, 2))):
        p = put(candidate, start)
        assert_close(candidate.gradient_check(p.sum, p, np.ones_like(start)), 0.0, rtol=0, atol=1e-6)
        if start.size:
            assert_close(candidate.gradient_check(p.sum, p, np.full_like(start, 3.0)), 0.5, rtol=1e-4, atol=0)
        assert_equal(fetch(p), np.array(start))


@pytest.mark.fine
def test_gradient_of_another_shape(candidate):
    """A gradient of another shape than the parameter raises ValueError, also where it could be broadcast."""
    p = put(candidate, np.ones((3, 4)))
    for shape in ((3,), (4,), (4, 3), (3, 1), (1, 4), (1, 3, 4), (12,), ()):
        with assert_raises(ValueError):
            candidate.gradient_check(p.sum, p, np.ones(shape))


@pytest.mark.scale
def test_many_examples(candidate, reference, rng):
    """A thousand examples take whole-array operations, not a loop over the examples."""

    def prepare(subject, rng):
        net = subject.MLP(*(rng.normal(size=shape) for shape in ((20, 16), (16,), (16, 5), (5,))))
        X, y = put(subject, rng.normal(size=(1_000, 20))), put(subject, rng.integers(0, 5, size=1_000))
        return lambda: net.loss_and_grads(X, y, 0.01)

    speed(candidate, reference, prepare, rng, limit=20)
