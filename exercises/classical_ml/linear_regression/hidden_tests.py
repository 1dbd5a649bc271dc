"""Hidden tests of linear regression."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_raises, assert_type, speed

SEEDS = st.integers(0, 2**32 - 1)
LINE, TARGETS = np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0])


def solve(A, c):
    """Solution of a regular linear system by elimination, in exact arithmetic."""
    rows = [[*row, value] for row, value in zip(A, c, strict=True)]
    for i in range(len(rows)):
        pivot = next(r for r in range(i, len(rows)) if rows[r][i] != 0)
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for r in range(len(rows)):
            if r != i:
                rows[r] = [a - rows[r][i] * b for a, b in zip(rows[r], rows[i], strict=True)]
    return [row[-1] for row in rows]


def exact_ridge(X, y, l2):
    """Weights and intercept from the normal equations with an unpenalised column of ones, in exact arithmetic."""
    rows = [[*map(Fraction, row), Fraction(1)] for row in X.tolist()]
    size, targets = X.shape[1] + 1, [Fraction(v) for v in y.tolist()]
    A = [[sum(row[i] * row[j] for row in rows) for j in range(size)] for i in range(size)]
    for i in range(size - 1):
        A[i][i] += Fraction(l2)
    *w, b = solve(A, [sum(row[i] * t for row, t in zip(rows, targets, strict=True)) for i in range(size)])
    return np.array([float(v) for v in w]), float(b)


def descend(X, y, lr, batch_size, order, l2):
    """Mini-batch gradient descent with one number at a time."""
    X, y, d = X.tolist(), y.tolist(), X.shape[1]
    w, b = [0.0] * d, 0.0
    for epoch in order.tolist():
        while epoch:
            batch, epoch = epoch[:batch_size], epoch[batch_size:]
            errors = [sum(v * x for v, x in zip(w, X[i], strict=True)) + b - y[i] for i in batch]
            slopes = [2 * sum(e * X[i][j] for e, i in zip(errors, batch, strict=True)) / len(batch) for j in range(d)]
            w = [v - lr * (slope + 2 * l2 * v) for v, slope in zip(w, slopes, strict=True)]
            b -= lr * 2 * sum(errors) / len(batch)
    return np.array(w), b


def test_line_by_hand(candidate):
    """Points on a line give its slope and its intercept."""
    assert_close(candidate.fit_closed_form(LINE, TARGETS), (np.array([2.0]), 1.0))


def test_ridge_by_hand(candidate):
    """The penalty stands beside the sum of squares, not beside their mean: with l2 = 2 the slope is halved."""
    # Centred, x is -1, 0, 1 and y is -2, 0, 2: the slope is 4 / (2 + l2).
    for l2, slope in ((2.0, 1.0), (6.0, 0.5), (0.5, 1.6)):
        assert_close(candidate.fit_closed_form(LINE, TARGETS, l2), (np.array([slope]), 3.0 - slope))


def test_intercept_is_not_penalised(candidate):
    """Under a huge penalty the weights vanish and the intercept is the mean of the targets; a shift of X moves b alone."""
    w, b = candidate.fit_closed_form(LINE, TARGETS + 1000.0, l2=1e6)
    assert_close(w, np.array([4.0 / 1000002.0]))
    assert_close(b, 1003.0 - 4.0 / 1000002.0)
    low, high = (candidate.fit_closed_form(LINE + shift, TARGETS, 1.0) for shift in (0.0, 50.0))
    assert_close(high[0], low[0])


def test_ridge_shares_the_weight_of_equal_columns(candidate):
    """With a penalty, equal columns share their weight, and a column of zeros gets none."""
    X = np.column_stack([LINE[:, 0], LINE[:, 0], np.zeros(3)])
    # Two equal columns act as one that is twice as long: the slope is 8 / (4 + 2 / 2) in all.
    assert_close(candidate.fit_closed_form(X, TARGETS, 2.0), (np.array([2 / 3, 2 / 3, 0.0]), 5 / 3))


@given(d=st.integers(1, 3), seed=SEEDS)
def test_least_squares_follows_the_definition(candidate, d, seed):
    """Without a penalty and with independent columns the result is the exact minimum."""
    rng = np.random.default_rng(seed)
    X = np.vstack([4.0 * np.eye(d), np.zeros((1, d)), rng.integers(-3, 4, size=(4, d))])
    y = rng.integers(-9, 10, size=len(X)).astype(np.float64)
    assert_close(candidate.fit_closed_form(X, y), exact_ridge(X, y, 0))


@given(n=st.integers(2, 7), d=st.integers(1, 3), l2=st.sampled_from([0.125, 1.0, 20.0]), seed=SEEDS)
def test_ridge_follows_the_definition(candidate, n, d, l2, seed):
    """On random data the result is the exact minimum, whether or not the columns depend on each other."""
    rng = np.random.default_rng(seed)
    X, y = rng.integers(-5, 6, size=(n, d)).astype(np.float64), rng.integers(-9, 10, size=n).astype(np.float64)
    assert_close(candidate.fit_closed_form(X, y, l2), exact_ridge(X, y, l2))


def test_two_batches_by_hand(candidate):
    """After each batch both parameters move, by gradients taken before either has moved."""
    assert_close(candidate.fit_gd(LINE, TARGETS, 0.5, 2, np.array([[2, 1, 0]])), (np.array([6.5]), 1.0))
    # One batch of all: the gradients are -2 (3 + 10) / 3 and -2 * 9 / 3.
    assert_close(candidate.fit_gd(LINE, TARGETS, 0.5, 3, np.array([[0, 1, 2]])), (np.array([13 / 3]), 3.0))


def test_last_batch_counts_its_own_rows(candidate):
    """The rows left over at the end of an epoch make one more batch, divided by its own size."""
    X, y = np.array([[1.0], [1.0], [2.0], [4.0]]), np.array([0.0, 0.0, 0.0, 8.0])
    # Only the last row has an error, and only after the first batch of three.
    assert_close(candidate.fit_gd(X, y, 0.25, 3, np.array([[0, 1, 2, 3]])), (np.array([16.0]), 4.0))


def test_penalty_of_the_descent(candidate):
    """Every batch subtracts lr times 2 l2 w from the weights, whatever its size, and nothing from the intercept."""
    X, y = np.array([[1.0], [0.0], [0.0]]), np.array([2.0, 0.0, 0.0])
    # Row 0 alone: w = b = 1. Then rows without a feature: w shrinks by 1 - 2 * 0.25 * 0.5 = 0.75 a batch.
    assert_close(candidate.fit_gd(X, y, 0.25, 1, np.array([[0, 1, 2]]), 0.5), (np.array([0.5625]), 0.25))
    assert_close(candidate.fit_gd(X, y, 0.25, 2, np.array([[0, 0, 1]]), 0.5), (np.array([0.75]), 0.5))


def test_epochs_continue(candidate):
    """A second epoch goes on from the first with its own order."""
    X, y = np.array([[1.0, 2.0], [0.0, 1.0], [3.0, -1.0]]), np.array([1.0, -1.0, 2.0])
    order = np.array([[0, 1, 2], [2, 2, 0], [1, 0, 2]])
    for epochs in (1, 2, 3):
        got = candidate.fit_gd(X, y, 0.05, 2, order[:epochs], 0.1)
        assert_close(got, descend(X, y, 0.05, 2, order[:epochs], 0.1))


@given(n=st.integers(1, 7), d=st.integers(1, 3), batch_size=st.integers(1, 7), seed=SEEDS)
def test_descent_follows_the_definition(candidate, n, d, batch_size, seed):
    """For any batch size up to n, the descent is that of the definition."""
    rng = np.random.default_rng(seed)
    X, y, batch_size = rng.normal(size=(n, d)), rng.normal(size=n), min(n, batch_size)
    order, l2 = rng.integers(0, n, size=(2, n)), float(rng.integers(0, 3)) / 4
    assert_close(candidate.fit_gd(X, y, 0.05, batch_size, order, l2), descend(X, y, 0.05, batch_size, order, l2))


def test_both_ways_meet(candidate):
    """With full batches the descent arrives where the closed form is, once l2 is scaled by n."""
    rng = np.random.default_rng(9)
    X, y = rng.normal(size=(20, 2)) + 1.0, rng.normal(size=20)
    order = np.tile(np.arange(20), (1500, 1))
    w, b = candidate.fit_gd(X, y, 0.1, 20, order, 0.25)
    assert_close((w, b), exact_ridge(X, y, 5), rtol=1e-6, atol=1e-8)
    assert_close(candidate.fit_closed_form(X, y, 5.0), (w, b), rtol=1e-6, atol=1e-8)


@pytest.mark.fine
def test_equal_columns_share_the_weight(candidate):
    """Of all minimisers the shortest w is returned: equal columns share, and a constant column gets nothing."""
    X = np.column_stack([LINE[:, 0], LINE[:, 0], np.full(3, 4.0)])
    assert_close(candidate.fit_closed_form(X, TARGETS), (np.array([1.0, 1.0, 0.0]), 1.0))
    scaled = np.column_stack([LINE[:, 0], 3.0 * LINE[:, 0]])
    assert_close(candidate.fit_closed_form(scaled, TARGETS), (np.array([0.2, 0.6]), 1.0))


@pytest.mark.fine
def test_length_of_the_intercept_does_not_count(candidate):
    """Among equally good fits only |w| is minimised, not the intercept with it."""
    # Both rows are met by any w with 3 w1 + 4 w2 = 5 on centred data; the shortest is (0.6, 0.8).
    got = candidate.fit_closed_form(np.array([[10.0, 20.0], [13.0, 24.0]]), np.array([1.0, 6.0]))
    assert_close(got, (np.array([0.6, 0.8]), 1.0 - 6.0 - 16.0))


@pytest.mark.fine
@given(n=st.integers(1, 5), extra=st.integers(0, 4), seed=SEEDS)
def test_more_columns_than_rows(candidate, n, extra, seed):
    """With at least as many columns as rows the targets are met, by the shortest w."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(n, n + extra)), rng.normal(size=n)
    w, b = candidate.fit_closed_form(X, y)
    centred = X - X.mean(axis=0)
    assert_close(w, np.linalg.pinv(centred, rcond=1e-12) @ (y - y.mean()), rtol=1e-6, atol=1e-8)
    assert_close(X @ w + b, y, rtol=1e-6, atol=1e-8)


