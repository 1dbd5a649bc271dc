"""Hidden tests of sgd_optimizers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, fetch, put, speed

SGD_SETTINGS = [
    {},
    {"weight_decay": 0.25},
    {"momentum": 0.5},
    {"momentum": 0.75, "weight_decay": 0.5},
    {"momentum": 0.5, "nesterov": True},
    {"momentum": 0.25, "nesterov": True, "weight_decay": 0.5},
]
ALL = [
    *[("SGD", settings) for settings in SGD_SETTINGS],
    ("Adagrad", {}),
    ("Adagrad", {"eps": 0.5}),
    ("RMSprop", {}),
    ("RMSprop", {"alpha": 0.5, "eps": 0.25, "momentum": 0.5}),
]
CORE = [*ALL[:-1], ("RMSprop", {"alpha": 0.5, "eps": 0.25})]
every = pytest.mark.parametrize(("name", "settings"), ALL, ids=str)
every_core = pytest.mark.parametrize(("name", "settings"), CORE, ids=str)
one_each = pytest.mark.parametrize(("name", "settings"), [ALL[3], ALL[6], ALL[9]], ids=str)
one_core = pytest.mark.parametrize(("name", "settings"), [CORE[3], CORE[6], CORE[9]], ids=str)


def slow_sgd(w, grads, lr, momentum=0.0, nesterov=False, weight_decay=0.0):
    """One entry after all steps of SGD."""
    velocity = 0.0
    for g in grads:
        g += weight_decay * w
        velocity = momentum * velocity + g
        w -= lr * (g + momentum * velocity) if nesterov else lr * velocity
    return w


def slow_adagrad(w, grads, lr, eps=1e-10):
    """One entry after all steps of Adagrad."""
    for t, g in enumerate(grads):
        w -= lr * g / (math.sqrt(sum(h * h for h in grads[: t + 1])) + eps)
    return w


def slow_rmsprop(w, grads, lr, alpha=0.99, eps=1e-8, momentum=0.0):
    """One entry after all steps of RMSprop."""
    square, moved = 0.0, 0.0
    for g in grads:
        square = alpha * square + (1 - alpha) * g * g
        moved = momentum * moved + lr * g / (math.sqrt(square) + eps)
        w -= moved
    return w


SLOW = {"SGD": slow_sgd, "Adagrad": slow_adagrad, "RMSprop": slow_rmsprop}


def slow(name, start, grads, lr, settings):
    """All entries after all steps; steps without a gradient do nothing."""
    columns = [[float(g[j]) for g in grads if g is not None] for j in range(len(start))]
    return np.array([SLOW[name](float(w), column, lr, **settings) for w, column in zip(start, columns, strict=True)])


def build(candidate, name, params, lr, settings):
    """Optimiser of this name."""
    return getattr(candidate, name)(params, lr, **settings)


def run(candidate, name, start, grads, lr, settings):
    """Parameter after all steps of the submission."""
    w = put(candidate, np.array(start))
    optimizer = build(candidate, name, [w], lr, settings)
    for grad in grads:
        optimizer.step([None if grad is None else np.array(grad)])
    return fetch(w)


START = [1.0, -2.0, 3.0]
GRADS = [[0.5, -4.0, 1e-3], [0.25, 3.0, 1e-3], [-1.0, -0.5, 2.0], [0.125, 0.0, -2.0]]


def test_sgd_by_hand(candidate):
    """Plain SGD goes lr times the gradient, and decay adds its share of the weight to the gradient."""
    assert_close(run(candidate, "SGD", [1.0, -2.0], [[2.0, -4.0]], 0.25, {}), np.array([0.5, -1.0]))
    # 4 -> 4 - 0.5 (2 + 0.5 * 4) = 2 -> 2 - 0.5 (0 + 0.5 * 2) = 1.5
    assert_close(run(candidate, "SGD", [4.0], [[2.0], [0.0]], 0.5, {"weight_decay": 0.5}), np.array([1.5]))


def test_momentum_by_hand(candidate):
    """The first buffer is the gradient; later ones keep a share of the old buffer and add the whole gradient."""
    for steps, expected in ((1, -4.0), (2, -9.0), (3, -11.5), (4, -12.75)):
        grads = [[4.0], [3.0], [0.0], [0.0]][:steps]
        assert_close(run(candidate, "SGD", [0.0], grads, 1.0, {"momentum": 0.5}), np.array([expected]))


def test_nesterov_by_hand(candidate):
    """Nesterov's variant goes along the gradient and a share of the new buffer."""
    # b = 4, 5, 2.5: steps 4 + 2, 3 + 2.5, 0 + 1.25.
    for steps, expected in ((1, -6.0), (2, -11.5), (3, -12.75)):
        grads = [[4.0], [3.0], [0.0]][:steps]
        got = run(candidate, "SGD", [0.0], grads, 1.0, {"momentum": 0.5, "nesterov": True})
        assert_close(got, np.array([expected]))


