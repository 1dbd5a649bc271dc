"""Hidden tests of cosine_similarity."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_shape, assert_that, assert_type, speed

SEEDS = st.integers(0, 2**32 - 1)
correlations = pytest.mark.parametrize("name", ["pearson", "spearman"])


def slow_cosine(x, y):
    """Cosine of two lists, with exactly rounded sums."""
    norms = math.hypot(*x) * math.hypot(*y)
    return math.fsum(a * b for a, b in zip(x, y, strict=True)) / norms if norms else 0.0


def slow_ranks(x):
    """Rank of each value: how many are smaller, and half of those equal."""
    return [sum(v < w for v in x) + (sum(v == w for v in x) + 1) / 2 for w in x]


def slow_pearson(x, y):
    """Cosine of the differences to the mean."""
    if len(set(x)) == 1 or len(set(y)) == 1:
        return math.nan
    centre_x, centre_y = math.fsum(x) / len(x), math.fsum(y) / len(y)
    return slow_cosine([v - centre_x for v in x], [v - centre_y for v in y])


def slow_spearman(x, y):
    """Pearson's coefficient of the ranks."""
    return slow_pearson(slow_ranks(x), slow_ranks(y))


SLOW = {"pearson": slow_pearson, "spearman": slow_spearman}


def test_cosine_by_hand(candidate):
    """Entry (i, j) compares row i of X with row j of Y, and lengths do not matter."""
    X, Y = np.array([[3.0, 4.0], [-10.0, 0.0]]), np.array([[2.0, 0.0], [0.0, 0.5], [-4.0, -3.0]])
    assert_close(candidate.cosine_similarity(X, Y), np.array([[0.6, 0.8, -0.96], [-1.0, 0.0, 0.8]]))
    assert_close(candidate.cosine_similarity(X, Y[1:]), np.array([[0.8, -0.96], [0.0, 0.8]]))


def test_cosine_with_itself(candidate):
    """Without Y, or with None, the rows of X are compared with each other."""
    X = np.array([[1.0, 0.0, 0.0], [3.0, 4.0, 0.0], [0.0, -5.0, 0.0]])
    expected = np.array([[1.0, 0.6, 0.0], [0.6, 1.0, -0.8], [0.0, -0.8, 1.0]])
    assert_close(candidate.cosine_similarity(X), expected)
    assert_close(candidate.cosine_similarity(X, None), expected)


def test_pearson_by_hand(candidate):
    """The values are centred before the cosine is taken."""
    x, y = np.array([1.0, 2.0, 3.0, 6.0]), np.array([4.0, 1.0, 3.0, 0.0])
    # Centred: (-2, -1, 0, 3) and (2, -1, 1, -2).
    assert_close(candidate.pearson(x, y), -9 / math.sqrt(14 * 10))


@given(n=st.integers(1, 4), m=st.integers(1, 4), d=st.integers(1, 4), seed=SEEDS)
def test_cosine_follows_the_definition(candidate, n, m, d, seed):
    """Random rows, short and long, have the cosines of a computation pair by pair."""
    rng = np.random.default_rng(seed)
    X, Y = rng.normal(size=(n, d)) * 10.0 ** rng.integers(-3, 4, size=(n, 1)), rng.normal(size=(m, d))
    expected = np.array([[slow_cosine(x, y) for y in Y.tolist()] for x in X.tolist()])
    assert_close(candidate.cosine_similarity(X, Y), expected)


