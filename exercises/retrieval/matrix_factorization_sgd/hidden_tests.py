"""Hidden tests of matrix_factorization_sgd."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_raises, assert_shape, assert_type, fetch, put, speed

SEEDS = st.integers(0, 2**32 - 1)


def vector(*values):
    """Index vector."""
    return np.array(values, dtype=np.int64)


def replay(P, Q, lr, reg, users, items, ratings, order):
    """Visit by visit, number by number: mean, biases and factors."""
    P, Q, ratings = P.tolist(), Q.tolist(), [float(r) for r in ratings]
    users, items = users.tolist(), items.tolist()
    mu = math.fsum(ratings) / len(ratings)
    b, c = [0.0] * len(P), [0.0] * len(Q)
    for row in order.tolist():
        for t in row:
            u, i = users[t], items[t]
            p, q = P[u], Q[i]
            e = ratings[t] - mu - b[u] - c[i] - math.fsum(x * y for x, y in zip(p, q, strict=True))
            b[u], c[i] = b[u] + lr * (e - reg * b[u]), c[i] + lr * (e - reg * c[i])
            P[u] = [x + lr * (e * y - reg * x) for x, y in zip(p, q, strict=True)]
            Q[i] = [y + lr * (e * x - reg * y) for x, y in zip(p, q, strict=True)]
    return mu, np.array(b), np.array(c), np.array(P), np.array(Q)


def draw(seed, n_users=4, n_items=3, k=2, n=8, epochs=2):
    """Random problem: arguments of the model and of fit."""
    rng = np.random.default_rng(seed)
    start = rng.normal(size=(n_users, k)), rng.normal(size=(n_items, k))
    data = rng.integers(0, n_users, size=n), rng.integers(0, n_items, size=n), rng.integers(1, 6, size=n).astype(float)
    order = np.stack([rng.permutation(n) for _ in range(epochs)]) if epochs else np.zeros((0, n), dtype=np.int64)
    return start, (*data, order)


def build(candidate, start, lr=0.1, reg=0.05):
    """Model of these first factors."""
    return candidate.MatrixFactorization(len(start[0]), len(start[1]), *start, lr, reg)


def assert_model(model, expected):
    """Compare all that the model learned."""
    for name, value in zip(("mu_", "user_bias_", "item_bias_", "P_", "Q_"), expected, strict=True):
        assert_close(getattr(model, name), value)


def test_one_visit_by_hand(candidate):
    """A visit moves both biases and both rows of factors, each by the values before the visit."""
    P, Q = np.array([[1.0, 2.0], [5.0, 6.0]]), np.array([[3.0, 1.0], [7.0, 8.0]])
    model = candidate.MatrixFactorization(2, 2, P, Q, 0.5, 0.5)
    # The mean is 6, the prediction 6 + 3 + 2 = 11, the error -2.
    model.fit(vector(0, 1), vector(0, 1), np.array([9.0, 3.0]), vector([0]))
    expected = (
        6.0,
        np.array([-1.0, 0.0]),
        np.array([-1.0, 0.0]),
        np.array([[1 + 0.5 * (-6 - 0.5), 2 + 0.5 * (-2 - 1.0)], [5.0, 6.0]]),
        np.array([[3 + 0.5 * (-2 - 1.5), 1 + 0.5 * (-4 - 0.5)], [7.0, 8.0]]),
    )
    assert_model(model, expected)


def test_second_visit_sees_the_first(candidate):
    """The second visit computes its error with the biases and factors of the first."""
    model = candidate.MatrixFactorization(1, 1, np.array([[1.0]]), np.array([[2.0]]), 0.5, 0.5)
    model.fit(vector(0, 0), vector(0, 0), np.array([5.0, 1.0]), vector([0, 1]))
    # Mean 3. First visit: e = 0, p = 1 - .25 = .75, q = 2 - .5 = 1.5. Second one: e = 1 - 3 - 1.125 = -3.125.
    expected = (
        3.0,
        np.array([-1.5625]),
        np.array([-1.5625]),
        np.array([[0.75 + 0.5 * (-3.125 * 1.5 - 0.375)]]),
        np.array([[1.5 + 0.5 * (-3.125 * 0.75 - 0.75)]]),
    )
    assert_model(model, expected)


def test_order_decides(candidate):
    """Rows are visited one after the other; a row may repeat ratings or leave some out."""
    start, (users, items, ratings, _) = draw(3, n_users=2, n_items=2)
    for order in (vector([0, 1, 2]), vector([2, 1, 0]), vector([5, 5, 4, 0], [0, 1, 3, 1]), vector([7], [6], [7])):
        model = build(candidate, start)
        model.fit(users, items, ratings, order)
        assert_model(model, replay(*start, 0.1, 0.05, users, items, ratings, order))


def test_mean_is_of_all_ratings(candidate):
    """The mean counts every rating, repeated pairs and ratings without a visit included, and is not learned."""
    users, items, ratings = vector(0, 0, 0, 1), vector(1, 1, 1, 0), np.array([1.0, 2.0, 6.0, 7.0])
    start = np.ones((3, 1)), np.ones((2, 1))
    model = build(candidate, start, lr=0.3)
    order = vector([2, 0], [0, 2], [1, 1])
    model.fit(users, items, ratings, order)
    assert_close(model.mu_, 4.0)
    assert_model(model, replay(*start, 0.3, 0.05, users, items, ratings, order))


def test_without_penalty_or_learning_rate(candidate):
    """With reg=0 only the error counts; with lr=0 nothing moves."""
    start, data = draw(5)
    model = build(candidate, start, reg=0.0)
    model.fit(*data)
    assert_model(model, replay(*start, 0.1, 0.0, *data))
    model = build(candidate, start, lr=0.0, reg=3.0)
    model.fit(*data)
    assert_model(model, (data[2].mean(), np.zeros(4), np.zeros(3), *start))


@given(seed=SEEDS, n=st.integers(1, 9), k=st.integers(1, 3), epochs=st.integers(1, 3))
def test_fit_replays_the_visits(candidate, seed, n, k, epochs):
    """On random ratings the model learns what a replay of every visit, number by number, learns."""
    start, data = draw(seed, n=n, k=k, epochs=epochs)
    model = build(candidate, start)
    model.fit(*data)
    assert_model(model, replay(*start, 0.1, 0.05, *data))


def test_predictions_by_hand(candidate):
    """A prediction adds the mean, both biases and the product of the factors, and is not clipped."""
    P, Q = np.array([[1.0, 0.0], [2.0, -1.0]]), np.array([[0.5, 1.0], [4.0, 3.0], [1.0, 1.0]])
    model = candidate.MatrixFactorization(2, 3, P, Q, 0.5, 0.0)
    # One visit with error 5 - (3 + 2 - 1) = 1: all biases of user 1 and item 2 become 1/2.
    model.fit(vector(1, 0), vector(2, 1), np.array([5.0, 1.0]), vector([0]))
    p, q = np.array([2.5, -0.5]), np.array([2.0, 0.5])
    got = model.predict(vector(1, 0, 1, 0), vector(2, 1, 0, 2))
    assert_close(got, np.array([4.0 + p @ q, 7.0, 3.5 + p @ Q[0], 3.5 + q[0]]))


@given(seed=SEEDS, m=st.integers(1, 6))
def test_predictions_follow_the_formula(candidate, seed, m):
    """Random pairs of known users and items are predicted as the formula says."""
    start, data = draw(seed)
    model = build(candidate, start)
    model.fit(*data)
    mu, b, c, P, Q = replay(*start, 0.1, 0.05, *data)
    rng = np.random.default_rng(seed)
    users, items = rng.integers(0, 4, size=m), rng.integers(0, 3, size=m)
    assert_close(model.predict(users, items), mu + b[users] + c[items] + (P[users] * Q[items]).sum(axis=1))


@pytest.mark.fine
def test_types(candidate):
    """The mean is a Python float; biases, factors and predictions are float64, whatever the ratings and factors are."""
    start, (users, items, ratings, order) = draw(10)
    for dtype in ("float64", "float32", "int32"):
        model = build(candidate, tuple((4 * factors).astype(dtype) for factors in start))
        model.fit(users, items, ratings.astype(dtype), order)
        assert_type(model.mu_, float)
        for name in ("user_bias_", "item_bias_", "P_", "Q_"):
            assert_dtype(getattr(model, name), "float64")
        assert_dtype(model.predict(users, items), "float64")


@pytest.mark.fine
def test_new_users_and_items(candidate):
    """For index -1 the bias and the product are left out, for a user, an item, or both."""
    start, data = draw(8)
    model = build(candidate, start)
    model.fit(*data)
    mu, b, c, _, _ = replay(*start, 0.1, 0.05, *data)
    assert_close(model.predict(vector(-1, -1, -1), vector(0, 1, 2)), mu + c)
    assert_close(model.predict(vector(0, 1, 2, 3), vector(-1, -1, -1, -1)), mu + b)
    assert_close(model.predict(vector(-1), vector(-1)), np.array([mu]))


@pytest.mark.fine
def test_user_without_ratings(candidate):
    """A user who has an index but no rating is predicted with the first factors and no bias."""
    start = np.array([[1.0], [3.0]]), np.array([[2.0]])
    model = build(candidate, start, reg=0.0)
    model.fit(vector(0), vector(0), np.array([4.0]), vector([0]))
    _, _, c, _, Q = replay(*start, 0.1, 0.0, vector(0), vector(0), np.array([4.0]), vector([0]))
    assert_close(model.predict(vector(1), vector(0)), np.array([4.0 + c[0] + 3.0 * Q[0, 0]]))


@pytest.mark.fine
@given(seed=SEEDS, m=st.integers(0, 6))
def test_predictions_one_by_one(candidate, seed, m):
    """Random pairs, new users and items included, are predicted as the formula says; no pairs give no predictions."""
    start, data = draw(seed)
    model = build(candidate, start)
    model.fit(*data)
    mu, b, c, P, Q = replay(*start, 0.1, 0.05, *data)
    rng = np.random.default_rng(seed)
    users, items = rng.integers(-1, 4, size=m), rng.integers(-1, 3, size=m)
    expected = [
        mu + (b[u] if u >= 0 else 0.0) + (c[i] if i >= 0 else 0.0) + (P[u] @ Q[i] if min(u, i) >= 0 else 0.0)
        for u, i in zip(users, items, strict=True)
    ]
    got = model.predict(users, items)
    assert_shape(got, (m,))
    assert_close(got, np.array(expected, dtype=np.float64))


@pytest.mark.fine
def test_without_visits(candidate):
    """Without epochs the mean is known, the biases are zero and the factors are the first ones."""
    start, data = draw(4, epochs=0)
    model = build(candidate, start)
    model.fit(*data)
    assert_model(model, (data[2].mean(), np.zeros(4), np.zeros(3), *start))
    model.fit(*data[:3], np.zeros((3, 0), dtype=np.int64))
    assert_model(model, (data[2].mean(), np.zeros(4), np.zeros(3), *start))


@pytest.mark.fine
def test_second_fit_starts_again(candidate):
    """A second fit forgets the first, and fit returns the model."""
    start, data = draw(6)
    model = build(candidate, start)
    same = model.fit(*data[:2], data[2] + 10.0, data[3])
    same.fit(*data)
    assert_model(model, replay(*start, 0.1, 0.05, *data))


@pytest.mark.fine
def test_given_factors_are_copied(candidate):
    """The caller's arrays stay as they are, and changing them later does not change the model."""
    start, data = draw(7)
    expected = replay(*start, 0.1, 0.05, *data)
    P, Q = (put(candidate, factors) for factors in start)
    model = candidate.MatrixFactorization(4, 3, P, Q, 0.1, 0.05)
    model.fit(*data)
    assert_close(fetch(P), start[0], rtol=0.0, atol=0.0)
    assert_close(fetch(Q), start[1], rtol=0.0, atol=0.0)
    P.fill(9.0)
    Q.fill(9.0)
    assert_model(model, expected)
    model.fit(*data)
    assert_model(model, expected)


