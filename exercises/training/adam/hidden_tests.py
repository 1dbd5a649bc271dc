"""Hidden tests of adam."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, fetch, put, speed

EXACT = {"rtol": 1e-12, "atol": 1e-14}


def train(candidate, arrays, rounds, **settings):
    """What the arrays hold after one step for every list of gradients in rounds."""
    params = [put(candidate, array) for array in arrays]
    optimizer = candidate.Adam(params, **settings)
    for grads in rounds:
        optimizer.step(grads)
    return [fetch(param) for param in params]


def slow_adam(w, gradients, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, decoupled=False, amsgrad=False):
    """One weight after a list of gradients, with averages as explicit sums over the whole past."""
    seen, peak = [], 0.0
    for g in gradients:
        if g is None:
            continue
        if decoupled:
            w -= lr * weight_decay * w
        else:
            g += weight_decay * w
        seen.append(g)
        t = len(seen)
        m, v = (
            math.fsum((1 - beta) * beta ** (t - i) * x**power for i, x in enumerate(seen, start=1))
            for power, beta in enumerate(betas, start=1)
        )
        peak = max(peak, v)
        v_hat = (peak if amsgrad else v) / (1 - betas[1] ** t)
        w -= lr * m / (1 - betas[0] ** t) / (math.sqrt(v_hat) + eps)
    return w


def scalars(*values):
    """One list with one array of one entry for each value: the rounds of a single weight."""
    return [[None if value is None else np.array([float(value)])] for value in values]


@pytest.mark.points(2)
def test_first_step_has_length_lr(candidate):
    """The first step moves every weight by lr against the sign of its gradient, whatever the gradient's size."""
    w = np.array([1.0, -2.0, 3.0])
    (got,) = train(candidate, [w], [[np.array([0.5, -4.0, 1000.0])]], lr=0.25, eps=0.0)
    assert_close(got, [0.75, -1.75, 2.75], **EXACT)


@pytest.mark.points(2)
def test_second_step_by_hand(candidate):
    """After gradients 1 and 3 with betas 1/2 and 3/4, both averages are corrected for the second step."""
    # m = 7/4, corrected by 3/4; v = 39/16, corrected by 7/16.
    (got,) = train(candidate, [np.array([5.0])], scalars(1, 3), lr=0.5, betas=(0.5, 0.75), eps=0.0)
    assert_close(got, [5.0 - 0.5 - 0.5 * (7 / 3) / math.sqrt(39 / 7)], **EXACT)


def test_equal_gradients_give_equal_steps(candidate):
    """With the same gradient every time, every step has length lr: the correction is right at every t."""
    got = train(candidate, [np.array([0.0, 0.0])], [[np.array([3.0, -0.2])]] * 20, lr=0.5, eps=0.0)
    assert_close(got, [np.array([-10.0, 10.0])], rtol=1e-9)


def test_eps_is_added_last(candidate):
    """eps joins the denominator after the correction and outside the root."""
    (got,) = train(candidate, [np.array([0.0])], scalars(3), lr=1.0, eps=1.0)
    assert_close(got, [-3 / 4], **EXACT)
    (got,) = train(candidate, [np.array([0.0])], scalars(3, 3), lr=1.0, eps=1.0)
    assert_close(got, [-6 / 4], **EXACT)


def test_default_settings(candidate):
    """Without settings, lr is 0.001, betas are 0.9 and 0.999, eps is 1e-8, and there is no decay or AMSGrad."""
    gradients = [2e-8, -1e-8, 3e-8, 5e-9, 1e-8]
    (got,) = train(candidate, [np.array([0.5])], scalars(*gradients))
    assert_close(got, [slow_adam(0.5, gradients)], rtol=1e-10, atol=0)


def test_betas_of_zero(candidate):
    """A beta of 0 keeps nothing of the past."""
    (got,) = train(candidate, [np.array([0.0])], scalars(3, 1), lr=1.0, betas=(0.0, 0.0), eps=1.0)
    assert_close(got, [-3 / 4 - 1 / 2], **EXACT)