def test_adagrad_by_hand(candidate):
    """Adagrad divides by the root of the sum of all squares, and eps is added to the root."""
    # s = 9, 25, 169: 3/3, 4/5, 12/13.
    got = run(candidate, "Adagrad", [0.0], [[3.0], [-4.0], [12.0]], 1.0, {"eps": 0.0})
    assert_close(got, np.array([-1.0 + 0.8 - 12.0 / 13.0]))
    assert_close(run(candidate, "Adagrad", [0.0], [[3.0], [4.0]], 2.0, {"eps": 1.0}), np.array([-1.5 - 8.0 / 6.0]))


def test_rmsprop_by_hand(candidate):
    """RMSprop divides by the root of the running mean square, and eps is added to the root."""
    # v = 0.36 * 25 = 9, then 0.64 * 9 + 0.36 * 100 / 9 = 9.76; the first step is 5 / (3 + 2).
    settings = {"alpha": 0.64, "eps": 2.0}
    assert_close(run(candidate, "RMSprop", [0.0], [[5.0]], 1.0, settings), np.array([-1.0]))
    got = run(candidate, "RMSprop", [0.0], [[5.0], [10.0 / 3.0]], 1.0, settings)
    assert_close(got, np.array([-1.0 - 10.0 / 3.0 / (math.sqrt(9.76) + 2.0)]))


@every_core
def test_several_steps(candidate, name, settings):
    """Over several steps the weights follow the formulas, with the default settings as well."""
    got = run(candidate, name, START, GRADS, 0.25, settings)
    assert_close(got, slow(name, START, GRADS, 0.25, settings))


@given(steps=st.integers(1, 5), which=st.integers(0, len(CORE) - 1), seed=st.integers(0, 2**32 - 1))
def test_agrees_with_a_slow_specification(candidate, steps, which, seed):
    """For random gradients the weights are what entry-by-entry arithmetic gives."""
    rng = np.random.default_rng(seed)
    name, settings = CORE[which]
    start, grads = rng.normal(size=2), list(rng.normal(size=(steps, 2)))
    assert_close(run(candidate, name, start, grads, 0.1, settings), slow(name, start, grads, 0.1, settings))


@one_core
def test_parameters_have_their_own_state(candidate, name, settings):
    """Two parameters of one shape share no state, and neither do two optimisers."""
    first, second, third = (put(candidate, np.zeros(1)) for _ in range(3))
    optimizer = build(candidate, name, [first, second], 0.25, settings)
    other = build(candidate, name, [third], 0.25, settings)
    for g in (1.0, 2.0):
        optimizer.step([np.array([g]), np.array([-5.0 * g])])
        other.step([np.array([9.0])])
    assert_close(fetch(first), slow(name, [0.0], [[1.0], [2.0]], 0.25, settings))
    assert_close(fetch(second), slow(name, [0.0], [[-5.0], [-10.0]], 0.25, settings))
    assert_close(fetch(third), slow(name, [0.0], [[9.0], [9.0]], 0.25, settings))