@pytest.mark.fine
def test_dtypes_and_strides(candidate):
    """Integer ratings and factors, float32, narrow indices and strided views are computed in float64."""
    (P, Q), (users, items, ratings, order) = draw(9)
    single = P.astype(np.float32), Q.astype(np.float32)
    expected = replay(*single, 0.1, 0.05, users, items, ratings, order)
    model = build(candidate, single)
    small = (users.astype(np.int8), items.astype(np.int16), ratings.astype(np.uint8), order.astype(np.int32))
    model.fit(*small)
    assert_model(model, expected)
    assert_close(
        model.predict(small[0], small[1]),
        expected[0] + expected[1][users] + expected[2][items] + (expected[3][users] * expected[4][items]).sum(axis=1),
    )
    strided = [np.repeat(x, 2, axis=-1)[..., ::2] for x in (users, items, ratings, order)]
    model = build(candidate, (np.asfortranarray(P), Q[::-1]))
    model.fit(*strided)
    assert_model(model, replay(P, Q[::-1], 0.1, 0.05, users, items, ratings, order))
    whole = np.array([[1, 2], [3, 4]]), np.array([[2, 0]])
    model = build(candidate, whole)
    model.fit(vector(1), vector(0), np.array([3], dtype=np.int8), vector([0, 0]))
    assert_model(model, replay(*whole, 0.1, 0.05, vector(1), vector(0), [3], vector([0, 0])))