@pytest.mark.points(2)
def test_coupled_decay(candidate):
    """Coupled decay is part of the gradient, and so goes through both averages."""
    settings = {"lr": 0.5, "betas": (0.5, 0.75), "eps": 1.0, "weight_decay": 0.25}
    # The gradients are 1 + 0.25 * 8 = 3, which takes w to 7.625, and then -1 + 0.25 * 7.625.
    (got,) = train(candidate, [np.array([8.0])], scalars(1), **settings)
    assert_close(got, [8.0 - 0.5 * 3 / 4], **EXACT)
    (got,) = train(candidate, [np.array([8.0])], scalars(1, -1), **settings)
    assert_close(got, [slow_adam(7.625 + 0.375, [1.0, -1.0], **settings)], **EXACT)


@pytest.mark.points(2)
def test_decoupled_decay(candidate):
    """Decoupled decay multiplies the weight by 1 - lr * weight_decay before the update and skips the averages."""
    settings = {"lr": 0.5, "eps": 0.0, "weight_decay": 0.25, "decoupled": True}
    (got,) = train(candidate, [np.array([8.0, -8.0])], [[np.array([2.0, 2.0])]] * 2, **settings)
    # 8 -> 7 - 0.5 = 6.5 -> 5.6875 - 0.5, and -8 -> -7.5 -> -6.5625 - 0.5.
    assert_close(got, [5.1875, -7.0625], **EXACT)


def test_amsgrad(candidate):
    """AMSGrad divides by the greatest average so far, taken before the correction, entry by entry."""
    settings = {"lr": 1.0, "betas": (0.0, 0.5), "eps": 0.0, "amsgrad": True}
    # v is 8, 4.5, 2.75 and 9.375 for the first entry, and rises for the second.
    rounds = [[np.array(g)] for g in ([4.0, 1.0], [1.0, 2.0], [1.0, 3.0], [4.0, 4.0])]
    (got,) = train(candidate, [np.zeros(2)], rounds[:1], **settings)
    assert_close(got, [-1.0, -1.0], **EXACT)
    (got,) = train(candidate, [np.zeros(2)], rounds[:2], **settings)
    assert_close(got, [-1.0 - 1 / math.sqrt(8 / 0.75), -1.0 - 2 / math.sqrt(2.25 / 0.75)], **EXACT)
    (got,) = train(candidate, [np.zeros(2)], rounds, **settings)
    expected = [slow_adam(0.0, [float(g[0][i]) for g in rounds], **settings) for i in (0, 1)]
    assert_close(got, expected, **EXACT)


@pytest.mark.points(2)
def test_none_leaves_parameter_and_state_alone(candidate):
    """With the gradient None, a parameter, its averages and its count stay as they are; the others go on."""
    settings = {"lr": 0.5, "betas": (0.5, 0.75), "eps": 0.0}
    rounds = [[np.array([1.0]), None], [None, None], [np.array([3.0]), np.array([3.0])], [None, np.array([1.0])]]
    got = train(candidate, [np.array([0.0]), np.array([0.0])], rounds, **settings)
    assert_close(got, [[slow_adam(0.0, [1.0, 3.0], **settings)], [slow_adam(0.0, [3.0, 1.0], **settings)]], **EXACT)


@pytest.mark.parametrize("decoupled", [False, True])
def test_none_means_no_decay(candidate, decoupled):
    """With the gradient None, a parameter does not decay either."""
    settings = {"lr": 0.5, "eps": 1.0, "weight_decay": 0.5, "decoupled": decoupled}
    got = train(candidate, [np.array([2.0]), np.array([2.0])], [[None, np.array([1.0])]] * 2, **settings)
    assert_close(got, [[2.0], [slow_adam(2.0, [1.0, 1.0], **settings)]], **EXACT)


def test_zero_gradient_is_a_gradient(candidate):
    """A gradient of zeros takes a step all the same: averages shrink, the count goes up, the weight decays."""
    settings = {"lr": 0.5, "betas": (0.5, 0.75), "eps": 0.0}
    (got,) = train(candidate, [np.array([0.0])], scalars(1, 0, 0, 1), **settings)
    assert_close(got, [slow_adam(0.0, [1.0, 0.0, 0.0, 1.0], **settings)], **EXACT)
    settings = {"lr": 0.5, "weight_decay": 0.5, "decoupled": True}
    (got,) = train(candidate, [np.array([4.0])], scalars(0, 0), **settings)
    assert_close(got, [2.25], **EXACT)