@pytest.mark.fine
def test_constant_features_and_one_row(candidate):
    """Where nothing varies, the weights are zero and the intercept is the mean of the targets."""
    for l2 in (0.0, 1.0):
        got = candidate.fit_closed_form(np.array([[3.0, -2.0]]), np.array([7.0]), l2)
        assert_close(got, (np.zeros(2), 7.0))
        assert_close(candidate.fit_closed_form(np.full((4, 1), 0.5), np.arange(4.0), l2), (np.zeros(1), 1.5))


@pytest.mark.fine
def test_constant_features_whose_mean_is_rounded(candidate):
    """A constant column has no weight even where the mean of its values is not exactly their value."""
    for value in (0.1, 0.7, 1000.1, 0.0):
        got = candidate.fit_closed_form(np.full((7, 1), value), np.arange(7.0))
        assert_close(got, (np.zeros(1), 3.0), atol=1e-9)


@pytest.mark.fine
def test_units_of_the_features(candidate):
    """Tiny or huge units change the weights by the inverse factor; what counts as dependent is relative."""
    X = np.column_stack([LINE[:, 0], LINE[:, 0], LINE[:, 0] ** 2])
    for unit in (2.0**-60, 2.0**40):
        w, b = candidate.fit_closed_form(unit * X, TARGETS)
        assert_close((w * unit, b), (np.array([1.0, 1.0, 0.0]), 1.0))