@one_core
def test_zero_gradient_is_a_gradient(candidate, name, settings):
    """With a gradient of zeros, buffers go on and means shrink."""
    grads = [[1.0], [0.0], [0.0], [1.0]]
    assert_close(run(candidate, name, [1.0], grads, 0.5, settings), slow(name, [1.0], grads, 0.5, settings))


@pytest.mark.fine
def test_rmsprop_momentum_by_hand(candidate):
    """Momentum of RMSprop sums up divided gradients; the first step is taken whole."""
    # With alpha = 0 each gradient becomes its sign: b = 1, 1.5, -0.25.
    settings = {"alpha": 0.0, "eps": 0.0, "momentum": 0.5}
    for steps, expected in ((1, -1.0), (2, -2.5), (3, -2.25)):
        got = run(candidate, "RMSprop", [0.0], [[3.0], [7.0], [-0.1]][:steps], 1.0, settings)
        assert_close(got, np.array([expected]))


@pytest.mark.fine
@every
def test_tiny_gradients(candidate, name, settings):
    """Gradients as small as eps show where and how much of it is added."""
    tiny = [[1e-8, -3e-9, 2e-10]] * 3
    assert_close(run(candidate, name, START, tiny, 0.25, settings), slow(name, START, tiny, 0.25, settings))


@pytest.mark.fine
@given(steps=st.integers(1, 5), which=st.integers(0, len(ALL) - 1), seed=st.integers(0, 2**32 - 1))
def test_some_gradients_are_missing(candidate, steps, which, seed):
    """For random gradients, some of them missing, the weights are what entry-by-entry arithmetic gives."""
    rng = np.random.default_rng(seed)
    name, settings = ALL[which]
    start = rng.normal(size=2)
    grads = [None if rng.random() < 0.2 else rng.normal(size=2) for _ in range(steps)]
    assert_close(run(candidate, name, start, grads, 0.1, settings), slow(name, start, grads, 0.1, settings))


@pytest.mark.fine
@every
def test_parameter_without_gradient_stays(candidate, name, settings):
    """A gradient of None leaves the weights and their state alone, without decay or coasting."""
    first, second = put(candidate, np.array([1.0, 2.0])), put(candidate, np.array([3.0]))
    optimizer = build(candidate, name, [first, second], 0.25, settings)
    optimizer.step([np.array([0.5, -1.0]), np.array([2.0])])
    before = fetch(first)
    for _ in range(2):
        optimizer.step([None, np.array([-1.0])])
        assert_equal(fetch(first), before)
    optimizer.step([np.array([1.0, 1.0]), None])
    expected = slow(name, [1.0, 2.0], [[0.5, -1.0], [1.0, 1.0]], 0.25, settings)
    assert_close(fetch(first), expected)
    assert_close(fetch(second), slow(name, [3.0], [[2.0], [-1.0], [-1.0]], 0.25, settings))


@pytest.mark.fine
@every
def test_gradients_may_be_reused(candidate, name, settings):
    """Gradients are neither changed nor kept: the caller may use their memory again for the next step."""
    w, g = put(candidate, np.array([2.0])), put(candidate, np.array([3.0]))
    optimizer = build(candidate, name, [w], 0.25, settings)
    for value in (3.0, 5.0, -1.0):
        g[:] = np.array([value])
        optimizer.step([g])
        assert_equal(fetch(g), np.array([value]))
    assert_close(fetch(w), slow(name, [2.0], [[3.0], [5.0], [-1.0]], 0.25, settings))