def test_gradients_stay_as_they_are(candidate):
    """Gradients are neither changed nor kept: the caller may reuse their memory for the next step."""
    for settings in ({}, {"decoupled": True}, {"amsgrad": True}):
        settings = {"lr": 0.5, "betas": (0.5, 0.75), "weight_decay": 0.5, "eps": 0.0} | settings
        w, g = put(candidate, np.array([2.0])), put(candidate, np.array([3.0]))
        optimizer = candidate.Adam([w], **settings)
        optimizer.step([g])
        assert_equal(fetch(g), np.array([3.0]))
        g[:] = np.array([5.0])
        optimizer.step([g])
        assert_equal(fetch(g), np.array([5.0]))
        assert_close(fetch(w), [slow_adam(2.0, [3.0, 5.0], **settings)], **EXACT)


def test_steps_start_from_present_weights(candidate):
    """A value that somebody writes into a parameter between two steps is where the next step starts."""
    w = put(candidate, np.array([2.0, 2.0]))
    optimizer = candidate.Adam([w], lr=0.5, eps=0.0)
    optimizer.step([np.array([1.0, 1.0])])
    w[:] = np.array([10.0, 20.0])
    optimizer.step([np.array([1.0, 1.0])])
    assert_close(fetch(w), [9.5, 19.5], **EXACT)


def test_optimizers_are_independent(candidate):
    """Two optimizers share no state."""
    ours, theirs = put(candidate, np.array([0.0])), put(candidate, np.array([0.0]))
    first = candidate.Adam([ours], lr=0.5, eps=0.0)
    second = candidate.Adam([theirs], lr=1.0, eps=0.0)
    first.step([np.array([100.0])])
    second.step([np.array([1.0])])
    first.step([np.array([100.0])])
    assert_close([fetch(ours), fetch(theirs)], [[-1.0], [-1.0]], **EXACT)


def test_any_shape(candidate):
    """Parameters of shape (), of one entry, of three axes and empty ones are all updated in place."""
    shapes = [(), (1,), (2, 1, 3), (0, 4)]
    for amsgrad in (False, True):
        grads = [np.full(shape, -2.0) for shape in shapes]
        got = train(candidate, [np.ones(shape) for shape in shapes], [grads] * 2, lr=0.5, eps=0.0, amsgrad=amsgrad)
        assert_close(got[1:], [np.full(shape, 2.0) for shape in shapes[1:]], rtol=1e-9)
        if not amsgrad:
            assert_close(got[0], np.array(2.0), rtol=1e-9)
    train(candidate, [], [[], []])


def test_strided_parameters(candidate):
    """Transposed and strided parameters and gradients work like any others."""
    base = np.arange(24.0).reshape(4, 6)
    signs = np.where(base % 5 < 2, -1.0, 1.0)
    views = [lambda x: x.T, lambda x: x[::2, 1::2], lambda x: x[::-1]]
    for settings in ({}, {"amsgrad": True}, {"weight_decay": 1.0, "decoupled": True}):
        got = train(
            candidate,
            [view(base) for view in views],
            [[view(3 * signs) for view in views]],
            lr=0.5,
            eps=0.0,
            **settings,
        )
        kept = 0.5 if settings.get("decoupled") else 1.0
        assert_close(got, [view(kept * base - 0.5 * signs) for view in views], **EXACT)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept(candidate, dtype):
    """float32 and float64 parameters keep their dtype and come out right to its precision."""
    gradients = [0.5, -1.0, 2.0, 0.25]
    for settings in ({"decoupled": True}, {"amsgrad": True}):
        settings = {"lr": 0.125, "weight_decay": 0.5} | settings
        rounds = [[np.full(3, g, dtype=dtype)] for g in gradients]
        (got,) = train(candidate, [np.full(3, 1.5, dtype=dtype)], rounds, **settings)
        assert_dtype(got, dtype)
        assert_close(got, np.full(3, slow_adam(1.5, gradients, **settings), dtype=dtype))