@pytest.mark.fine
def test_features_far_from_the_origin(candidate):
    """Features with unit spread around a million cost no more than a relative error of 1e-6."""
    rng = np.random.default_rng(5)
    X = rng.integers(-8, 9, size=(40, 3)) / 4 + 1e6
    got = candidate.fit_closed_form(X, (X - 1e6) @ np.array([2.0, -1.0, 3.0]))
    assert_close(got[0], np.array([2.0, -1.0, 3.0]), rtol=1e-6, atol=0.0)
    assert_close(got[1], -4e6, rtol=1e-6, atol=0.0)


@pytest.mark.fine
def test_columns_that_almost_agree(candidate):
    """At a condition number of a million the weights keep a relative error of 1e-6."""
    rng = np.random.default_rng(6)
    first, second = rng.integers(-50, 51, size=(2, 60)) / 8.0
    X = np.column_stack([first, first + second * 2.0**-19])
    got = candidate.fit_closed_form(X, X @ np.array([3.0, -2.0]))
    assert_close(got[0], np.array([3.0, -2.0]), rtol=1e-6, atol=0.0)


@pytest.mark.fine
def test_scaling_the_targets_scales_the_fit(candidate):
    """Targets times a billion give weights and intercept times a billion."""
    rng = np.random.default_rng(4)
    X, y, order = rng.normal(size=(9, 2)), rng.normal(size=9), np.arange(18).reshape(2, 9) % 9
    for one, large in (
        (candidate.fit_closed_form(X, y, 0.5), candidate.fit_closed_form(X, 1e9 * y, 0.5)),
        (candidate.fit_gd(X, y, 0.1, 4, order, 0.5), candidate.fit_gd(X, 1e9 * y, 0.1, 4, order, 0.5)),
    ):
        assert_close(large, (1e9 * one[0], 1e9 * one[1]))