@pytest.mark.fine
@one_each
def test_strided_views(candidate, name, settings):
    """Transposed, strided and reversed parameters change in place like any others."""
    base = np.arange(24.0).reshape(4, 6)
    grad = np.cos(base)
    for view in (lambda x: x.T, lambda x: x[::2, 1::2], lambda x: x[::-1]):
        w = put(candidate, view(base))
        optimizer = build(candidate, name, [w], 0.25, settings)
        for _ in range(2):
            optimizer.step([view(grad)])
        flat = view(grad).ravel()
        expected = slow(name, view(base).ravel(), [flat, flat], 0.25, settings)
        assert_close(fetch(w), expected.reshape(view(base).shape))


@pytest.mark.fine
@one_each
def test_steps_start_from_present_weights(candidate, name, settings):
    """A value that somebody writes into a parameter between two steps is where the next step starts."""
    w = put(candidate, np.array([2.0]))
    optimizer = build(candidate, name, [w], 0.25, settings | ({"weight_decay": 0.0} if name == "SGD" else {}))
    optimizer.step([np.array([3.0])])
    first = fetch(w)
    w[:] = first + 100.0
    optimizer.step([np.array([4.0])])
    settings = {key: value for key, value in settings.items() if key != "weight_decay"}
    assert_close(fetch(w), slow(name, [2.0], [[3.0], [4.0]], 0.25, settings) + 100.0)


@pytest.mark.fine
@every
def test_float32_stays_float32(candidate, name, settings):
    """Parameters of float32 keep their dtype, in matrices as well."""
    start = np.array([[1.0, -2.0], [0.5, 3.0]], dtype=np.float32)
    grads = [start[::-1].copy(), 0.5 * start, -start]
    w = put(candidate, start)
    optimizer = build(candidate, name, [w], 0.25, settings)
    for grad in grads:
        optimizer.step([grad])
    got = fetch(w)
    assert_dtype(got, np.float32)
    expected = slow(name, start.ravel(), [grad.ravel() for grad in grads], 0.25, settings).reshape(2, 2)
    assert_close(got, expected.astype(np.float32))


@pytest.mark.fine
@one_each
def test_no_parameters_and_empty_parameters(candidate, name, settings):
    """An empty list of parameters, an empty array and a single number are legal, and an lr of 0 changes nothing."""
    build(candidate, name, put(candidate, []), 0.1, settings).step([])
    empty, number = put(candidate, np.zeros((0, 3))), put(candidate, np.array(2.0))
    build(candidate, name, [empty, number], 0.25, settings).step([np.zeros((0, 3)), np.array(4.0)])
    assert_equal(fetch(empty), np.zeros((0, 3)))
    assert_close(fetch(number).reshape(1), slow(name, [2.0], [[4.0]], 0.25, settings))
    build(candidate, name, [number], 0.0, settings).step([np.array(4.0)])
    assert_close(fetch(number).reshape(1), slow(name, [2.0], [[4.0]], 0.25, settings))


@pytest.mark.fine
@pytest.mark.parametrize("name", ["Adagrad", "RMSprop"])
def test_scale_of_gradients_cancels(candidate, name):
    """With eps=0, tiny and huge gradients give the same steps as gradients near 1."""
    grads = [[1.0], [-3.0], [2.0]]
    expected = slow(name, [0.0], grads, 0.5, {"eps": 0.0})
    for scale in (1e-100, 1e-10, 1e10, 1e100):
        got = run(candidate, name, [0.0], [[scale * g] for (g,) in grads], 0.5, {"eps": 0.0})
        assert_close(got, expected)