@pytest.mark.parametrize("scale", [1e-100, 1e-10, 1e10, 1e100])
def test_scale_of_gradients_cancels(candidate, scale):
    """With eps=0, tiny and huge gradients give the same steps as gradients near 1."""
    gradients = [1.0, -3.0, 2.0]
    (got,) = train(candidate, [np.array([0.0])], scalars(*(scale * g for g in gradients)), lr=0.5, eps=0.0)
    assert_close(got, [slow_adam(0.0, gradients, lr=0.5, eps=0.0)], rtol=1e-9)


def test_bad_settings_are_refused(candidate):
    """A negative lr, eps or weight_decay and a beta outside [0, 1) raise ValueError; zeros are legal."""
    bad = [{"lr": -0.1}, {"eps": -1e-8}, {"weight_decay": -0.1}]
    bad += [{"betas": betas} for betas in ((-0.1, 0.9), (1.0, 0.9), (0.9, -0.1), (0.9, 1.0), (1.5, 0.9), (0.9, 1.5))]
    for settings in bad:
        with assert_raises(ValueError):
            candidate.Adam([np.ones(2)], **settings)
    (got,) = train(candidate, [np.array([2.0])], scalars(1), lr=0.0, weight_decay=0.0)
    assert_equal(got, np.array([2.0]))


def test_bad_gradients_change_nothing(candidate):
    """A missing or spare gradient and a gradient of another shape raise ValueError and leave everything as it was."""
    params = [put(candidate, np.array([0.0, 0.0])), put(candidate, np.array([0.0]))]
    settings = {"lr": 0.5, "betas": (0.5, 0.75), "eps": 0.0}
    optimizer = candidate.Adam(params, **settings)
    good, one = np.array([1.0, 1.0]), np.array([1.0])
    bad = [[good], [good, one, one], [], [good, np.ones(2)], [good, np.ones((1, 1))], [good, np.array(1.0)]]
    bad += [[one, one], [None, np.ones(2)], [np.ones((1, 2)), one]]
    for grads in bad:
        with assert_raises(ValueError):
            optimizer.step(grads)
        assert_equal([fetch(param) for param in params], [np.zeros(2), np.zeros(1)])
    optimizer.step([np.array([4.0, -4.0]), np.array([4.0])])
    optimizer.step([np.array([1.0, -1.0]), np.array([1.0])])
    expected = slow_adam(0.0, [4.0, 1.0], **settings)
    assert_close([fetch(param) for param in params], [[expected, -expected], [expected]], **EXACT)


@given(
    steps=st.integers(1, 6),
    decoupled=st.booleans(),
    amsgrad=st.booleans(),
    weight_decay=st.sampled_from([0.0, 0.5]),
    seed=st.integers(0, 2**32 - 1),
)
def test_agrees_with_a_slow_specification(candidate, steps, decoupled, amsgrad, weight_decay, seed):
    """Random steps, some gradients None, agree with averages worked out from the whole past."""
    rng = np.random.default_rng(seed)
    settings = {
        "lr": float(rng.uniform(0.01, 1.0)),
        "betas": (float(rng.uniform(0.0, 0.95)), float(rng.uniform(0.0, 0.999))),
        "eps": 1e-3,
        "weight_decay": weight_decay,
        "decoupled": decoupled,
        "amsgrad": amsgrad,
    }
    w = rng.normal(size=(2, 2))
    grads = rng.normal(size=(steps, 2, 2)) * rng.choice([0.1, 1.0, 10.0], size=(steps, 1, 1))
    skipped = rng.random((steps, 2)) < 0.25
    rounds = [[None if skipped[s, p] else grads[s, p] for p in (0, 1)] for s in range(steps)]
    got = train(candidate, list(w), rounds, **settings)
    expected = [
        [
            slow_adam(w[p, i], [None if skipped[s, p] else grads[s, p, i] for s in range(steps)], **settings)
            for i in (0, 1)
        ]
        for p in (0, 1)
    ]
    assert_close(got, expected)