@given(n=st.integers(2, 10), seed=SEEDS)
def test_pearson_follows_the_definition(candidate, n, seed):
    """Random pairs have the coefficient of a computation value by value."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    y = rng.normal(size=n) * 3.0 + x + 2.0
    assert_close(candidate.pearson(x, y), slow_pearson(x.tolist(), y.tolist()))


@given(n=st.integers(2, 10), seed=SEEDS)
def test_pearson_ignores_scale_and_offset(candidate, n, seed):
    """Scale, offset and the order of the arguments don't change Pearson's coefficient; a minus turns it round."""
    rng = np.random.default_rng(seed)
    x, y = rng.permutation(n) + rng.random(n) / 2, rng.permutation(n) * 1.5
    r = candidate.pearson(x, y)
    assert_close(candidate.pearson(y, 3.0 * x + 5.0), r)
    assert_close(candidate.pearson(-x, y), -r)


@pytest.mark.fine
def test_spearman_without_ties_by_hand(candidate):
    """Without ties, Spearman's coefficient is Pearson's of the places."""
    x, y = np.array([0.1, 50.0, 7.0, -3.0]), np.array([2.0, 900.0, 1.0, -5.0])
    # Ranks 2, 4, 3, 1 and 3, 4, 2, 1.
    assert_close(candidate.spearman(x, y), 0.8)


@pytest.mark.fine
def test_spearman_with_ties_by_hand(candidate):
    """Equal values share the mean of their places, and the short formula for no ties does not apply."""
    x, y = np.array([5.0, 7.0, 7.0, 9.0]), np.array([1.0, 1.0, 1.0, 3.0])
    # Ranks 1, 2.5, 2.5, 4 and 2, 2, 2, 4.
    assert_close(candidate.spearman(x, y), 3.0 / math.sqrt(4.5 * 3.0))
    # In the first 1, 2, 4, 4, 4 and in the second 5, 3, 3, 3, 1: perfectly reversed but for the ties.
    x, y = np.array([1, 2, 8, 8, 8]), np.array([9, 4, 4, 4, 0])
    assert_close(candidate.spearman(x, y), slow_spearman(x.tolist(), y.tolist()))


@pytest.mark.fine
@given(n=st.integers(2, 10), seed=SEEDS)
def test_spearman_ignores_increasing_transforms(candidate, n, seed):
    """Increasing transforms and the order of the arguments don't change Spearman's coefficient; a minus turns it round."""
    rng = np.random.default_rng(seed)
    x, y = rng.permutation(n) + rng.random(n) / 2, rng.permutation(n) * 1.5
    rho = candidate.spearman(x, y)
    assert_close(candidate.spearman(y, np.exp(x)), rho)
    assert_close(candidate.spearman(x**3, -y), -rho)


@pytest.mark.fine
def test_jaccard_by_hand(candidate):
    """Common elements over all elements, whatever the elements are."""
    assert_close(candidate.jaccard({1, 2, 3}, {3, 4}), 0.25)
    assert_close(candidate.jaccard({"a"}, {"a"}), 1.0)
    assert_close(candidate.jaccard({(1, 2), (2, 1)}, {(1, 2)}), 0.5)
    assert_close(candidate.jaccard({1, 2}, {"1"}), 0.0)


@pytest.mark.fine
def test_jaccard_of_empty_sets(candidate):
    """Two empty sets have similarity 1, an empty one and another 0."""
    assert_close(candidate.jaccard(set(), set()), 1.0)
    assert_close(candidate.jaccard(set(), {1}), 0.0)
    assert_close(candidate.jaccard({1, 2, 3}, set()), 0.0)


@pytest.mark.fine
def test_zero_rows(candidate):
    """A row of zeros has similarity exactly 0 with everything, and other rows are not affected."""
    X, Y = np.array([[0.0, 0.0], [0.0, 2.0]]), np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 7.0]])
    assert_equal(candidate.cosine_similarity(X, Y), np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0]]))
    assert_equal(candidate.cosine_similarity(X), np.array([[0.0, 0.0], [0.0, 1.0]]))


@pytest.mark.fine
@given(n=st.integers(1, 4), m=st.integers(1, 4), d=st.integers(1, 4), seed=SEEDS)
def test_cosine_with_zero_rows_follows_the_definition(candidate, n, m, d, seed):
    """Random rows beside integer rows, some of them zero, have the cosines of a computation pair by pair."""
    rng = np.random.default_rng(seed)
    X, Y = rng.normal(size=(n, d)) * 10.0 ** rng.integers(-3, 4, size=(n, 1)), rng.integers(-1, 2, size=(m, d))
    expected = np.array([[slow_cosine(x, y) for y in Y.tolist()] for x in X.tolist()])
    assert_close(candidate.cosine_similarity(X, Y), expected)


@pytest.mark.fine
@correlations
def test_constant_input(candidate, name):
    """If one of the two is constant, the coefficient is NaN, even where the mean is rounded."""
    x = np.array([3.0, 1.0, 2.0])
    for value in (0.1, 0.0, -7.7, 1e8):
        for pair in ((x, np.full(3, value)), (np.full(3, value), x), (np.full(3, value), np.full(3, 5.0))):
            assert_close(getattr(candidate, name)(*pair), math.nan)
    assert_close(getattr(candidate, name)(np.array([4, 4]), np.array([1, 2])), math.nan)


@pytest.mark.fine
@correlations
@given(n=st.integers(2, 10), levels=st.integers(1, 6), seed=SEEDS)
def test_correlation_follows_the_definition(candidate, name, n, levels, seed):
    """Random pairs with many ties, some of them constant, have the coefficient of a computation value by value."""
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, levels, size=n) / 4.0, rng.integers(-2, 3, size=n)
    assert_close(getattr(candidate, name)(x, y), SLOW[name](x.tolist(), y.tolist()))


@pytest.mark.fine
@correlations
def test_two_pairs(candidate, name):
    """Two pairs lie on a line: the coefficient is 1 or -1, however flat the line is."""
    assert_close(getattr(candidate, name)(np.array([1.0, 2.0]), np.array([-7.0, 30.0])), 1.0)
    assert_close(getattr(candidate, name)(np.array([1.0, 2.0]), np.array([0.0, -0.001])), -1.0)


@pytest.mark.fine
def test_short_rows(candidate):
    """Rows of length 1e-10 have the similarities of long ones, also side by side: nothing is added to a norm."""
    X = np.array([[3e-10, 4e-10], [-3e-10, 4e-10], [3.0, 0.0]])
    expected = np.array([[1.0, 0.28, 0.6], [0.28, 1.0, -0.6], [0.6, -0.6, 1.0]])
    assert_close(candidate.cosine_similarity(X), expected)
    assert_close(candidate.cosine_similarity(X[2:], -X[:2]), -expected[2:, :2])


@pytest.mark.fine
def test_cosine_is_at_most_one(candidate):
    """No similarity leaves the interval from -1 to 1, not even by rounding."""
    X = np.random.default_rng(11).normal(size=(300, 3))
    got = candidate.cosine_similarity(X, np.vstack([X, -X]))
    assert_that(np.abs(got).max() <= 1.0, "lies outside [-1, 1]", got)
    assert_close(np.diagonal(got), np.ones(300))
    assert_close(np.diagonal(got[:, 300:]), -np.ones(300))


@pytest.mark.fine
@correlations
def test_correlation_is_at_most_one(candidate, name):
    """No coefficient leaves the interval from -1 to 1, not even by rounding."""
    rng = np.random.default_rng(12)
    for n in range(2, 80):
        x = rng.normal(size=n)
        for y, sign in ((3.0 * x, 1.0), (-0.1 * x, -1.0)):
            got = getattr(candidate, name)(x, y)
            assert_that(abs(got) <= 1.0, "lies outside [-1, 1]", got)
            assert_close(got, sign)


@pytest.mark.fine
def test_pearson_far_from_the_origin(candidate):
    """An offset of 1e8 does not change Pearson's coefficient."""
    rng = np.random.default_rng(2)
    x, y = rng.integers(0, 10, size=50), rng.integers(0, 10, size=50)
    expected = slow_pearson(x.tolist(), y.tolist())
    assert_close(candidate.pearson(x + 1e8, y - 1e8), expected)
    assert_close(candidate.pearson(x + 1e8, y), expected)