@pytest.mark.fine
@pytest.mark.parametrize(
    ("name", "lr", "settings"),
    [
        ("SGD", -0.1, {}),
        ("SGD", 0.1, {"momentum": -0.1}),
        ("SGD", 0.1, {"weight_decay": -0.1}),
        ("SGD", 0.1, {"nesterov": True}),
        ("SGD", 0.1, {"nesterov": True, "momentum": 0.0, "weight_decay": 0.1}),
        ("Adagrad", -0.1, {}),
        ("Adagrad", 0.1, {"eps": -1e-9}),
        ("RMSprop", -0.1, {}),
        ("RMSprop", 0.1, {"eps": -1e-9}),
        ("RMSprop", 0.1, {"momentum": -0.1}),
        ("RMSprop", 0.1, {"alpha": -0.1}),
        ("RMSprop", 0.1, {"alpha": 1.0}),
    ],
)
def test_invalid_settings(candidate, name, lr, settings):
    """Negative settings, alpha outside [0, 1), and nesterov without momentum raise ValueError."""
    with assert_raises(ValueError):
        build(candidate, name, [np.ones(2)], lr, settings)


@pytest.mark.fine
@one_each
def test_invalid_gradients_change_nothing(candidate, name, settings):
    """Gradients of another number or shape raise ValueError; later steps go on as if that call had not been."""
    params = [put(candidate, np.ones(2)), put(candidate, np.ones((2, 1)))]
    optimizer = build(candidate, name, params, 0.25, settings)
    good = np.ones(2)
    for grads in (
        [good],
        [good, np.ones((2, 1)), good],
        [good, np.ones(2)],
        [good, np.ones((1, 2))],
        [],
        [good, np.ones(())],
    ):
        with assert_raises(ValueError):
            optimizer.step(grads)
    assert_equal([fetch(p) for p in params], [np.ones(2), np.ones((2, 1))])
    steps = [[4.0, -4.0], [1.0, -1.0]]
    for step in steps:
        optimizer.step([np.array(step), np.array(step).reshape(2, 1)])
    expected = slow(name, [1.0, 1.0], steps, 0.25, settings)
    assert_close([fetch(p) for p in params], [expected, expected.reshape(2, 1)])


@pytest.mark.fine
def test_sparse_by_hand(candidate):
    """Gradients of equal rows add up before they are squared, and only the named rows change."""
    table = put(candidate, np.ones((4, 2)))
    optimizer = candidate.Adagrad([table], 1.0, eps=0.0)
    optimizer.step_sparse(0, np.array([3, 1, 3]), np.array([[1.0, -1.0], [6.0, -8.0], [2.0, -2.0]]))
    assert_close(fetch(table), np.array([[1.0, 1.0], [0.0, 2.0], [1.0, 1.0], [0.0, 2.0]]))
    optimizer.step_sparse(0, np.array([3]), np.array([[4.0, 4.0]]))
    # s = 3^2 + 4^2 = 25
    assert_close(fetch(table), np.array([[1.0, 1.0], [0.0, 2.0], [1.0, 1.0], [-0.8, 1.2]]))


@pytest.mark.fine
@given(
    n=st.integers(1, 5),
    m=st.integers(0, 6),
    width=st.sampled_from([(), (1,), (3,), (2, 2)]),
    seed=st.integers(0, 2**32 - 1),
)
def test_sparse_is_dense_with_zeros(candidate, n, m, width, seed):
    """A sparse step does what a step with zeros in all other rows does, before, between and after such steps."""
    rng = np.random.default_rng(seed)
    start = rng.normal(size=(n, *width))
    table = put(candidate, start)
    optimizer = candidate.Adagrad([np.ones(1), table], 0.25, eps=0.01)
    history = []
    for sparse in (True, False, True):
        rows, grad_rows = rng.integers(0, n, size=m), rng.normal(size=(m, *width))
        dense = np.zeros_like(start)
        for row, grad in zip(rows, grad_rows, strict=True):
            dense[row] += grad
        history.append(dense.ravel())
        if sparse:
            optimizer.step_sparse(1, rows, grad_rows)
        else:
            optimizer.step([None, dense])
    expected = slow("Adagrad", start.ravel(), history, 0.25, {"eps": 0.01})
    assert_close(fetch(table), expected.reshape(start.shape))


