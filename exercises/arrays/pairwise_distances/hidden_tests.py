"""Hidden tests of pairwise_distances."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_shape, assert_that, memory, speed

SEEDS = st.integers(0, 2**32 - 1)


def gaps(x, y):
    """Absolute differences of two lists, column by column."""
    return [abs(a - b) for a, b in zip(x, y, strict=True)]


SLOW = {
    "euclidean": lambda x, y: math.hypot(*gaps(x, y)),
    "sqeuclidean": lambda x, y: math.fsum(g * g for g in gaps(x, y)),
    "manhattan": lambda x, y: math.fsum(gaps(x, y)),
    "chebyshev": lambda x, y: max(gaps(x, y)),
}
each = pytest.mark.parametrize("metric", SLOW)


def slow_distances(X, Y, metric):
    """Distances pair by pair."""
    X, Y = X.tolist(), Y.tolist()
    return np.array([[SLOW[metric](x, y) for y in Y] for x in X], dtype=float).reshape(len(X), len(Y))


def assert_right(got, expected, metric="euclidean"):
    """Check distances of data that spread over about ten units."""
    tolerance = 1e-6 if "euclidean" in metric else 1e-9
    assert_close(got, expected, rtol=tolerance, atol=tolerance)


@each
def test_distances_by_hand(candidate, metric):
    """Entry (i, j) is the distance of row i of X to row j of Y."""
    X, Y = np.array([[1.0, 1.0, 1.0], [-1.0, 3.0, 0.0]]), np.array([[1.0, 1.0, 3.0], [3.0, -1.0, 2.0], [4.0, 5.0, 1.0]])
    expected = {
        "euclidean": [[2.0, 3.0, 5.0], [math.sqrt(17.0), 6.0, math.sqrt(30.0)]],
        "sqeuclidean": [[4.0, 9.0, 25.0], [17.0, 36.0, 30.0]],
        "manhattan": [[2.0, 5.0, 7.0], [7.0, 10.0, 8.0]],
        "chebyshev": [[2.0, 2.0, 4.0], [3.0, 4.0, 5.0]],
    }
    got = candidate.pairwise_distances(X, Y, metric=metric)
    assert_close(got, np.array(expected[metric]), rtol=1e-6, atol=1e-6)


def test_euclidean_is_the_default(candidate):
    """Without a metric the distance is Euclidean, and metric may be passed by position."""
    X, Y = np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]])
    assert_right(candidate.pairwise_distances(X, Y), np.array([[5.0]]))
    assert_right(candidate.pairwise_distances(X, Y, "manhattan"), np.array([[7.0]]))


@each
def test_rows_with_each_other(candidate, metric):
    """Without Y, or with None, the rows of X are compared with each other."""
    rng = np.random.default_rng(3)
    for n, d in ((1, 1), (5, 3), (41, 7)):
        X = rng.normal(scale=3.0, size=(n, d))
        expected = slow_distances(X, X, metric)
        assert_right(candidate.pairwise_distances(X, metric=metric), expected, metric)
        assert_right(candidate.pairwise_distances(X, None, metric), expected, metric)


def test_diagonal_is_only_zero_without_another_matrix(candidate):
    """Two different matrices of the same shape have no zeros on the diagonal."""
    X = np.array([[0.0, 1.0], [2.0, 3.0]])
    assert_right(candidate.pairwise_distances(X, X[::-1]), math.sqrt(8.0) * np.eye(2))
    assert_right(candidate.pairwise_distances(X, X + np.array([3.0, 4.0]))[[0, 1], [0, 1]], np.array([5.0, 5.0]))


@each
def test_rows_that_coincide(candidate, metric):
    """Rows that occur in both matrices have a distance of 0 up to rounding, and never NaN."""
    rng = np.random.default_rng(8)
    X = rng.normal(scale=3.0, size=(60, 20))
    for one, other in ((X, X[::-1]), (X, np.concatenate([X, X[::-1] + 1e-9])), (X[:20] / 2, X / 2)):
        got = candidate.pairwise_distances(one, other, metric=metric)
        assert_right(got, slow_distances(one, other, metric), metric)


def test_kernel_by_hand(candidate):
    """gamma multiplies the squared distance."""
    X, Y = np.array([[0.0, 0.0], [1.0, 2.0]]), np.array([[0.0, 0.0], [0.0, 3.0], [1.0, 1.0]])
    squared = np.array([[0.0, 9.0, 2.0], [5.0, 2.0, 1.0]])
    for gamma in (0.25, 1.0, 3.0):
        got = candidate.rbf_kernel(X, Y, gamma)
        assert_close(got, np.exp(-gamma * squared), rtol=1e-6, atol=1e-6)


@each
@given(n=st.integers(1, 5), m=st.integers(1, 5), d=st.integers(1, 4), seed=SEEDS)
def test_distances_follow_the_definition(candidate, metric, n, m, d, seed):
    """Random rows, some of them equal, have the distances of a computation pair by pair."""
    rng = np.random.default_rng(seed)
    X, Y = rng.integers(-4, 5, size=(n, d)) * 0.7, rng.integers(-4, 5, size=(m, d)) * 0.7
    assert_right(candidate.pairwise_distances(X, Y, metric=metric), slow_distances(X, Y, metric), metric)


@given(n=st.integers(2, 6), d=st.integers(1, 4), seed=SEEDS)
def test_metrics_are_ordered(candidate, n, d, seed):
    """Chebyshev is at most Euclidean, Euclidean at most Manhattan, and all obey the triangle inequality."""
    X = np.random.default_rng(seed).normal(scale=3.0, size=(n, d))
    smallest, middle, greatest = (
        candidate.pairwise_distances(X, metric=name) for name in ("chebyshev", "euclidean", "manhattan")
    )
    assert_that((smallest <= middle + 1e-6).all(), "is smaller than the Chebyshev distance", middle)
    assert_that((middle <= greatest + 1e-6).all(), "is smaller than the Euclidean distance", greatest)
    for D in (smallest, middle, greatest):
        detours = (D[:, :, None] + D[None, :, :]).min(axis=1)
        assert_that((D <= detours + 1e-6).all(), "breaks the triangle inequality", D)


@given(n=st.integers(1, 5), m=st.integers(1, 5), d=st.integers(1, 4), seed=SEEDS)
def test_kernel_follows_the_definition(candidate, n, m, d, seed):
    """Random rows, some of them equal, have the kernel of a computation pair by pair."""
    rng = np.random.default_rng(seed)
    X, Y = rng.integers(-4, 5, size=(n, d)) * 0.3, rng.integers(-4, 5, size=(m, d)) * 0.3
    gamma = float(rng.uniform(0.1, 1.0))
    expected = np.exp(-gamma * slow_distances(X, Y, "sqeuclidean"))
    assert_close(candidate.rbf_kernel(X, Y, gamma), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.fine
@each
def test_exact_symmetry_and_zeros(candidate, metric):
    """Without Y the result is exactly symmetric, and its diagonal is exactly 0."""
    rng = np.random.default_rng(3)
    for n, d in ((1, 1), (5, 3), (41, 7), (64, 33)):
        X = rng.normal(scale=3.0, size=(n, d))
        got = candidate.pairwise_distances(X, metric=metric)
        assert_right(got, slow_distances(X, X, metric), metric)
        assert_equal(np.diagonal(got), np.zeros(n))
        assert_equal(got, got.T)


@pytest.mark.fine
@each
def test_no_distance_is_negative(candidate, metric):
    """Rows that coincide, in one matrix or in both, give no distance below 0, near the origin and away from it."""
    rng = np.random.default_rng(8)
    X = rng.normal(scale=3.0, size=(60, 20))
    Y = np.concatenate([X, X[::-1] + 1e-9])
    for shift in (0.0, 100.0):
        got = candidate.pairwise_distances(X + shift, Y + shift, metric=metric)
        assert_that(got.min() >= 0.0, "holds a negative distance or NaN", got)
        assert_right(got, slow_distances(X, Y, metric), metric if shift == 0.0 else "euclidean")
    got = candidate.pairwise_distances(np.repeat(X, 2, axis=0), metric=metric)
    assert_that(got.min() >= 0.0, "holds a negative distance or NaN", got)
    assert_right(got, np.repeat(np.repeat(slow_distances(X, X, metric), 2, axis=0), 2, axis=1), metric)


@pytest.mark.fine
@each
def test_data_far_from_the_origin(candidate, metric):
    """An offset of a million in every coordinate costs no accuracy, whether Y is given or not."""
    rng = np.random.default_rng(5)
    X, Y = rng.normal(scale=3.0, size=(30, 8)), rng.normal(scale=3.0, size=(20, 8))
    # The offset may differ from column to column.
    mixed = np.array([0.0, 1e6, -1e6, 0.0, 3e5, 1e6, 0.0, 0.0])
    for shift in (1e6, -1e6, mixed):
        one, other = X + shift, Y + shift
        assert_right(candidate.pairwise_distances(one, metric=metric), slow_distances(one, one, metric), metric)
        for P, Q in ((one, other), (one[:1], other), (one, other[:1]), (one[:1], other[:1])):
            assert_right(candidate.pairwise_distances(P, Q, metric=metric), slow_distances(P, Q, metric), metric)


@pytest.mark.fine
@each
def test_matrices_far_from_each_other(candidate, metric):
    """Both matrices are shifted by the same point: rows of X far from rows of Y stay far."""
    X, Y = np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[1e6, 0.0], [1e6, 1e6]])
    expected = slow_distances(X, Y, metric)
    assert_close(candidate.pairwise_distances(X, Y, metric=metric), expected, rtol=1e-6)
    assert_close(candidate.pairwise_distances(Y, X, metric=metric), expected.T, rtol=1e-6)


@pytest.mark.fine
@each
def test_dtypes_and_strides(candidate, metric):
    """Narrow integers and float32 are computed in float64, and views with strides are legal."""
    rng = np.random.default_rng(2)
    unsigned = rng.integers(0, 256, size=(3, 12)).astype(np.uint8).T
    signed = np.array([[-128, 127], [127, -128], [100, 100], [-128, -128]], dtype=np.int8)
    single = (rng.integers(0, 9, size=(12, 6)) / 8 + 1000).astype(np.float32)[::-2, ::3]
    for X in (unsigned, signed, single):
        expected = slow_distances(X, X[::2], metric)
        got = candidate.pairwise_distances(X, X[::2], metric=metric)
        assert_close(got, expected, rtol=1e-6, atol=1e-5, check_dtype=True)
        got = candidate.pairwise_distances(X.astype(np.float64), X[::2], metric=metric)
        assert_close(got, expected, rtol=1e-6, atol=1e-5, check_dtype=True)
        got = candidate.pairwise_distances(X, metric=metric)
        assert_close(got, slow_distances(X, X, metric), rtol=1e-6, atol=1e-5, check_dtype=True)


@pytest.mark.fine
@each
def test_no_rows(candidate, metric):
    """No rows on either side, or on both, give an empty result of the usual shape."""
    none, some = np.zeros((0, 3)), np.ones((2, 3))
    assert_shape(candidate.pairwise_distances(none, some, metric=metric), (0, 2))
    assert_shape(candidate.pairwise_distances(some, none, metric=metric), (2, 0))
    assert_shape(candidate.pairwise_distances(none, metric=metric), (0, 0))
    assert_shape(candidate.rbf_kernel(none, some, 1.0), (0, 2))
    assert_shape(candidate.rbf_kernel(some, none, 1.0), (2, 0))


@pytest.mark.fine
@each
def test_distances_refuse_wrong_input(candidate, metric):
    """Anything but matrices with equally many columns raises ValueError, and so does an unknown metric, even without rows."""
    X, cube = np.ones((2, 3)), np.ones((2, 2, 2))
    for arguments in (
        (X[0],),
        (X[0], X),
        (X, X[0]),
        (cube,),
        (cube, cube),
        (X, X[:, :2]),
        (X[:, :1], X),
        (X, X[:, :1]),
    ):
        with assert_raises(ValueError):
            candidate.pairwise_distances(*arguments, metric=metric)
    for unknown in (metric.upper(), f"{metric} ", "cosine", ""):
        for arguments in ((X,), (X, X), (X[:0],), (X[:0], X)):
            with assert_raises(ValueError):
                candidate.pairwise_distances(*arguments, metric=unknown)


@pytest.mark.fine
def test_kernel_far_from_the_origin(candidate):
    """An offset of a million does not change the kernel, and no value exceeds 1."""
    rng = np.random.default_rng(6)
    X = rng.normal(size=(40, 6))
    Y = np.concatenate([X, rng.normal(size=(10, 6))])
    expected = np.exp(-0.5 * slow_distances(X, Y, "sqeuclidean"))
    for shift in (0.0, 0.1, 1e6):
        got = candidate.rbf_kernel(X + shift, Y + shift, 0.5)
        assert_close(got, expected, rtol=1e-6, atol=1e-6)
        assert_that(got.max() <= 1.0, "holds a value above 1", got)


@pytest.mark.fine
def test_kernel_with_gamma_zero(candidate):
    """gamma may be 0, and all kernels are 1 then."""
    assert_close(candidate.rbf_kernel(np.array([[0.0, 0.0], [1.0, 2.0]]), np.ones((3, 2)), gamma=0.0), np.ones((2, 3)))


@pytest.mark.fine
def test_kernel_of_distant_rows(candidate):
    """The kernel of distant rows is 0, without a warning."""
    X, Y = np.array([[0.0], [1e6]]), np.array([[1.0], [-1e5]])
    assert_close(candidate.rbf_kernel(X, Y, 2.0), np.array([[math.exp(-2.0), 0.0], [0.0, 0.0]]), rtol=1e-3, atol=1e-3)
    assert_equal(candidate.rbf_kernel(X[1:], Y, 2.0), np.zeros((1, 2)))


@pytest.mark.fine
def test_kernel_dtypes(candidate):
    """Narrow integers and float32 give the same kernel as float64."""
    X = np.array([[0, 200], [3, 198], [255, 1]], dtype=np.uint8)
    expected = np.exp(-0.01 * slow_distances(X, X[:2], "sqeuclidean"))
    for dtype in (np.uint8, np.float32, np.int16):
        got = candidate.rbf_kernel(X.astype(dtype), X[:2].astype(dtype), 0.01)
        assert_close(got, expected, rtol=1e-6, atol=1e-6, check_dtype=True)


@pytest.mark.fine
def test_kernel_refuses_wrong_input(candidate):
    """A negative gamma, and anything but matrices with equally many columns, raises ValueError."""
    X = np.ones((2, 3))
    for arguments in ((X, X, -0.1), (X[0], X, 1.0), (X, X[0], 1.0), (X, X[:, :2], 1.0), (X[:, :1], X, 1.0)):
        with assert_raises(ValueError):
            candidate.rbf_kernel(*arguments)


@pytest.mark.scale
@each
def test_speed(candidate, reference, rng, metric):
    """300 rows against 300 others are quick: there is no Python loop over the pairs."""

    def prepare(subject, rng):
        X, Y = rng.normal(size=(300, 16)), rng.normal(size=(300, 16))
        return lambda: subject.pairwise_distances(X, Y, metric=metric)

    speed(candidate, reference, prepare, rng, limit=30)


@pytest.mark.scale
@pytest.mark.parametrize("metric", ["euclidean", "sqeuclidean"])
def test_memory(candidate, reference, rng, metric):
    """700 rows against 700 others with 64 columns need no array of shape (n, m, d)."""

    def prepare(subject, rng):
        X, Y = rng.normal(size=(700, 64)), rng.normal(size=(700, 64))
        return lambda: subject.pairwise_distances(X, Y, metric=metric)

    memory(candidate, reference, prepare, rng, limit=5)