@pytest.mark.fine
def test_great_ratings(candidate):
    """Ratings far from zero, as int32 or float32, have an exact mean."""
    ratings = np.array([2**31 - 1, 2**31 - 3, 2**31 - 5], dtype=np.int32)
    start = np.zeros((1, 1)), np.zeros((1, 1))
    model = build(candidate, start, reg=0.0)
    model.fit(vector(0, 0, 0), vector(0, 0, 0), ratings, vector([0, 1, 2]))
    assert_close(model.mu_, 2.0**31 - 3, rtol=1e-12)
    model.fit(vector(0, 0), vector(0, 0), np.array([2.0**24, 2.0**24 + 2.0], dtype=np.float32), vector([0]))
    assert_close(model.mu_, 2.0**24 + 1.0, rtol=1e-12)


@pytest.mark.fine
def test_factors_that_do_not_fit(candidate):
    """Factors with other rows, different widths or another number of axes raise ValueError."""
    P, Q = np.ones((2, 3)), np.ones((4, 3))
    cases = (
        (3, 4, P, Q),
        (2, 3, P, Q),
        (4, 2, P, Q),
        (2, 4, P, np.ones((4, 2))),
        (2, 4, P, np.ones((4, 1))),
        (2, 4, P[:, 0], Q),
        (2, 4, P, Q[:, 0]),
        (2, 4, P[:, 0], Q[:, 0]),
        (2, 4, P[..., None], Q[..., None]),
    )
    for arguments in cases:
        with assert_raises(ValueError):
            candidate.MatrixFactorization(*arguments, 0.1, 0.1)