@pytest.mark.fine
def test_sparse_on_views(candidate):
    """Sparse steps write through views, keep float32, take any integer dtype, and leave their arguments alone."""
    table = put(candidate, np.ones((3, 4), dtype=np.float32).T)
    optimizer = candidate.Adagrad([table], 0.5)
    for dtype in (np.int32, np.uint8):
        optimizer.step_sparse(0, np.array([2, 0, 2], dtype=dtype), np.full((3, 6), 2.0, dtype=np.float32)[:, ::2])
    got = fetch(table)
    expected = np.ones((4, 3), dtype=np.float32)
    expected[[0, 2]] = 0.5 - 0.5 / math.sqrt(2)
    assert_dtype(got, np.float32)
    assert_close(got, expected)


@pytest.mark.fine
def test_sparse_on_transposed_rows(candidate):
    """Sparse steps write through a view whose rows are transposed matrices."""
    table = put(candidate, np.zeros((2, 4, 3)).T)
    optimizer = candidate.Adagrad([table], 0.5, eps=0.0)
    grad = np.arange(1.0, 9.0).reshape(1, 4, 2)
    for _ in range(2):
        optimizer.step_sparse(0, np.array([1]), grad)
    expected = np.zeros((3, 4, 2))
    expected[1] = -0.5 - 0.5 / math.sqrt(2)
    assert_close(fetch(table), expected)


@pytest.mark.fine
def test_sparse_errors_change_nothing(candidate):
    """No such parameter, rows out of range and other shapes raise ValueError, and nothing has changed."""
    table = put(candidate, np.ones((3, 2)))
    optimizer = candidate.Adagrad([table], 1.0, eps=0.0)
    one = np.ones((1, 2))
    bad = [(1, [0], one), (-1, [0], one), (0, [3], one), (0, [-1], one), (0, [0, 5], np.ones((2, 2))), (0, [[0]], one),
           (0, [0], np.ones((1, 1))), (0, [0], np.ones(2)), (0, [0, 1], one), (0, [0], np.ones((2, 2))),
           (0, [0, 1, 2, 0], np.ones((3, 2))), (0, [0], np.ones((1, 2, 1)))]  # fmt: skip
    for i, rows, grad_rows in bad:
        with assert_raises(ValueError):
            optimizer.step_sparse(i, np.array(rows), grad_rows)
    assert_equal(fetch(table), np.ones((3, 2)))
    optimizer.step_sparse(0, np.array([], dtype=np.int64), np.ones((0, 2)))
    assert_equal(fetch(table), np.ones((3, 2)))
    optimizer.step_sparse(0, np.array([0, 2]), np.full((2, 2), 7.0))
    assert_close(fetch(table), np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]]))


@pytest.mark.scale
def test_steps_use_array_operations(candidate, reference, rng):
    """Steps on 50000 entries take whole-array operations, not a loop over the entries."""

    def prepare(subject, rng):
        w, g = (put(subject, rng.normal(size=50_000)) for _ in range(2))
        optimizers = [build(subject, name, [w], 0.01, settings) for name, settings in (ALL[5], ALL[6], ALL[9])]

        def work():
            for optimizer in optimizers:
                optimizer.step([g])
            return fetch(w)

        return work

    speed(candidate, reference, prepare, rng, limit=10)


@pytest.mark.scale
def test_sparse_step_touches_few_rows(candidate, reference, rng):
    """A sparse step takes time for its own rows, not for the whole table."""

    def prepare(subject, rng):
        table = put(subject, np.ones((800_000, 4), dtype=np.float32))
        optimizer = subject.Adagrad([table], 0.01)
        rows = put(subject, rng.integers(0, 800_000, size=50))
        grad_rows = put(subject, rng.normal(size=(50, 4)).astype(np.float32))

        def work():
            for _ in range(4):
                optimizer.step_sparse(0, rows, grad_rows)
            return table[rows]

        return work

    speed(candidate, reference, prepare, rng, limit=40)
