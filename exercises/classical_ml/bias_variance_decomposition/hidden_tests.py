"""Hidden tests of the bias-variance decomposition."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_that, assert_type, speed

SEEDS = st.integers(0, 2**32 - 1)
KEYS = ("bias2", "variance", "noise", "total", "mse_to_f")


def parts(preds, f_true, noise_var):
    """The parts, number by number."""
    m, models = len(f_true), len(preds)
    bias2 = variance = 0.0
    for column, f in zip(preds.T.tolist(), f_true.tolist(), strict=True):
        mean = math.fsum(column) / models
        bias2 += (mean - f) ** 2 / m
        variance += math.fsum((p - mean) ** 2 for p in column) / models / m
    return dict(zip(KEYS, (bias2, variance, noise_var, bias2 + variance + noise_var, bias2 + variance), strict=True))


def check(got, expected, **tolerance):
    """Compare the values of the dict by name."""
    assert_equal(set(got), set(KEYS))
    assert_close([got[key] for key in KEYS], [expected[key] for key in KEYS], **tolerance)


def test_parts_by_hand(candidate):
    """Bias is squared at each point before it is averaged, and the variance is that over the models."""
    preds = np.array([[2.0, -2.0], [4.0, -2.0]])
    got = candidate.decompose(preds, np.array([0.0, 1.0]), 0.5)
    # Means 3 and -2: biases 3 and -3, variances 1 and 0.
    check(got, {"bias2": 9.0, "variance": 0.5, "noise": 0.5, "total": 10.0, "mse_to_f": 9.5})


def test_no_bias_and_no_variance(candidate):
    """Models that agree have no variance, and models that are right on average no bias."""
    f = np.array([1.0, 5.0, 2.0])
    check(candidate.decompose(np.tile(f + 2.0, (4, 1)), f, 0.0), parts(np.tile(f + 2.0, (4, 1)), f, 0.0))
    got = candidate.decompose(np.array([f - 1.0, f + 1.0]), f, 0.25)
    check(got, {"bias2": 0.0, "variance": 1.0, "noise": 0.25, "total": 1.25, "mse_to_f": 1.0})


@given(models=st.integers(1, 8), m=st.integers(1, 6), seed=SEEDS)
def test_parts_follow_the_definition(candidate, models, m, seed):
    """On random predictions, the parts are those of sums by hand, and bias2 + variance = mse_to_f."""
    rng = np.random.default_rng(seed)
    preds, f_true = rng.normal(size=(models, m)) * 3, rng.normal(size=m)
    check(candidate.decompose(preds, f_true, 0.3), parts(preds, f_true, 0.3), rtol=1e-9, atol=1e-12)


def test_models_by_hand(candidate):
    """Each model is trained on f of the inputs plus its own row of noise."""
    X, noise = np.array([0.0, 1.0, 2.0]), np.array([[0.0, 0.0, 0.0], [3.0, 0.0, 0.0], [0.0, 6.0, 3.0]])
    got = candidate.simulate(lambda x, y, q: y.mean() + q, lambda x: x**2, X, noise, np.array([0.0, 10.0]))
    assert_close(got, np.array([[5 / 3, 35 / 3], [8 / 3, 38 / 3], [14 / 3, 44 / 3]]))


@given(models=st.integers(1, 3), n=st.integers(2, 5), m=st.integers(1, 4), seed=SEEDS)
def test_models_follow_the_definition(candidate, models, n, m, seed):
    """On random inputs of several columns, predictions are those of training by hand."""
    rng = np.random.default_rng(seed)
    X, Q, noise = rng.normal(size=(n, 2)), rng.normal(size=(m, 2)), rng.normal(size=(models, n))

    def nearest(x, y, q):
        return np.array([y[np.abs(x - row).sum(axis=1).argmin()] for row in q])

    def f(x):
        return np.sin(x).sum(axis=1)

    expected = np.array([nearest(X, f(X) + row, Q) for row in noise])
    assert_close(candidate.simulate(nearest, f, X, noise, Q), expected)


def test_shrinking_trades_variance_for_bias(candidate, rng):
    """Least squares through the origin has no bias; halving its slope quarters the variance."""
    X, noise = np.array([1.0, 2.0, 3.0]), rng.normal(size=(60, 3))
    noise = np.concatenate([noise, -noise])  # so the mean over models is exactly the truth

    def line(shrink):
        return lambda x, y, q: shrink * (x @ y) / (x @ x) * q

    full, half = (
        candidate.decompose(np.asarray(candidate.simulate(line(s), lambda x: 2 * x, X, noise, X)), 2 * X, 1.0)
        for s in (1.0, 0.5)
    )
    assert_close([full["bias2"], half["bias2"]], [0.0, np.mean(X**2)], rtol=1e-9, atol=1e-12)
    assert_close(half["variance"], full["variance"] / 4)
    assert_that(half["total"] > full["total"], "has a total that does not grow with the bias")


@pytest.mark.fine
def test_calls(candidate):
    """fit_predict is called once for each row of noise, in order, with the inputs as they are; f is called once."""
    seen, X, Q = [], np.array([1, 2]), np.array([[5.0]])
    noise = np.array([[0.5, 0.0], [0.0, 0.25], [1.0, 1.0]])

    def fit_predict(x, y, q):
        seen.append((np.array(x).tolist(), np.array(y).tolist(), np.array(q).tolist()))
        return np.zeros(1)

    def f(x):
        seen.append(np.array(x).tolist())
        return 10 * x

    candidate.simulate(fit_predict, f, X, noise, Q)
    assert_equal(seen, [[1, 2], *(([1, 2], (10 * X + row).tolist(), [[5.0]]) for row in noise)])


@pytest.mark.fine
def test_one_model(candidate):
    """A single model has variance 0."""
    check(candidate.decompose(np.array([[3.0, 0.0]]), np.zeros(2), 0), parts(np.array([[3.0, 0.0]]), np.zeros(2), 0.0))


@pytest.mark.fine
def test_large_predictions(candidate, rng):
    """Predictions at 1e8 keep a variance of 1."""
    preds, f_true = 1e8 + rng.normal(size=(50, 3)), np.full(3, 1e8 + 2.0)
    check(candidate.decompose(preds, f_true, 0.0), parts(preds, f_true, 0.0), rtol=1e-6, atol=0.0)


@pytest.mark.fine
def test_types(candidate):
    """Values are Python floats; integers do not wrap, and float32 is averaged in float64."""
    preds, f_true = np.array([[100, -100], [120, 90]], dtype=np.int8), np.array([-100, 100], dtype=np.int8)
    got = candidate.decompose(preds, f_true, np.float32(0.5))
    check(got, parts(preds.astype(float), f_true.astype(float), 0.5))
    for value in got.values():
        assert_type(value, float)
    single = np.linspace(0, 1, 6, dtype=np.float32).reshape(3, 2)
    got = candidate.decompose(single, single[0], 0.0)
    check(got, parts(single.astype(float), single[0].astype(float), 0.0), rtol=1e-13, atol=0.0)
    got = candidate.simulate(lambda x, y, q: [1, 2], lambda x: x, np.ones(2), np.zeros((3, 2)), np.ones(2))
    assert_dtype(got, np.float64)


@pytest.mark.fine
def test_invalid_input_raises(candidate):
    """No models or points, shapes that do not fit and a negative variance raise ValueError."""
    preds, f = np.ones((3, 2)), np.ones(2)
    for p, t, v in ((preds, f[:1], 0), (preds[0], f, 0), (preds[:0], f, 0), (preds[:, :0], f[:0], 0), (preds, f, -0.1)):
        with assert_raises(ValueError):
            candidate.decompose(p, t, v)
    for noise in (np.zeros((2, 3)), np.zeros((2, 1)), np.zeros(2), np.zeros((0, 2))):
        with assert_raises(ValueError):
            candidate.simulate(lambda x, y, q: q, lambda x: x, np.ones(2), noise, np.ones(2))


@pytest.mark.scale
def test_speed(candidate, reference, rng):
    """200 models at 2000 points are reduced as one array."""

    def prepare(subject, rng):
        preds, f_true = rng.normal(size=(200, 2000)), rng.normal(size=2000)
        return lambda: list(subject.decompose(preds, f_true, 0.1).values())

    speed(candidate, reference, prepare, rng, limit=6)
