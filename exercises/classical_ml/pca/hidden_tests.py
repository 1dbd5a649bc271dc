"""Hidden tests of principal component analysis."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_shape, memory

SEEDS = st.integers(0, 2**32 - 1)
CROSS = np.array([[13.0, 24.0], [7.0, 16.0], [12.0, 18.5], [8.0, 21.5]])


def eigen(X):
    """Mean, components and variances from the covariance, with the sign rule."""
    n, d = X.shape
    mean = np.array([math.fsum(column) / n for column in X.T.tolist()])
    C = X - mean
    covariance = np.array([[math.fsum((C[:, i] * C[:, j]).tolist()) / (n - 1) for j in range(d)] for i in range(d)])
    values, vectors = np.linalg.eigh(covariance)
    components = []
    for v in vectors.T[::-1]:
        first = next(j for j in range(d) if abs(v[j]) > max(abs(v)) - 1e-9)
        components.append(v * np.sign(v[first]))
    return mean, np.array(components), values[::-1]


def turned(model, expected):
    """The components that are expected, each with the sign that the model chose."""
    assert_shape(model.components_, expected.shape)
    signs = np.sign((np.asarray(model.components_) * expected).sum(axis=1, keepdims=True))
    return np.where(signs == 0.0, 1.0, signs) * expected


def draw(rng, n, d):
    """Data of clearly different variances along oblique directions."""
    basis, _ = np.linalg.qr(rng.normal(size=(d, d)))
    scores = rng.normal(size=(n, d))
    scores, _ = np.linalg.qr(scores - scores.mean(axis=0))
    return scores * 2.0 ** np.arange(d, 0, -1) @ basis.T + rng.normal(size=d)


def test_fit_by_hand(candidate):
    """Rows at plus and minus (3, 4) and (2, -1.5) around (10, 20) vary most along (0.6, 0.8) or its opposite."""
    model = candidate.PCA(2).fit(CROSS)
    assert_close(model.mean_, np.array([10.0, 20.0]))
    assert_close(model.components_, turned(model, np.array([[0.6, 0.8], [0.8, -0.6]])))
    assert_close(model.explained_variance_, np.array([50 / 3, 12.5 / 3]))
    assert_close(model.explained_variance_ratio_, np.array([0.8, 0.2]))


def test_ratio_is_a_share_of_the_total(candidate):
    """With one component of two kept, its ratio is its share of all variance, not 1."""
    model = candidate.PCA(1).fit(CROSS)
    assert_close(model.components_, turned(model, np.array([[0.6, 0.8]])))
    assert_close(model.explained_variance_, np.array([50 / 3]))
    assert_close(model.explained_variance_ratio_, np.array([0.8]))


def test_transform_by_hand(candidate):
    """Coordinates of new rows are taken after subtracting the mean of the training rows, not their own."""
    Q = np.array([[10.0, 20.0], [10.0, 25.0], [15.0, 20.0]])
    for k in (1, 2):
        model = candidate.PCA(k).fit(CROSS)
        components = turned(model, np.array([[0.6, 0.8], [0.8, -0.6]])[:k])
        expected = np.array([[0.0, 0.0], [0.0, 5.0], [5.0, 0.0]]) @ components.T
        assert_close(model.transform(Q), expected, rtol=1e-7, atol=1e-9)
        assert_close(model.transform(Q[1:2]), expected[1:2])


def test_inverse_by_hand(candidate):
    """Coordinates are mapped back to the mean plus a sum of components."""
    model = candidate.PCA(1).fit(CROSS)
    (a,) = turned(model, np.array([[0.6, 0.8]]))
    assert_close(model.inverse_transform(np.array([[0.0], [5.0]])), np.array([[10.0, 20.0], 5.0 * a + [10.0, 20.0]]))
    model = candidate.PCA(2).fit(CROSS)
    a, b = turned(model, np.array([[0.6, 0.8], [0.8, -0.6]]))
    assert_close(model.inverse_transform(np.array([[5.0, 10.0]])), (5.0 * a + 10.0 * b + [10.0, 20.0])[None])


@given(n=st.integers(3, 9), d=st.integers(1, 4), seed=SEEDS)
def test_fit_follows_the_definition(candidate, n, d, seed):
    """On random data, components and variances are the eigenvectors and eigenvalues of the covariance."""
    rng = np.random.default_rng(seed)
    d = min(d, n - 1)
    X, k = draw(rng, n, d), int(rng.integers(1, d + 1))
    mean, components, values = eigen(X)
    model = candidate.PCA(k).fit(X)
    expected = turned(model, components[:k])
    assert_close(model.mean_, mean)
    assert_close(model.components_, expected, rtol=1e-6, atol=1e-6)
    assert_close(model.explained_variance_, values[:k])
    assert_close(model.explained_variance_ratio_, values[:k] / math.fsum(values.tolist()))
    assert_close(model.transform(X[:2]), (X[:2] - mean) @ expected.T, rtol=1e-6, atol=1e-6)


@given(n=st.integers(4, 9), d=st.integers(1, 3), seed=SEEDS)
def test_there_and_back_again(candidate, n, d, seed):
    """With all components, orthonormal ones, the training rows come back; with fewer, their closest points do."""
    X = draw(np.random.default_rng(seed), n, d) + 3.0
    model = candidate.PCA(d).fit(X)
    components, Z = np.asarray(model.components_), model.transform(X)
    assert_close(components @ components.T, np.eye(d), rtol=1e-7, atol=1e-9)
    assert_close(np.asarray(Z).mean(axis=0), np.zeros(d), rtol=1e-7, atol=1e-7)
    assert_close(model.inverse_transform(Z), X)
    model = candidate.PCA(1).fit(X)
    v, mean = eigen(X)[1][0], X.mean(axis=0)
    assert_close(model.inverse_transform(model.transform(X)), (X - mean) @ np.outer(v, v) + mean, rtol=1e-6, atol=1e-6)


@pytest.mark.fine
def test_sign_rule_by_hand(candidate):
    """Along (0.6, 0.8) and (0.8, -0.6) the greatest entries are positive, and scores follow."""
    model = candidate.PCA(2).fit(CROSS)
    assert_close(model.components_, np.array([[0.6, 0.8], [0.8, -0.6]]))
    Q = np.array([[10.0, 20.0], [10.0, 25.0], [15.0, 20.0]])
    assert_close(model.transform(Q), np.array([[0.0, 0.0], [4.0, -3.0], [3.0, 4.0]]))


@pytest.mark.fine
def test_signs(candidate):
    """The entry of greatest magnitude is positive, and of equal ones the first, even if it is last or rounding differs."""
    ramp = np.array([[-1.0], [0.0], [1.0]])
    for direction in (
        (-1.0, -2.0, -3.0),
        (-1.0, 2.0, -3.0),
        (3.0, 1.0, -2.0),
        (-3.0, 2.0, 1.0),
        (-1.0, 1.0, 0.5),
        (-1.0, 2.0, 0.5),
        (-1.0, 1.0 + 1e-7),
    ):
        v = np.array(direction)
        leading = v[np.abs(v).argmax()]
        expected = v * np.sign(leading) / np.linalg.norm(v)
        for way in (1.0, -1.0):
            assert_close(candidate.PCA(1).fit(way * ramp * v).components_, expected[None])
    for size in (2, 3, 5, 7, 11):
        v = np.full(size, -1.0)
        v[1] = 1.0
        assert_close(candidate.PCA(1).fit(ramp * v).components_, -v[None] / math.sqrt(size))


@pytest.mark.fine
def test_whitening_by_hand(candidate):
    """Whitened scores are divided by the standard deviation of their component; the way back multiplies by it."""
    deviations = np.sqrt(np.array([50 / 3, 12.5 / 3]))
    model = candidate.PCA(2, whiten=True).fit(CROSS)
    components = turned(model, np.array([[0.6, 0.8], [0.8, -0.6]]))
    Z = np.array([[3.0, 4.0], [-3.0, -4.0], [2.0, -1.5], [-2.0, 1.5]]) @ components.T / deviations
    assert_close(model.transform(CROSS), Z, rtol=1e-7, atol=1e-9)
    assert_close(model.inverse_transform(Z), CROSS)
    assert_close(model.explained_variance_, deviations**2)
    model = candidate.PCA(1, True).fit(CROSS)
    a = turned(model, np.array([[0.6, 0.8]])) @ np.array([3.0, 4.0]) / deviations[0]
    assert_close(model.inverse_transform(a[None]), CROSS[:1])


@pytest.mark.fine
def test_component_without_variance(candidate):
    """A component without variance whitens to 0, for new rows too, and adds nothing on the way back."""
    X = np.array([[1.0, 2.0], [2.0, 4.0], [4.0, 8.0]])
    model = candidate.PCA(2, whiten=True).fit(X)
    assert_close(model.explained_variance_, np.array([35 / 3, 0.0]), atol=1e-12)
    assert_close(model.explained_variance_ratio_, np.array([1.0, 0.0]), atol=1e-12)
    Z = model.transform(np.array([[7.0, 3.0], [2.0, 4.0]]))
    assert_equal(Z[:, 1], np.zeros(2))
    assert_close(Z[1, 0], (2 - 7 / 3) * math.sqrt(5) / math.sqrt(35 / 3))
    assert_close(model.inverse_transform(np.array([[1.0, 99.0]])), model.inverse_transform(np.array([[1.0, 0.0]])))
    plain = candidate.PCA(2).fit(X)
    assert_close(np.abs(plain.transform(np.array([[3.0, 1.0]]) + plain.mean_)), np.array([[1.0, 1.0]]) * math.sqrt(5))
    # With as many rows as columns, centring takes one direction away.
    wide = candidate.PCA(3, whiten=True).fit(np.array([[1.0, 0, 0, 0], [0, 2.0, 0, 0], [0, 0, 3.0, 0]]))
    assert_equal(wide.transform(np.ones((1, 4)))[:, 2], np.zeros(1))


@pytest.mark.fine
def test_equal_rows(candidate):
    """Where all rows are equal, variances, ratios and scores are 0."""
    X = np.full((4, 3), 5.0)
    for whiten in (False, True):
        model = candidate.PCA(2, whiten).fit(X)
        assert_close(model.explained_variance_, np.zeros(2))
        assert_close(model.explained_variance_ratio_, np.zeros(2))
        assert_close(model.transform(X), np.zeros((4, 2)))
        assert_close(model.inverse_transform(np.zeros((1, 2))), X[:1])
    assert_close(candidate.PCA(1, whiten=True).fit(X).transform(X + 1.0), np.zeros((4, 1)))


@pytest.mark.fine
@given(n=st.integers(2, 6), d=st.integers(1, 6), whiten=st.booleans(), seed=SEEDS)
def test_all_components_keep_everything(candidate, n, d, whiten, seed):
    """With min(n, d) components, orthonormal ones, the training rows come back unchanged."""
    X = np.random.default_rng(seed).normal(size=(n, d)) + 3.0
    k = min(n, d)
    model = candidate.PCA(k, whiten).fit(X)
    components, Z = model.components_, model.transform(X)
    assert_close(components @ components.T, np.eye(k), atol=1e-9)
    assert_close(float(model.explained_variance_ratio_.sum()), 1.0)
    assert_close(Z.mean(axis=0), np.zeros(k), atol=1e-7)
    assert_close(model.inverse_transform(Z), X)


@pytest.mark.fine
def test_small_variances_keep_their_digits(candidate):
    """A deviation of 1e-7 next to one of 1 is right to four digits."""
    a = np.array([1.0, -1.0, 1.0, -1.0])
    b = np.array([1.0, 1.0, -1.0, -1.0])
    c, s = math.cos(0.7), math.sin(0.7)
    X = np.outer(a, [c, s]) + 1e-7 * np.outer(b, [-s, c])
    model = candidate.PCA(2).fit(X)
    assert_close(model.explained_variance_, np.array([4 / 3, 4e-14 / 3]), rtol=1e-4, atol=0.0)
    scores = candidate.PCA(2, whiten=True).fit(X).transform(X)
    assert_close(np.abs(scores[:, 1]), np.full(4, math.sqrt(0.75)), rtol=1e-4)
    X = np.outer(a, [c, s]) + 1e-10 * np.outer(b, [-s, c])
    scores = candidate.PCA(2, whiten=True).fit(X).transform(X)
    assert_close(np.abs(scores[:, 1]), np.full(4, math.sqrt(0.75)), rtol=0.01)


@pytest.mark.fine
def test_units_do_not_matter(candidate):
    """Data in units of 1e-18 or 1e12 whiten to the same scores."""
    expected = candidate.PCA(2, whiten=True).fit(CROSS).transform(CROSS)
    for unit in (1e-18, 1e12):
        X = unit * CROSS
        assert_close(candidate.PCA(2, whiten=True).fit(X).transform(X), expected, atol=1e-9)
    X = 1e12 * np.array([[1.0, 2.0], [2.0, 4.0], [4.0, 8.0]]) / 3.0
    assert_equal(candidate.PCA(2, whiten=True).fit(X).transform(X)[:, 1], np.zeros(3))


@pytest.mark.fine
def test_data_far_from_the_origin(candidate, rng):
    """An offset of a million moves the mean and nothing else."""
    X = draw(rng, 30, 3)
    near, far = candidate.PCA(2).fit(X), candidate.PCA(2).fit(X + 1e6)
    assert_close(far.mean_, near.mean_ + 1e6)
    assert_close(far.components_, near.components_, atol=1e-6)
    assert_close(far.explained_variance_, near.explained_variance_, rtol=1e-6)
    assert_close(far.transform(X + 1e6), near.transform(X), atol=1e-5)


@pytest.mark.fine
def test_smallest_data(candidate):
    """Two rows with one column are enough, and rows may be missing from queries."""
    model = candidate.PCA(1, whiten=True).fit(np.array([[7.0], [4.0]]))
    assert_close(model.components_, np.array([[1.0]]))
    assert_close(model.explained_variance_, np.array([4.5]))
    assert_close(model.transform(np.array([[7.0], [4.0]])), np.array([[1.0], [-1.0]]) / math.sqrt(2))
    model = candidate.PCA(1).fit(CROSS)
    assert_shape(model.transform(CROSS[:0]), (0, 1))
    assert_shape(model.inverse_transform(np.zeros((0, 1))), (0, 2))


@pytest.mark.fine
def test_types_of_the_results(candidate):
    """All results are float64, also for integers and float32."""
    for dtype in (np.float64, np.float32, np.int64):
        X = (2 * CROSS).astype(dtype)
        model = candidate.PCA(1).fit(X)
        for got in (model.mean_, model.components_, model.explained_variance_, model.explained_variance_ratio_):
            assert_dtype(got, np.float64)
        Z = model.transform(X)
        assert_dtype(Z, np.float64)
        assert_dtype(model.inverse_transform(Z.astype(np.float32)), np.float64)


@pytest.mark.fine
def test_dtypes_and_strides(candidate, rng):
    """Narrow integers, float32 and views with strides are computed in float64."""
    whole = rng.integers(0, 256, size=(3, 40)) // np.array([[1], [4], [16]])
    for X in (whole.astype(np.uint8).T[::2], whole.astype(np.int8).T[::-2], (whole / 7).astype(np.float32).T):
        mean, components, values = eigen(X.astype(np.float64))
        model = candidate.PCA(2).fit(X)
        assert_close(model.mean_, mean, rtol=1e-12, check_dtype=True)
        assert_close(model.components_, components[:2], atol=1e-8, check_dtype=True)
        assert_close(model.explained_variance_, values[:2], rtol=1e-9, check_dtype=True)
        Z = model.transform(X[:3])
        assert_close(Z, (X[:3].astype(np.float64) - mean) @ components[:2].T, atol=1e-5, check_dtype=True)
        back = model.inverse_transform(Z.astype(np.float32))
        assert_close(back, Z.astype(np.float32).astype(np.float64) @ components[:2] + mean, rtol=1e-6, check_dtype=True)


@pytest.mark.fine
def test_models_are_apart(candidate):
    """Two models keep their own results, and a second fit replaces the first, also with other columns."""
    first, second = candidate.PCA(1).fit(CROSS), candidate.PCA(1).fit(CROSS[:, ::-1])
    assert_close(first.components_, np.array([[0.6, 0.8]]))
    assert_close(second.components_, np.array([[0.8, 0.6]]))
    X = np.hstack([CROSS, np.ones((4, 1))])
    again = first.fit(X)
    for model in (first, again):
        assert_close(model.components_, np.array([[0.6, 0.8, 0.0]]), atol=1e-12)
        assert_close(model.transform(X), np.array([[5.0], [-5.0], [0.0], [0.0]]), atol=1e-12)


@pytest.mark.fine
def test_invalid_arguments_raise(candidate):
    """A k out of range, fewer than two rows and wrong shapes raise ValueError."""
    X = np.arange(12.0).reshape(4, 3) ** 2
    for k, rows in (
        (0, X),
        (-1, X),
        (4, X),
        (3, X[:2]),
        (1, X[:1]),
        (1, X[:0]),
        (1, X[:, 0]),
        (1, X[None]),
        (1, X.reshape(2, 2, 3)),
        (1, np.eye(8)[:2].reshape(2, 2, 4)),
        (1, np.arange(8.0).reshape(2, 2, 2) ** 2),
        (1, X[:, :0]),
    ):
        with assert_raises(ValueError):
            candidate.PCA(k).fit(rows)
    model = candidate.PCA(2).fit(X)
    for rows in (X[:, :2], X[:, :1], X[0], X[None], np.zeros((0, 2))):
        with assert_raises(ValueError):
            model.transform(rows)
    for scores in (X, X[:, :1], X[0, :2], X[None, :, :2], np.zeros((0, 3))):
        with assert_raises(ValueError):
            model.inverse_transform(scores)


@pytest.mark.scale
def test_memory_of_wide_data(candidate, reference, rng):
    """20 rows with 3000 columns are fitted without a matrix of shape (3000, 3000)."""

    def prepare(subject, rng):
        X = rng.normal(size=(20, 3000))
        return lambda: float(subject.PCA(2).fit(X).explained_variance_[0])

    memory(candidate, reference, prepare, rng, limit=8.0)


@pytest.mark.scale
def test_memory_of_tall_data(candidate, reference, rng):
    """3000 rows with 20 columns are fitted without a matrix of shape (3000, 3000)."""

    def prepare(subject, rng):
        X = rng.normal(size=(3000, 20))
        return lambda: float(subject.PCA(2).fit(X).explained_variance_[0])

    memory(candidate, reference, prepare, rng, limit=8.0)