def test_step_is_quick(candidate, reference, rng):
    """Steps on an array of 65536 entries take no more than 10 times as long as in a vectorised solution."""

    def prepare(subject, rng):
        optimizer = subject.Adam([put(subject, rng.normal(size=65_536))], amsgrad=True, weight_decay=0.1)
        grads = [put(subject, rng.normal(size=65_536))]

        def two_steps():
            optimizer.step(grads)
            optimizer.step(grads)

        return two_steps

    speed(candidate, reference, prepare, rng, limit=10)


# -- the moving average


def averaged(candidate, avg, params, decay, step):
    """What the averages hold after one update."""
    kept = [put(candidate, array) for array in avg]
    candidate.ema_update(kept, params, decay, step)
    return [fetch(array) for array in kept]


@pytest.mark.points(2)
def test_ema_warms_up(candidate):
    """Early updates keep 1/10, 2/11, 3/12 and so on of the old average; later ones keep `decay` of it."""
    avg, params = [np.array([10.0, 0.0])], [np.array([0.0, 10.0])]
    for decay, step, keep in (
        (0.999, 0, 1 / 10),
        (0.999, 1, 2 / 11),
        (0.999, 8, 1 / 2),
        (0.999, 80, 9 / 10),
        (0.05, 0, 0.05),
        (0.25, 8, 0.25),
        (0.75, 1000, 0.75),
        (1.0, 80, 9 / 10),
        (0.0, 5, 0.0),
    ):
        got = averaged(candidate, avg, params, decay, step)
        assert_close(got, [np.array([10 * keep, 10 - 10 * keep])], **EXACT)


def test_ema_works_in_place(candidate):
    """The averages themselves change, in every shape and stride and in their own dtype; the parameters do not."""
    base = np.arange(12.0).reshape(3, 4)
    avg = [np.array(8.0), base.T, base[::2, ::-1], np.zeros((0, 2)), np.array([[4.0]], dtype=np.float32)]
    params = [put(candidate, np.zeros_like(array)) for array in avg]
    got = averaged(candidate, avg, params, 0.25, 100)
    assert_equal(got, [0.25 * array if array.ndim else np.array(2.0) for array in avg])
    assert_equal([fetch(param) for param in params], [np.zeros_like(array) for array in avg])
    assert_equal(averaged(candidate, [], [], 0.5, 0), [])


def test_ema_refuses_bad_arguments(candidate):
    """Lists or shapes that do not match, a decay outside [0, 1] and a negative step raise ValueError, changing nothing."""
    two, one = np.full(2, 4.0), np.full(1, 4.0)
    bad = [([two], 0.5, 0), ([two, one, one], 0.5, 0), ([], 0.5, 0), ([two, two], 0.5, 0), ([one, one], 0.5, 0)]
    bad += [([two, np.array(4.0)], 0.5, 0), ([two, np.ones((1, 1))], 0.5, 0)]
    bad += [([two, one], decay, 0) for decay in (-0.1, 1.1)] + [([two, one], 0.5, -1)]
    for params, decay, step in bad:
        avg = [put(candidate, np.zeros(2)), put(candidate, np.zeros(1))]
        with assert_raises(ValueError):
            candidate.ema_update(avg, params, decay, step)
        assert_equal([fetch(array) for array in avg], [np.zeros(2), np.zeros(1)])


@given(decay=st.integers(0, 10), step=st.integers(0, 200), seed=st.integers(0, 2**32 - 1))
def test_ema_is_a_weighted_mean(candidate, decay, step, seed):
    """Random updates agree with the formula entry by entry."""
    avg, params = np.random.default_rng(seed).normal(size=(2, 2, 3))
    keep = min(decay / 10, (1 + step) / (10 + step))
    got = averaged(candidate, list(avg), list(params), decay / 10, step)
    assert_close(
        got, [[keep * a + (1 - keep) * w for a, w in zip(*rows, strict=True)] for rows in zip(avg, params, strict=True)]
    )