@pytest.mark.fine
def test_cosine_of_small_shapes(candidate):
    """One row, one column and no rows at all are legal."""
    assert_close(candidate.cosine_similarity(np.array([[-2.0]])), np.array([[1.0]]))
    assert_close(candidate.cosine_similarity(np.array([[-2.0], [5.0]]), np.array([[0.5]])), np.array([[-1.0], [1.0]]))
    assert_shape(candidate.cosine_similarity(np.zeros((0, 3)), np.ones((2, 3))), (0, 2))
    assert_shape(candidate.cosine_similarity(np.ones((2, 3)), np.zeros((0, 3))), (2, 0))
    assert_shape(candidate.cosine_similarity(np.zeros((0, 3))), (0, 0))


@pytest.mark.fine
def test_cosine_dtypes_and_strides(candidate):
    """Narrow integers do not wrap around, float32 is computed in float64, and views with strides are legal."""
    rng = np.random.default_rng(4)
    signed = np.array([[-128, 100], [127, 127], [-128, -128]], dtype=np.int8)
    unsigned = rng.integers(0, 256, size=(3, 8)).astype(np.uint8).T[::2]
    single = (rng.normal(size=(6, 4)) + 20).astype(np.float32)[::-2, ::3]
    for X in (signed, unsigned, single):
        expected = np.array([[slow_cosine(x, y) for y in X.tolist()] for x in X.tolist()])
        assert_close(candidate.cosine_similarity(X), expected, rtol=1e-12, atol=1e-12, check_dtype=True)
        got = candidate.cosine_similarity(X.astype(np.float64), X)
        assert_close(got, expected, rtol=1e-12, atol=1e-12, check_dtype=True)