@pytest.mark.fine
def test_ratings_that_do_not_fit(candidate):
    """No ratings, other shapes and indices out of range raise ValueError."""
    model = candidate.MatrixFactorization(2, 3, np.ones((2, 1)), np.ones((3, 1)), 0.1, 0.1)
    users, items, ratings, order = vector(0, 1), vector(2, 0), np.array([1.0, 2.0]), vector([0, 1])
    none = vector()
    cases = (
        (none, none, np.zeros(0), np.zeros((1, 0), dtype=np.int64)),
        (users[:1], items, ratings, order),
        (users, items[:1], ratings, order),
        (users, items, ratings[:1], order),
        (users[:, None], items[:, None], ratings[:, None], order),
        (users[:, None], items[:, None], ratings[:, None], order[:0]),
        (users[:, None], items, ratings, order),
        (users, items, ratings, order[0]),
        (users, items, ratings, order[None]),
        (vector(0, 2), items, ratings, order),
        (vector(-1, 0), items, ratings, order),
        (users, vector(0, 3), ratings, order),
        (users, vector(0, -1), ratings, order),
        # Ratings that are never visited count too.
        (vector(0, 2), items, ratings, vector([0])),
        (users, vector(0, 3), ratings, vector([0])),
        (users, items, ratings, vector([0, 2])),
        (users, items, ratings, vector([0, -1])),
    )
    for arguments in cases:
        with assert_raises(ValueError):
            model.fit(*arguments)


@pytest.mark.fine
def test_pairs_that_do_not_fit(candidate):
    """In predict, indices below -1 or too large and shapes that differ raise ValueError."""
    model = candidate.MatrixFactorization(2, 3, np.ones((2, 1)), np.ones((3, 1)), 0.1, 0.1)
    model.fit(vector(0), vector(0), np.array([1.0]), vector([0]))
    cases = (
        (vector(2), vector(0)),
        (vector(0), vector(3)),
        (vector(-2), vector(0)),
        (vector(0), vector(-2)),
        (vector(0, 1), vector(0)),
        (vector(0), vector(0, 1)),
        (vector([0]), vector([0])),
    )
    for arguments in cases:
        with assert_raises(ValueError):
            model.predict(*arguments)


@pytest.mark.scale
def test_speed_of_fit(candidate, reference, rng):
    """A visit costs the same whatever the numbers of users and items: 200 visits among 1000 of each are quick."""
    start, (users, items, ratings, _) = draw(rng, n_users=1000, n_items=1000, k=8, n=200)

    def prepare(subject, rng):
        model = build(subject, start)
        data = [put(subject, x) for x in (users, items, ratings, rng.permutation(200)[None])]

        def work():
            model.fit(*data)
            return model.user_bias_, model.item_bias_, model.P_, model.Q_

        return work

    speed(candidate, reference, prepare, rng, limit=15)


@pytest.mark.scale
def test_speed_of_predict(candidate, reference, rng):
    """Twenty thousand pairs are predicted with whole arrays."""
    start, data = draw(rng, n_users=200, n_items=200, k=8, n=10, epochs=1)

    def prepare(subject, rng):
        model = build(subject, start)
        model.fit(*data)
        users, items = (put(subject, rng.integers(0, 200, size=20_000)) for _ in range(2))
        return lambda: model.predict(users, items)

    speed(candidate, reference, prepare, rng, limit=20)
