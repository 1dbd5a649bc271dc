"""Hidden tests of adam."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, fetch, put, speed


def slow_adam(w, grads, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, decoupled=False, amsgrad=False):
    """Weights after all steps, entry by entry in Python floats."""
    result = []
    for j, start in enumerate(w):
        value, m, v, top, t = start, 0.0, 0.0, 0.0, 0
        for grad in grads:
            if grad is None:
                continue
            g = grad[j]
            t += 1
            if decoupled:
                value *= 1 - lr * weight_decay
            else:
                g += weight_decay * value
            m = betas[0] * m + (1 - betas[0]) * g
            v = betas[1] * v + (1 - betas[1]) * g * g
            top = max(top, v)
            used = top if amsgrad else v
            value -= lr * (m / (1 - betas[0] ** t)) / (math.sqrt(used / (1 - betas[1] ** t)) + eps)
        result.append(value)
    return np.array(result)


def run(candidate, w, grads, **settings):
    """Weights after all steps of the submission."""
    params = put(candidate, [np.array(w)])
    optimizer = candidate.Adam(params, **settings)
    for grad in grads:
        optimizer.step([None if grad is None else np.array(grad)])
    return fetch(params)[0]


GRADS = [[0.5, -4.0, 0.0], [0.25, 3.0, 1e-3], [-1.0, -0.5, 2.0], [0.125, 0.0, -2.0]]
START = [1.0, -2.0, 3.0]


def test_first_step_has_the_size_of_lr(candidate):
    """The first step moves each entry by lr against the sign of its gradient, however large the gradient is."""
    got = run(candidate, [1.0, -2.0, 5.0], [[0.5, -4e3, 1e-2]], lr=0.1)
    assert_close(got, np.array([0.9, -1.9, 4.9]), rtol=1e-6, atol=1e-6)


def test_two_steps_by_hand(candidate):
    """Two steps agree with numbers worked out by hand."""
    # After the first gradient m = v = 0.5, both divided by 0.5: the weight moves by 1.
    got = run(candidate, [0.0], [[1.0], [3.0]], lr=1.0, betas=(0.5, 0.5), eps=0.0)
    # m2 = 0.5 * 0.5 + 0.5 * 3 = 1.75, v2 = 0.5 * 0.5 + 0.5 * 9 = 4.75, both divided by 0.75.
    assert_close(got, np.array([-1.0 - (1.75 / 0.75) / math.sqrt(4.75 / 0.75)]))


def test_plain_adam(candidate):
    """Without decay the weights follow the formula over several steps."""
    assert_close(run(candidate, START, GRADS, lr=0.05), slow_adam(START, GRADS, lr=0.05))


def test_default_settings(candidate):
    """The defaults are lr 0.001, betas 0.9 and 0.999, eps 1e-8, no decay and no AMSGrad."""
    assert_close(run(candidate, START, GRADS), slow_adam(START, GRADS))


def test_position_of_eps(candidate):
    """eps is added to the root of the corrected second moment, neither inside the root nor before the correction."""
    settings = {"lr": 0.1, "eps": 0.5, "betas": (0.8, 0.9)}
    assert_close(run(candidate, START, GRADS, **settings), slow_adam(START, GRADS, **settings))


def test_coupled_decay_goes_through_the_moments(candidate):
    """Without decoupling, the decay is part of the gradient."""
    settings = {"lr": 0.1, "weight_decay": 0.3}
    assert_close(run(candidate, START, GRADS, **settings), slow_adam(START, GRADS, **settings))


def test_decoupled_decay_leaves_the_moments_alone(candidate):
    """With decoupling, the weights shrink by lr times weight_decay before the step."""
    settings = {"lr": 0.1, "weight_decay": 0.3, "decoupled": True}
    assert_close(run(candidate, START, GRADS, **settings), slow_adam(START, GRADS, **settings))
    assert_close(run(candidate, [4.0], [[0.0], [0.0]], **settings), np.array([4.0 * 0.97**2]))


def test_moments_are_separate(candidate):
    """Parameters do not share moments, and two optimisers share nothing."""
    grads = [np.array([[1.0, 2.0]]), np.array(-3.0), np.array([[0.5], [4.0]])]
    params = put(candidate, [np.zeros((1, 2)), np.array(1.0), np.ones((2, 1))])
    other = put(candidate, [np.zeros(1)])
    optimizer, second = candidate.Adam(params, lr=0.1), candidate.Adam(other, lr=0.1)
    for _ in range(2):
        optimizer.step(grads)
    second.step([np.array([1.0])])
    a, b, c = fetch(params)
    assert_close(a, np.array([[-0.2, -0.2]]), rtol=1e-6, atol=1e-6)
    assert_close(b, np.array(1.2), rtol=1e-6, atol=1e-6)
    assert_close(c, np.array([[0.8], [0.8]]), rtol=1e-6, atol=1e-6)
    assert_close(fetch(other)[0], np.array([-0.1]), rtol=1e-6, atol=1e-6)


def test_the_very_arrays_change(candidate):
    """A step writes into the arrays that were passed; putting new ones into a list does not reach their owner."""
    w, b = put(candidate, np.array([2.0, -1.0])), put(candidate, np.array(3.0))
    optimizer = candidate.Adam([w, b], lr=0.5)
    optimizer.step([np.array([1.0, -1.0]), np.array(2.0)])
    assert_close(fetch(w), np.array([1.5, -0.5]), rtol=1e-6, atol=1e-6)
    assert_close(fetch(b), np.array(2.5), rtol=1e-6, atol=1e-6)


@given(
    n=st.integers(1, 3),
    steps=st.integers(1, 5),
    betas=st.sampled_from([(0.9, 0.999), (0.5, 0.6)]),
    decay=st.sampled_from([0.0, 0.2]),
    decoupled=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_agrees_with_a_slow_specification(candidate, n, steps, betas, decay, decoupled, seed):
    """With decay of either kind the weights are what entry-by-entry arithmetic gives."""
    rng = np.random.default_rng(seed)
    start, grads = rng.normal(size=n).tolist(), rng.normal(size=(steps, n)).tolist()
    settings = {"lr": 0.1, "betas": betas, "weight_decay": decay, "decoupled": decoupled}
    assert_close(run(candidate, start, grads, **settings), slow_adam(start, grads, **settings))


@pytest.mark.fine
def test_tiny_gradients(candidate):
    """Gradients as small as eps show where it is added."""
    tiny = [[1e-8, -3e-8, 2e-9]] * 3
    assert_close(run(candidate, START, tiny), slow_adam(START, tiny))


@pytest.mark.fine
def test_amsgrad_keeps_the_greatest_second_moment(candidate):
    """With AMSGrad a large gradient is remembered, in its uncorrected form."""
    grads = [[5.0, 0.1], [0.1, 0.1], [0.1, 4.0], [6.0, 0.1], [-0.2, 5.0]]
    settings = {"lr": 0.1, "betas": (0.9, 0.7), "amsgrad": True}
    assert_close(run(candidate, [1.0, 1.0], grads, **settings), slow_adam([1.0, 1.0], grads, **settings))


@pytest.mark.fine
def test_parameter_without_gradient_stays(candidate):
    """A gradient of None leaves the weights alone, without decay, and the next real step corrects as if it came next."""
    grads = [[1.0, -1.0], None, None, [0.5, 2.0]]
    for decoupled in (False, True):
        settings = {"lr": 0.1, "weight_decay": 0.5, "decoupled": decoupled}
        got = run(candidate, [1.0, 2.0], grads, **settings)
        assert_close(got, slow_adam([1.0, 2.0], grads, **settings))


@pytest.mark.fine
def test_counters_belong_to_parameters(candidate):
    """A parameter that starts later gets the correction of its own first step."""
    params = put(candidate, [np.zeros(2), np.zeros(1)])
    optimizer = candidate.Adam(params, lr=0.1)
    for _ in range(3):
        optimizer.step([np.array([1.0, -1.0]), None])
    optimizer.step([None, np.array([7.0])])
    first, second = fetch(params)
    assert_close(first, np.array([-0.3, 0.3]), rtol=1e-6, atol=1e-6)
    assert_close(second, np.array([-0.1]), rtol=1e-6, atol=1e-6)


@pytest.mark.fine
def test_float32_stays_float32(candidate):
    """float32 parameters keep their dtype and their accuracy; Fortran order changes nothing."""
    start = np.asfortranarray(np.array([[1.0, -2.0], [0.5, 4.0]], dtype=np.float32))
    params = put(candidate, [start])
    optimizer = candidate.Adam(params, lr=0.01, weight_decay=0.1, decoupled=True)
    grads = [start.T.copy(), -start]
    for grad in grads:
        optimizer.step([grad])
    got = fetch(params)[0]
    assert_dtype(got, np.float32)
    flat = [g.astype(float).ravel().tolist() for g in grads]
    expected = slow_adam(start.astype(float).ravel().tolist(), flat, lr=0.01, weight_decay=0.1, decoupled=True)
    assert_close(got, expected.reshape(2, 2).astype(np.float32))


@pytest.mark.fine
def test_no_parameters_and_empty_parameters(candidate):
    """An empty list of parameters, an empty array and a single number are legal."""
    candidate.Adam(put(candidate, [])).step([])
    params = put(candidate, [np.zeros((0, 3)), np.array(2.0)])
    candidate.Adam(params, lr=0.5).step([np.zeros((0, 3)), np.array(1.0)])
    empty, number = fetch(params)
    assert_equal(empty, np.zeros((0, 3)))
    assert_close(number, np.array(1.5), rtol=1e-6, atol=1e-6)


@pytest.mark.fine
def test_strided_views(candidate):
    """Transposed, strided and reversed parameters and gradients work like any others."""
    base = np.arange(24.0).reshape(4, 6)
    signs = np.where(base % 5 < 2, -1.0, 1.0)
    views = [lambda x: x.T, lambda x: x[::2, 1::2], lambda x: x[::-1]]
    for amsgrad in (False, True):
        params = [put(candidate, view(base)) for view in views]
        optimizer = candidate.Adam(params, lr=0.5, eps=0.0, amsgrad=amsgrad)
        optimizer.step([view(3 * signs) for view in views])
        expected = [view(base - 0.5 * signs) for view in views]
        assert_close([fetch(param) for param in params], expected)


@pytest.mark.fine
def test_steps_start_from_present_weights(candidate):
    """A value that somebody writes into a parameter between two steps is where the next step starts."""
    w = put(candidate, np.array([2.0, 2.0]))
    optimizer = candidate.Adam([w], lr=0.5, eps=0.0)
    optimizer.step([np.array([1.0, 1.0])])
    w[:] = np.array([10.0, 20.0])
    optimizer.step([np.array([1.0, 1.0])])
    assert_close(fetch(w), np.array([9.5, 19.5]))


@pytest.mark.fine
def test_gradients_may_be_reused(candidate):
    """Gradients are neither changed nor kept: the caller may use their memory again for the next step."""
    for extra in ({}, {"weight_decay": 0.5}, {"weight_decay": 0.5, "decoupled": True}, {"amsgrad": True}):
        settings = {"lr": 0.5, "betas": (0.5, 0.75)} | extra
        w, g = put(candidate, np.array([2.0])), put(candidate, np.array([3.0]))
        optimizer = candidate.Adam([w], **settings)
        for value in (3.0, 5.0, -1.0):
            g[:] = np.array([value])
            optimizer.step([g])
            assert_equal(fetch(g), np.array([value]))
        expected = slow_adam([2.0], [[3.0], [5.0], [-1.0]], **settings)
        assert_close(fetch(w), expected)


@pytest.mark.fine
def test_zero_gradient_is_a_gradient(candidate):
    """With a gradient of zeros the moments shrink, the counter goes up and the weights decay."""
    grads = [[1.0], [0.0], [0.0], [1.0]]
    for decay in (0.0, 0.5):
        settings = {"lr": 0.5, "betas": (0.5, 0.75), "weight_decay": decay, "decoupled": True}
        got = run(candidate, [1.0], grads, **settings)
        assert_close(got, slow_adam([1.0], grads, **settings))


@pytest.mark.fine
def test_scale_of_gradients_cancels(candidate):
    """With eps=0, tiny and huge gradients give the same steps as gradients near 1."""
    grads = [[1.0], [-3.0], [2.0]]
    expected = slow_adam([0.0], grads, lr=0.5, eps=0.0)
    for scale in (1e-100, 1e-10, 1e10, 1e100):
        got = run(candidate, [0.0], [[scale * g] for (g,) in grads], lr=0.5, eps=0.0)
        assert_close(got, expected)


@pytest.mark.fine
@given(
    n=st.integers(1, 3),
    steps=st.integers(1, 5),
    betas=st.sampled_from([(0.9, 0.999), (0.5, 0.6), (0.0, 0.9), (0.9, 0.0)]),
    decay=st.sampled_from([0.0, 0.2]),
    flags=st.sampled_from([(False, False), (True, False), (False, True), (True, True)]),
    seed=st.integers(0, 2**32 - 1),
)
def test_all_settings_agree_with_a_slow_specification(candidate, n, steps, betas, decay, flags, seed):
    """With any settings, and some gradients missing, the weights are what entry-by-entry arithmetic gives."""
    rng = np.random.default_rng(seed)
    start = rng.normal(size=n).tolist()
    grads = [None if rng.random() < 0.2 else rng.normal(size=n).tolist() for _ in range(steps)]
    settings = {"lr": 0.1, "betas": betas, "weight_decay": decay, "decoupled": flags[0], "amsgrad": flags[1]}
    assert_close(run(candidate, start, grads, **settings), slow_adam(start, grads, **settings))


@pytest.mark.fine
def test_invalid_settings(candidate):
    """Negative settings and betas outside [0, 1) raise ValueError; zero is legal."""
    w = np.ones(2)
    bad = ({"lr": -1e-3}, {"eps": -1e-9}, {"weight_decay": -0.1}, {"betas": (1.0, 0.9)}, {"betas": (0.9, 1.0)},
           {"betas": (-0.1, 0.9)}, {"betas": (0.9, -0.1)})  # fmt: skip
    for settings in bad:
        with assert_raises(ValueError):
            candidate.Adam([w], **settings)
    assert_close(run(candidate, [1.0], [[2.0]], lr=0.0, eps=0.0, betas=(0.0, 0.0)), np.array([1.0]))


@pytest.mark.fine
def test_invalid_gradients_change_nothing(candidate):
    """Gradients of another number or shape raise ValueError; later steps go on as if that call had not been."""
    params = put(candidate, [np.ones(2), np.ones((2, 1))])
    optimizer = candidate.Adam(params, lr=0.1)
    good = np.ones(2)
    for grads in ([good], [good, np.ones((2, 1)), good], [good, np.ones(2)], [good, np.ones((1, 2))], []):
        with assert_raises(ValueError):
            optimizer.step(grads)
    assert_equal(fetch(params), [np.ones(2), np.ones((2, 1))])
    steps = [[4.0, -4.0], [1.0, -1.0]]
    for step in steps:
        optimizer.step([np.array(step), np.array(step).reshape(2, 1)])
    expected = slow_adam([1.0, 1.0], steps, lr=0.1)
    assert_close(fetch(params), [expected, expected.reshape(2, 1)])


@pytest.mark.fine
def test_ema_by_hand(candidate):
    """Late averages keep the share decay; early ones keep (1 + step) / (10 + step)."""
    for step, decay, keep in ((0, 0.999, 0.1), (8, 0.999, 0.5), (100, 0.5, 0.5), (89, 0.95, 90 / 99), (0, 0.05, 0.05)):
        avg = put(candidate, [np.array([0.0, 10.0]), np.array([[4.0]])])
        candidate.ema_update(avg, [np.array([1.0, 0.0]), np.array([[-4.0]])], decay, step)
        first, second = fetch(avg)
        assert_close(first, np.array([1 - keep, 10 * keep]))
        assert_close(second, np.array([[8 * keep - 4]]))


@pytest.mark.fine
def test_ema_changes_the_very_arrays(candidate):
    """The arrays of avg change themselves, in any shape, stride and dtype; the weights stay as they are."""
    base = np.arange(12.0).reshape(3, 4)
    avg = [np.array(8.0), base.T, base[::2, ::-1], np.zeros((0, 2)), np.array([[4.0]], dtype=np.float32)]
    kept = [put(candidate, array) for array in avg]
    params = [put(candidate, np.ones_like(array)) for array in avg]
    candidate.ema_update(kept, params, 0.25, 100)
    expected = [np.asarray(0.25 * array + 0.75, dtype=array.dtype) for array in avg]
    assert_close([fetch(array) for array in kept], expected, check_dtype=True)
    assert_equal([fetch(param) for param in params], [np.ones_like(array) for array in avg])
    candidate.ema_update(put(candidate, []), [], 0.5, 0)


@pytest.mark.fine
def test_ema_of_equal_weights(candidate):
    """Averaging weights with themselves changes nothing, decay 1 follows the warm-up, and decay 0 copies."""
    w = np.array([0.1, -7.0], dtype=np.float32)
    avg = put(candidate, [w])
    candidate.ema_update(avg, [w], decay=0.9, step=50)
    assert_close(fetch(avg)[0], w, check_dtype=True)
    for decay, expected in ((0.0, 3.0), (1.0, 3 * 9 / 19)):
        avg = put(candidate, [np.zeros(1)])
        candidate.ema_update(avg, [np.array([3.0])], decay=decay, step=9)
        assert_close(fetch(avg)[0], np.array([expected]))


@pytest.mark.fine
def test_ema_errors(candidate):
    """Lists of different length, other shapes, a decay outside [0, 1] and a negative step raise ValueError."""
    one = [np.ones(1)]
    for avg, params, decay, step in ((one, [], 0.9, 1), (one, one * 2, 0.9, 1), (one, one, 1.1, 1),
                                     (one, one, -0.1, 1), (one, one, 0.9, -1)):  # fmt: skip
        with assert_raises(ValueError):
            candidate.ema_update(put(candidate, avg), params, decay, step)
    for shape in ((), (1,), (3,), (2, 1), (1, 2)):
        with assert_raises(ValueError):
            candidate.ema_update(put(candidate, [np.ones(2)]), [np.ones(shape)], 0.9, 1)


@pytest.mark.scale
def test_steps_use_array_operations(candidate, reference, rng):
    """A step on 50000 entries takes whole-array operations, not a loop over the entries."""

    def prepare(subject, rng):
        params = put(subject, [rng.normal(size=50_000)])
        optimizer = subject.Adam(params, lr=0.01)
        grads = [put(subject, rng.normal(size=50_000))]

        def work():
            optimizer.step(grads)
            optimizer.step(grads)
            return fetch(params)[0]

        return work

    speed(candidate, reference, prepare, rng, limit=10)
