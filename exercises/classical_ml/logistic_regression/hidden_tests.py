"""Hidden tests of logistic regression."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_type, put, speed

SEEDS = st.integers(0, 2**32 - 1)
PAIR, LABELS = np.array([[-1.0], [1.0]]), np.array([0, 1])


def slow(w, b, X, y, l2):
    """Loss and gradient with one number at a time."""
    n, losses, errors = len(X), [], []
    for x, label in zip(X.tolist(), y.tolist(), strict=True):
        z = math.fsum(v * u for v, u in zip(x, w.tolist(), strict=True)) + b
        m = z if label else -z
        share = math.exp(-abs(m))
        losses.append(max(-m, 0.0) + math.log1p(share))
        wrong = (share if m >= 0 else 1.0) / (1.0 + share)
        errors.append(-wrong if label else wrong)
    loss = math.fsum(losses) / n + l2 / 2 * math.fsum(v * v for v in w.tolist())
    slopes = [math.fsum(e * u for e, u in zip(errors, column, strict=True)) / n for column in X.T.tolist()]
    return loss, np.array(slopes) + l2 * w, math.fsum(errors) / n


def minimum(X, y, l2):
    """Weights and intercept with the least loss, by Newton steps that are far more than enough, none of which climbs."""
    n, d = X.shape
    A = np.hstack([X, np.ones((n, 1))])
    penalty, theta = np.diag([l2] * d + [0.0]), np.zeros(d + 1)

    def height(theta):
        return np.logaddexp(0.0, (1 - 2 * y) * (A @ theta)).mean() + theta @ penalty @ theta / 2

    for _ in range(60):
        p = (1.0 + np.tanh(A @ theta / 2.0)) / 2.0
        gradient = A.T @ (p - y) / n + penalty @ theta
        step = np.linalg.solve((A.T * (p * (1.0 - p) / n)) @ A + penalty, gradient)
        theta -= next(
            (part for part in step * 0.5 ** np.arange(30)[:, None] if height(theta - part) <= height(theta)), 0.0
        )
    return theta[:-1], float(theta[-1])


def draw(rng, n, d, noise):
    """Features and labels of both kinds; without noise the labels are separable."""
    X = rng.normal(size=(n, d)).clip(-3.0, 3.0)
    z = X @ rng.normal(size=d) + noise * rng.normal(size=n)
    return X, (z > np.median(z)).astype(np.int64)


def assert_reached(model, expected, within=1e-4):
    """Compare the fitted parameters with the minimum, at the tolerance of the prompt."""
    assert_close(model.coef_, expected[0], rtol=within, atol=within)
    assert_close(model.intercept_, expected[1], rtol=within, atol=within)


def test_loss_by_hand(candidate):
    """Probabilities 3/4 and 1/4 with labels 1 and 1 cost the mean of log(4/3) and log(4)."""
    X, y = np.array([[2.0], [-2.0]]), np.array([1, 1])
    loss, grad_w, grad_b = candidate.loss_and_grad(np.array([math.log(3) / 2]), 0.0, X, y)
    assert_close(loss, (math.log(4 / 3) + math.log(4)) / 2)
    assert_close(grad_w, np.array([(-1 / 4 * 2 + 3 / 4 * 2) / 2]))
    assert_close(grad_b, -0.5)


def test_penalty_by_hand(candidate):
    """The penalty adds l2 / 2 times |w|^2 to the mean loss and l2 w to its gradient, and nothing for the intercept."""
    X, y, w = np.zeros((4, 2)), np.array([0, 1, 0, 1]), np.array([3.0, -4.0])
    loss, grad_w, grad_b = candidate.loss_and_grad(w, 0.0, X, y, 0.5)
    assert_close((loss, grad_b), (math.log(2) + 6.25, 0.0))
    assert_close(grad_w, np.array([1.5, -2.0]))
    loss, grad_w, grad_b = candidate.loss_and_grad(w, math.log(3), X, y, l2=2.0)
    assert_close((loss, grad_b), (math.log(4) - math.log(3) / 2 + 25.0, 0.25))
    assert_close(grad_w, np.array([6.0, -8.0]))


def test_gradient_is_that_of_the_loss(candidate, rng):
    """Differences of the loss along every parameter agree with the gradient."""
    X, y, w, b, h = rng.normal(size=(9, 3)), rng.integers(0, 2, size=9), rng.normal(size=3), 0.3, 1e-5
    _, grad_w, grad_b = candidate.loss_and_grad(w, b, X, y, 0.7)
    for j, step in enumerate(h * np.eye(3)):
        high, low = (candidate.loss_and_grad(v, b, X, y, 0.7)[0] for v in (w + step, w - step))
        assert_close((high - low) / (2 * h), float(grad_w[j]), rtol=1e-6, atol=1e-8)
    high, low = (candidate.loss_and_grad(w, c, X, y, 0.7)[0] for c in (b + h, b - h))
    assert_close((high - low) / (2 * h), grad_b, rtol=1e-6, atol=1e-8)


@given(n=st.integers(1, 6), d=st.integers(1, 3), scale=st.sampled_from([1.0, 30.0]), seed=SEEDS)
def test_loss_follows_the_definition(candidate, n, d, scale, seed):
    """On random data, loss and gradient are those of a sum row by row."""
    rng = np.random.default_rng(seed)
    X, w, b = rng.normal(size=(n, d)), scale * rng.normal(size=d), float(rng.normal())
    y, l2 = rng.integers(0, 2, size=n), float(rng.integers(0, 3)) / 2
    assert_close(candidate.loss_and_grad(w, b, X, y, l2), slow(w, b, X, y, l2))


def test_large_logits(candidate):
    """A logit of 1000 or more on the wrong side costs just that, and on the right side nothing."""
    X = np.array([[1.0], [-1.0]])
    for z in (40.0, 750.0, 1000.0, 1e6):
        for y, cost in ((np.array([1, 0]), 0.0), (np.array([0, 1]), z), (np.array([1, 1]), z / 2)):
            loss, grad_w, grad_b = candidate.loss_and_grad(np.array([z]), 0.0, X, y)
            assert_close(loss, cost)
            wrong = y == np.array([0, 1])
            assert_close(grad_w, np.array([np.mean(wrong)]))
            assert_close(grad_b, float(np.mean(wrong * (1 - 2 * y))))


def test_fit_by_hand(candidate):
    """On the points -1 and 1 the weight 1 is optimal for l2 = sigmoid(-1), and the intercept is 0."""
    model = candidate.LogisticRegression(l2=1.0 / (1.0 + math.e)).fit(PAIR, LABELS)
    assert_reached(model, (np.array([1.0]), 0.0), within=1e-3)
    probability = 1.0 / (1.0 + math.exp(-1.0))
    assert_close(model.predict_proba(PAIR), np.array([1.0 - probability, probability]), rtol=1e-3, atol=1e-3)


@pytest.mark.call_s(5)
def test_intercept_is_not_penalised(candidate):
    """Without useful features the intercept is the log odds of the labels, whatever l2 is."""
    y = np.array([1, 1, 0, 1])
    for l2 in (0.1, 0.5, 1.0):
        model = candidate.LogisticRegression(l2=l2).fit(np.zeros((4, 2)), y)
        assert_reached(model, (np.zeros(2), math.log(3)), within=1e-3)


@pytest.mark.call_s(5)
def test_fit_reaches_the_minimum(candidate, rng):
    """On noisy data and on separable data, weights and intercept are optimal to 1e-3 for an l2 of 0.1 or more."""
    for n, d, l2, noise in ((60, 3, 0.1, 1.0), (30, 2, 1.0, 1.0), (40, 2, 0.1, 0.0)):
        X, y = draw(rng, n, d, noise)
        X = X * np.array([1.0, 0.5, 1.5])[:d] + 0.5
        assert_reached(candidate.LogisticRegression(l2=l2).fit(X, y), minimum(X, y, l2), within=1e-3)


def test_probabilities_follow_the_parameters(candidate, rng):
    """predict_proba is the sigmoid of the logit, and predict tells which rows have one half or more."""
    X, y = draw(rng, 20, 2, 1.0)
    model = candidate.LogisticRegression(l2=0.1).fit(X + 0.5, y)
    w, b = model.coef_, model.intercept_
    Q = rng.normal(size=(50, 2)) - w * b / (w @ w)
    expected = np.array([1.0 / (1.0 + math.exp(-z)) for z in (Q @ w + b).tolist()])
    assert_close(model.predict_proba(Q), expected)
    assert_close(model.predict(Q), np.where(expected >= 0.5, 1, 0))


def test_predictions_by_hand(candidate):
    """A model of two points puts everything to the right of them on the side of the right one."""
    model = candidate.LogisticRegression(l2=0.1).fit(PAIR + 3.0, LABELS)
    assert_close(model.predict(np.array([[4.0], [1.0], [30.0], [-2.0], [3.2], [2.8]])), np.array([1, 0, 1, 0, 1, 0]))
    model = candidate.LogisticRegression(l2=0.1).fit(PAIR + 3.0, LABELS[::-1])
    assert_close(model.predict(np.array([[4.0], [1.0]])), np.array([0, 1]))


@pytest.mark.fine
def test_types_of_the_results(candidate):
    """Loss, grad_b and intercept_ are Python floats; arrays are float64, and predictions int64."""
    loss, grad_w, grad_b = candidate.loss_and_grad(np.ones(1), 0.5, PAIR, LABELS)
    assert_type(loss, float)
    assert_type(grad_b, float)
    assert_dtype(grad_w, np.float64)
    model = candidate.LogisticRegression(l2=0.1).fit(PAIR, LABELS)
    assert_type(model.intercept_, float)
    assert_dtype(model.coef_, np.float64)
    assert_dtype(model.predict_proba(PAIR), np.float64)
    assert_dtype(model.predict(PAIR), np.int64)


@pytest.mark.fine
def test_dtypes_and_strides(candidate):
    """Narrow integers, float32, booleans and views with strides are computed in float64."""
    rng = np.random.default_rng(3)
    X = rng.integers(0, 256, size=(3, 20)).astype(np.uint8).T[::2]
    y, w = rng.integers(0, 2, size=20)[::-2], rng.normal(size=6)[::2] / 50
    expected = slow(w, 0.5, X.astype(np.float64), y, 0.5)
    for labels in (y, y.astype(bool), y.astype(np.uint8), y.astype(np.float32)):
        assert_close(candidate.loss_and_grad(w, 0.5, X, labels, 0.5), expected)
    single, v = rng.normal(size=(10, 3)).astype(np.float32), rng.normal(size=3).astype(np.float32)
    loss, grad_w, _ = candidate.loss_and_grad(v, 0.5, single, y.astype(np.float32), 0.5)
    expected = slow(v.astype(np.float64), 0.5, single.astype(np.float64), y, 0.5)
    assert_close(loss, expected[0], rtol=1e-11, atol=1e-11)
    assert_close(grad_w, expected[1], rtol=1e-11, atol=1e-11, check_dtype=True)
    model = candidate.LogisticRegression(l2=0.1).fit(single, y.astype(bool))
    assert_reached(model, minimum(single.astype(np.float64), y, 0.1))
    assert_equal(model.predict_proba(single[::3]), model.predict_proba(single[::3].astype(np.float64)))


@pytest.mark.fine
def test_large_logits_raise_no_warning(candidate):
    """Loss, gradient and probabilities of logits of 1000 and more raise no warning."""
    X = np.array([[1.0], [-1.0]])
    for z in (750.0, 1000.0, 1e6):
        assert_close(candidate.loss_and_grad(np.array([z]), 0.0, X, np.array([0, 1]))[0], z)
    model = candidate.LogisticRegression(l2=0.1).fit(PAIR, LABELS)
    for z in (1000.0, 1e6):
        assert_close(model.predict_proba(z * PAIR / model.coef_), np.array([0.0, 1.0]))


@pytest.mark.fine
def test_small_losses_keep_their_digits(candidate):
    """A logit of 30 on the right side costs exp(-30), not a rounded zero."""
    loss, _, _ = candidate.loss_and_grad(np.array([30.0]), 0.0, PAIR, LABELS)
    assert_close(loss, math.log1p(math.exp(-30.0)), rtol=1e-6, atol=0.0)


@pytest.mark.fine
@pytest.mark.call_s(5)
def test_weak_and_strong_penalties(candidate, rng):
    """Weights and intercept are optimal to 1e-4, whether l2 is 0.001 or 1000, and features may lie off the origin."""
    for n, d, l2 in ((200, 4, 1e-3), (30, 2, 0.01), (60, 3, 10.0)):
        X, y = draw(rng, n, d, 1.0)
        X = X + np.arange(d)
        assert_reached(candidate.LogisticRegression(l2=l2).fit(X, y), minimum(X, y, l2))
    y = np.array([1, 1, 0, 1])
    for l2 in (1e-3, 1000.0):
        model = candidate.LogisticRegression(l2=l2).fit(np.zeros((4, 2)), y)
        assert_reached(model, (np.zeros(2), math.log(3)))
    model = candidate.LogisticRegression(l2=1000.0).fit(np.array([[1.0], [2.0], [3.0], [5.0]]), y)
    assert_reached(model, minimum(np.array([[1.0], [2.0], [3.0], [5.0]]), y, 1000.0))


@pytest.mark.fine
def test_separable_data_converge(candidate, rng):
    """Where a plane separates the labels, the penalty keeps the weights finite, and they are still optimal."""
    assert_reached(candidate.LogisticRegression().fit(PAIR, LABELS), minimum(PAIR, LABELS, 1e-3))
    X, y = draw(rng, 40, 2, 0.0)
    assert_reached(candidate.LogisticRegression().fit(X, y), minimum(X, y, 1e-3))


@pytest.mark.fine
@pytest.mark.call_s(5)
def test_steps_that_are_too_long(candidate):
    """The minimum is found also where full Newton steps overshoot further and further."""
    X, y = np.array([[0.7, 3.2], [-4.3, 1.3], [4.5, -4.9], [5.5, -4.6]]), np.array([0, 1, 1, 0])
    model = candidate.LogisticRegression(l2=1e-3).fit(X, y)
    assert_reached(model, (np.array([-5.891411, -4.054289]), 10.180881))
    X = np.array([[-1.9, -4.9, 5.7, 5.3], [-1.6, -3.4, 2.8, 1.3], [-1.8, 4.1, -0.1, 3.7], [-2.0, -5.9, 5.7, 5.1]])
    model = candidate.LogisticRegression(l2=1e-3).fit(X, np.array([1, 0, 1, 0]))
    assert_reached(model, (np.array([0.539969, 6.225431, 1.596438, 3.612218]), 6.748311))


@pytest.mark.fine
def test_rare_label(candidate):
    """One positive among 150 rows is enough for a model that is optimal."""
    X = np.linspace(-6.0, 6.0, 150)[:, None]
    y = (np.arange(150) == 140).astype(np.int64)
    assert_reached(candidate.LogisticRegression(l2=0.01).fit(X, y), minimum(X, y, 0.01))


@pytest.mark.fine
def test_extreme_queries(candidate, rng):
    """Logits of a thousand and a million give probabilities 1 and 0; no queries give no rows."""
    X, y = draw(rng, 20, 2, 1.0)
    model = candidate.LogisticRegression(l2=0.01).fit(X, y)
    w = model.coef_
    Q = np.vstack([1000.0 * w / (w @ w), -1000.0 * w / (w @ w)])
    assert_close(model.predict_proba(Q), np.array([1.0, 0.0]))
    assert_close(model.predict_proba(1e6 * Q), np.array([1.0, 0.0]))
    assert_equal(model.predict_proba(Q[:0]), np.zeros(0))
    assert_equal(model.predict(Q[:0]), np.zeros(0, dtype=np.int64))


@pytest.mark.fine
def test_one_half_is_one(candidate):
    """Where the gradient is zero at the start, all probabilities are exactly one half, and that predicts 1."""
    even = candidate.LogisticRegression().fit(np.zeros((2, 1)), LABELS)
    assert_equal(even.predict_proba(PAIR), np.full(2, 0.5))
    assert_equal(even.predict(PAIR), np.array([1, 1]))


@pytest.mark.fine
def test_models_are_apart(candidate):
    """Two models keep their own parameters, and a second fit replaces the first, also with other columns."""
    first = candidate.LogisticRegression(l2=0.1).fit(PAIR, LABELS)
    second = candidate.LogisticRegression(l2=0.1).fit(PAIR, LABELS[::-1])
    assert_equal(first.predict(PAIR), np.array([0, 1]))
    assert_equal(second.predict(PAIR), np.array([1, 0]))
    X = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [1.0, 3.0]])
    y = np.array([0, 1, 1, 0])
    again = first.fit(X, y)
    assert_reached(again, minimum(X, y, 0.1))
    assert_reached(first, minimum(X, y, 0.1))
    # Here the gradient is zero at the start, so the model stays there.
    assert_equal(first.fit(np.zeros((2, 2)), LABELS).predict_proba(X), np.full(4, 0.5))


@pytest.mark.fine
def test_invalid_data_raises(candidate):
    """Wrong shapes, no rows, labels other than 0 and 1 and a negative penalty raise ValueError."""
    X, y = np.array([[0.0], [1.0], [2.0]]), np.array([0, 1, 1])
    shapes = ((X, y[:, None]), (X, y[None]), (X, y[:2]), (X[:, 0], y), (X[None], y), (X[:0], y[:0]), (X[:1], y))
    labels = ((X, np.array([0, 1, 2])), (X, np.array([-1, 1, 1])), (X, np.array([0.0, 0.5, 1.0])))
    for data in (*shapes, *labels):
        with assert_raises(ValueError):
            candidate.loss_and_grad(np.zeros(1), 0.0, *data)
        with assert_raises(ValueError):
            candidate.LogisticRegression().fit(*data)
    for arguments in ((np.zeros(2), 0.0, X, y), (np.zeros((1, 1)), 0.0, X, y), (np.zeros(1), 0.0, X, y, -0.1)):
        with assert_raises(ValueError):
            candidate.loss_and_grad(*arguments)


@pytest.mark.fine
def test_invalid_models_raise(candidate):
    """An `l2` that is not positive, one label only and queries with other columns raise ValueError."""
    for l2 in (0.0, -1.0):
        with assert_raises(ValueError):
            candidate.LogisticRegression(l2=l2).fit(np.array([[0.0], [1.0], [0.0], [1.0]]), np.array([0, 1, 1, 0]))
    with assert_raises(ValueError):
        candidate.LogisticRegression().fit(PAIR[:1], LABELS[:1])
    for y in (np.array([0, 0]), np.array([1, 1])):
        with assert_raises(ValueError):
            candidate.LogisticRegression().fit(PAIR, y)
    model = candidate.LogisticRegression().fit(PAIR, LABELS)
    for Q in (np.zeros((3, 2)), np.zeros(1), np.zeros((1, 1, 1)), np.zeros((0, 2))):
        for method in (model.predict_proba, model.predict):
            with assert_raises(ValueError):
                method(Q)


@pytest.mark.scale
def test_speed_of_the_loss(candidate, reference, rng):
    """Loss and gradient on 20000 rows work with arrays, not row by row."""

    def prepare(subject, rng):
        X, y = put(subject, rng.normal(size=(20_000, 20))), put(subject, rng.integers(0, 2, size=20_000))
        w = rng.normal(size=20)
        return lambda: subject.loss_and_grad(w, 0.1, X, y, 0.01)

    speed(candidate, reference, prepare, rng, limit=30.0)