@pytest.mark.fine
def test_types_of_the_results(candidate):
    """Weights are a float64 array and the intercept is a Python float."""
    order = np.array([[0, 1, 2]])
    for w, b in (
        candidate.fit_closed_form(LINE, TARGETS),
        candidate.fit_closed_form(LINE, TARGETS, 1.0),
        candidate.fit_gd(LINE, TARGETS, 0.1, 2, order),
        candidate.fit_gd(LINE, TARGETS, 0.1, 2, order[:0]),
    ):
        assert_dtype(w, np.float64)
        assert_type(b, float)


@pytest.mark.fine
def test_sizes_of_the_descent(candidate):
    """One row, a batch size above n and no epochs at all are legal; without epochs everything stays zero."""
    X, y = np.array([[1.0, 2.0], [0.0, 1.0], [3.0, -1.0]]), np.array([1.0, -1.0, 2.0])
    order = np.array([[0, 1, 2], [2, 2, 0]])
    for batch_size in (3, 4, 100):
        assert_close(candidate.fit_gd(X, y, 0.05, batch_size, order, 0.1), descend(X, y, 0.05, 3, order, 0.1))
    one = np.zeros((4, 1), dtype=np.int64)
    for batch_size in (1, 5):
        assert_close(candidate.fit_gd(X[:1], y[:1], 0.05, batch_size, one), descend(X[:1], y[:1], 0.05, 1, one, 0.0))
    assert_close(candidate.fit_gd(X, y, 0.05, 2, order[:0]), (np.zeros(2), 0.0))