@pytest.mark.fine
@correlations
def test_correlation_dtypes_and_strides(candidate, name):
    """Narrow integers and float32 are computed in float64, and views with strides are legal."""
    rng = np.random.default_rng(9)
    signed = rng.integers(-128, 128, size=(2, 40)).astype(np.int8)
    unsigned = rng.integers(0, 256, size=(40, 2)).astype(np.uint8).T
    single = (rng.normal(size=(2, 40)) + 1000).astype(np.float32)[:, ::-3]
    half = rng.normal(size=(2, 300)).astype(np.float16) + np.float16(60)
    for x, y in (signed, unsigned, single, half[:, ::2]):
        expected = SLOW[name](x.tolist(), y.tolist())
        assert_close(getattr(candidate, name)(x, y), expected, rtol=1e-9, atol=1e-11)


@pytest.mark.fine
def test_python_floats(candidate):
    """The correlations and Jaccard's similarity are Python floats, NaN included."""
    x, y = np.array([1.0, 2.0, 4.0]), np.array([3.0, 1.0, 2.0])
    for name in ("pearson", "spearman"):
        assert_type(getattr(candidate, name)(x, y), float)
        assert_type(getattr(candidate, name)(x, np.full(3, 0.1)), float)
    for pair in (({1, 2}, {2}), ({1}, {1}), (set(), set())):
        assert_type(candidate.jaccard(*pair), float)


@pytest.mark.fine
def test_cosine_refuses_wrong_shapes(candidate):
    """Anything but matrices with equally many columns raises ValueError."""
    X, cube = np.ones((2, 3)), np.ones((2, 2, 2))
    more = ((cube,), (cube, cube), (X[None],), (X, X[None]))
    for arguments in ((X[0],), (X[0], X), (X, X[0]), (X, X[:, :2]), (X, X[:, :1]), (X, X.T), *more):
        with assert_raises(ValueError):
            candidate.cosine_similarity(*arguments)


@pytest.mark.fine
@correlations
def test_correlation_refuses_wrong_shapes(candidate, name):
    """Different lengths, fewer than two pairs and anything but vectors raise ValueError."""
    x = np.array([1.0, 2.0, 4.0])
    wrong = ((x, x[:2]), (x[:2], x), (x[:1], x[:1]), (x[:0], x[:0]), (x, x[:1]), (x[:1], x))
    for pair in (
        *wrong,
        (x[None], x[None]),
        (x[:, None], x),
        (x, x[:, None]),
        (np.eye(2), np.eye(2)),
        (np.ones((2, 2)),) * 2,
    ):
        with assert_raises(ValueError):
            getattr(candidate, name)(*pair)


@pytest.mark.scale
def test_speed_of_cosine(candidate, reference, rng):
    """All pairs of 200 rows are quick: there is no Python loop over the pairs."""

    def prepare(subject, rng):
        X = rng.normal(size=(200, 256))
        return lambda: subject.cosine_similarity(X)

    speed(candidate, reference, prepare, rng, limit=40)


@pytest.mark.scale
def test_speed_of_spearman(candidate, reference, rng):
    """Twenty thousand pairs are quick: ranks come from a sort, not from comparing all with all."""

    def prepare(subject, rng):
        x = rng.normal(size=20_000)
        y = np.round(x + rng.normal(size=20_000), 2)
        return lambda: subject.spearman(x, y)

    speed(candidate, reference, prepare, rng, limit=150)