@pytest.mark.fine
def test_dtypes_and_strides(candidate):
    """Narrow integers, float32 and views with strides are computed in float64; an order may be unsigned."""
    rng = np.random.default_rng(3)
    X, y = (
        rng.integers(100, 256, size=(3, 24)).astype(np.uint8).T[::2],
        rng.integers(-100, 100, 24).astype(np.int8)[::2],
    )
    wide = X.astype(np.float64), y.astype(np.float64)
    assert_close(candidate.fit_closed_form(X, y, 2.0), exact_ridge(*wide, 2))
    order = np.stack([np.arange(12), np.arange(12)[::-1]]).astype(np.int32)[:, ::-1]
    assert_close(candidate.fit_gd(X, y, 1e-6, 5, order), descend(*wide, 1e-6, 5, order, 0.0))
    for dtype in (np.uint8, np.uint64):
        assert_close(candidate.fit_gd(X, y, 1e-6, 5, order.astype(dtype)), descend(*wide, 1e-6, 5, order, 0.0))
    single = (rng.normal(size=(12, 2)).astype(np.float32), rng.normal(size=12).astype(np.float32))
    got, expected = candidate.fit_closed_form(*single, 1.0), exact_ridge(*single, 1)
    assert_close(got[0], expected[0], rtol=1e-11, atol=1e-11, check_dtype=True)
    got, expected = candidate.fit_gd(*single, 0.1, 5, order), descend(*single, 0.1, 5, order, 0.0)
    assert_close(got[0], expected[0], rtol=1e-11, atol=1e-11, check_dtype=True)


@pytest.mark.fine
def test_invalid_data_raises(candidate):
    """Both functions refuse a column of targets, other wrong shapes, no rows and a negative penalty."""
    fits = (candidate.fit_closed_form, lambda X, y, l2=0.0: candidate.fit_gd(X, y, 0.1, 2, np.zeros((1, 3), int), l2))
    bad = ((LINE, TARGETS[:, None]), (LINE, TARGETS[None]), (LINE, TARGETS[:2]), (LINE[:, 0], TARGETS))
    for fit in fits:
        for arguments in (*bad, (LINE[None], TARGETS), (LINE[:1], TARGETS), (LINE, TARGETS, -0.1)):
            with assert_raises(ValueError):
                fit(*arguments)
    with assert_raises(ValueError):
        candidate.fit_closed_form(np.zeros((0, 2)), np.zeros(0))
    with assert_raises(ValueError):
        candidate.fit_gd(np.zeros((0, 2)), np.zeros(0), 0.1, 2, np.zeros((1, 0), int))


@pytest.mark.fine
def test_invalid_settings_raise(candidate):
    """fit_gd refuses a learning rate or batch size that is not positive, and an order that does not name n rows."""
    order = np.array([[0, 1, 2]])
    for lr, batch_size in ((0.0, 2), (-0.1, 2), (0.1, 0), (0.1, -1)):
        with assert_raises(ValueError):
            candidate.fit_gd(LINE, TARGETS, lr, batch_size, order)
        with assert_raises(ValueError):
            candidate.fit_gd(LINE, TARGETS, lr, batch_size, order[:0])
    others = (order[0], order[None], order[:, :2], np.array([[0, 1, 2, 0]]), order.astype(float), order > 0)
    for wrong in (*others, np.array([[0, 1, 3]]), np.array([[0, -1, 2]]), np.zeros((0, 2), dtype=np.int64)):
        with assert_raises(ValueError):
            candidate.fit_gd(LINE, TARGETS, 0.1, 2, wrong)


@pytest.mark.scale
def test_speed_of_the_descent(candidate, reference, rng):
    """Ten epochs of 4000 rows work batch by batch, not row by row."""

    def prepare(subject, rng):
        X, y = rng.normal(size=(4000, 4)), rng.normal(size=4000)
        order = np.stack([rng.permutation(4000) for _ in range(10)])
        return lambda: subject.fit_gd(X, y, 0.01, 400, order, 0.1)

    speed(candidate, reference, prepare, rng, limit=20.0)
