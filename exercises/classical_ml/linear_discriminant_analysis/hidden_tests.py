"""Hidden tests of linear discriminant analysis."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, speed

SEEDS = st.integers(0, 2**32 - 1)
PAIR = np.array([[-1.0], [1.0], [3.0], [5.0]])


def data(rng, n, d, k):
    """Rows of k correlated classes of different size."""
    y = np.concatenate([np.repeat(np.arange(k), 3), rng.integers(0, 2, n)])
    return rng.normal(size=(len(y), d)) @ rng.normal(size=(d, d)) + 1.5 * rng.normal(size=(k, d))[y] + 3.0, y


def estimates(X, y, s):
    """Priors, means, within-class and between-class covariance, class by class."""
    priors, means, d = [], [], X.shape[1]
    S, B = np.zeros((d, d)), np.zeros((d, d))
    for c in np.unique(y):
        rows = X[y == c]
        priors.append(len(rows) / len(X))
        means.append(rows.mean(axis=0))
        S += priors[-1] * np.atleast_2d(np.cov(rows.T, bias=True))
        B += priors[-1] * np.outer(means[-1] - X.mean(axis=0), means[-1] - X.mean(axis=0))
    return np.array(priors), np.array(means), (1 - s) * S + s * np.trace(S) / d * np.eye(d), B


def log_odds(p):
    """Log of each column over the first."""
    p = np.asarray(p)
    return np.log(p) - np.log(p[:, :1])


def same_up_to_sign(got, expected, **tolerance):
    """Compare columns, each with whichever sign fits."""
    got = np.asarray(got)
    if got.shape == expected.shape:
        got = got * np.where((got * expected).sum(axis=0) < 0, -1.0, 1.0)
    assert_close(got, expected, **tolerance)


def test_one_feature_by_hand(candidate):
    """Two classes of variance 1 around 0 and 4 meet at 2, and the log-odds rise by 4 a unit."""
    model = candidate.LDA().fit(PAIR, np.array([0, 0, 1, 1]))
    x = np.array([1.5, 2.0, 2.5])
    p = 1 / (1 + np.exp(-4 * (x - 2)))
    assert_close(model.predict_proba(x[:, None]), np.column_stack([1 - p, p]))


def test_priors_move_the_border(candidate):
    """A class with twice as many rows wins at the midpoint of the means."""
    X, y = np.concatenate([PAIR[:2], PAIR]), np.array([0, 0, 0, 0, 1, 1])
    assert_close(candidate.LDA().fit(X, y).predict_proba(np.array([[2.0]])), np.array([[2 / 3, 1 / 3]]))


def test_shrinkage_by_hand(candidate):
    """With shrinkage 1/2, variances 1 and 9 become 3 and 7."""
    X = np.array([[-1.0, -3.0], [1.0, 3.0], [-1.0, 3.0], [1.0, -3.0]])
    X, y = np.concatenate([X, X + [3.0, 7.0]]), np.repeat([0, 1], 4)
    for shrinkage, slope in ((0.0, [3.0, 7 / 9]), (0.5, [1.0, 1.0]), (1.0, [0.6, 1.4])):
        p = candidate.LDA(shrinkage).fit(X, y).predict_proba(np.array([[1.5, 3.5], [2.0, 3.5], [1.5, 4.0]]))
        assert_close(log_odds(p)[:, 1], np.array([0.0, slope[0] / 2, slope[1] / 2]), rtol=1e-6, atol=1e-8)


@given(d=st.integers(1, 4), k=st.integers(2, 4), shrinkage=st.sampled_from([0.0, 0.1, 0.7]), seed=SEEDS)
def test_posterior_follows_the_definition(candidate, d, k, shrinkage, seed):
    """On random classes, probabilities are those of the formula, and the prediction is the most probable label."""
    rng = np.random.default_rng(seed)
    X, y = data(rng, 9, d, k)
    priors, means, S, _ = estimates(X, y, shrinkage)
    Q = X[:5] + 0.1 * rng.normal(size=(5, d))
    half = 0.5 * np.array([m @ np.linalg.solve(S, m) for m in means])
    scores = Q @ np.linalg.solve(S, means.T) - half + np.log(priors)
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    model = candidate.LDA(shrinkage).fit(X, y)
    assert_close(model.predict_proba(Q), p, rtol=1e-5, atol=1e-6)
    chosen = p[np.arange(5), np.asarray(model.predict(Q)).astype(int)]
    assert_close(chosen, p.max(axis=1), rtol=1e-5, atol=1e-6)


def test_labels_may_be_anything(candidate):
    """Columns follow the sorted labels, and predictions are labels as they were given."""
    for a, b in (("pear", "fig"), (900, -7)):
        model = candidate.LDA().fit(PAIR, np.array([a, a, b, b]))
        assert_equal(np.asarray(model.predict(np.array([[0.0], [4.0], [1.9]]))).tolist(), [a, b, a])
        assert_that(np.asarray(model.predict_proba(np.array([[0.0]])))[0, 1] > 0.9, "has its columns in another order")


def test_projection_by_hand(candidate):
    """Along the axis, rows have within-class variance 1 and are measured from the overall mean."""
    X = np.array([[-2.0, -1.0], [2.0, 1.0], [-2.0, 1.0], [2.0, -1.0]])
    X, y = np.concatenate([X, X + [0.0, 4.0]]), np.repeat([0, 1], 4)
    model = candidate.LDA().fit(X, y)
    # The first feature varies more but tells nothing; the second has variance 1 and mean 2.
    same_up_to_sign(
        model.transform(np.array([[9.0, 3.0], [0.0, 2.0], [-5.0, 0.0]]), 1), np.array([[1.0], [0.0], [-2.0]])
    )


@given(d=st.integers(2, 4), k=st.integers(3, 4), shrinkage=st.sampled_from([0.0, 0.4]), seed=SEEDS)
def test_projection_follows_the_definition(candidate, d, k, shrinkage, seed):
    """On random classes, axes are the generalised eigenvectors by descending eigenvalue, scaled by S."""
    rng = np.random.default_rng(seed)
    X, y = data(rng, 9, d, k)
    _, _, S, B = estimates(X, y, shrinkage)
    values, V = np.linalg.eig(np.linalg.solve(S, B))
    order = np.argsort(-values.real)[:2]
    gaps = np.sort(values.real)[::-1][: 3 if d > 2 else 2]
    if np.any(-np.diff(gaps) < 1e-2 * gaps[0]):
        return
    V = V[:, order].real
    V /= np.sqrt((V * (S @ V)).sum(axis=0))
    Q = rng.normal(size=(4, d))
    model = candidate.LDA(shrinkage).fit(X, y)
    same_up_to_sign(model.transform(Q, 2), (Q - X.mean(axis=0)) @ V, rtol=1e-4, atol=1e-5)
    same_up_to_sign(model.transform(Q, 1), (Q - X.mean(axis=0)) @ V[:, :1], rtol=1e-4, atol=1e-5)


@pytest.mark.fine
def test_signs_of_axes(candidate, rng):
    """The entry of greatest magnitude of each axis is positive."""
    for _ in range(5):
        X, y = data(rng, 20, 3, 3)
        model = candidate.LDA().fit(X, y)
        axes = model.transform(np.eye(3), 2) - model.transform(np.zeros((3, 3)), 2)
        assert_that(
            np.all(axes[np.abs(axes).argmax(axis=0), [0, 1]] > 0), "has an axis whose greatest entry is negative"
        )


@pytest.mark.fine
def test_singular_covariance(candidate, rng):
    """A constant column and columns that follow from others change neither probabilities nor coordinates."""
    X, y = data(rng, 20, 2, 3)
    M = np.column_stack([np.eye(2), [1.0, 0.0], [0.0, 0.0], rng.normal(size=(2, 6))])
    # Queries leave the plane of the rows, which must not matter.
    wide = X @ M
    off = wide + 3.0 * np.linalg.svd(M)[2][2:].sum(axis=0)
    plain, model = candidate.LDA().fit(X, y), candidate.LDA().fit(wide, y)
    assert_close(model.predict_proba(off), plain.predict_proba(X), rtol=1e-5, atol=1e-6)
    same_up_to_sign(model.transform(off, 2), plain.transform(X, 2), rtol=1e-5, atol=1e-6)


@pytest.mark.fine
def test_rows_far_from_the_border(candidate):
    """Log-odds of thousands give probabilities 0 and 1, without a warning."""
    model = candidate.LDA().fit(PAIR, np.array([0, 0, 1, 1]))
    assert_close(model.predict_proba(np.array([[-1e4], [1e4]])), np.eye(2))


@pytest.mark.fine
def test_dtypes(candidate):
    """int8 and float32 rows are computed in float64, and labels keep their dtype."""
    X = np.array([[-100, 7], [100, 8], [90, 100], [120, -100], [3, 4]], dtype=np.int8)
    y = np.array([1, 1, 9, 9, 9], dtype=np.int8)
    single = np.linspace(0, 1, 10, dtype=np.float32).reshape(5, 2) ** 2
    for rows in (X, single):
        expected, model = candidate.LDA(0.1).fit(rows.astype(np.float64), y), candidate.LDA(0.1).fit(rows, y)
        p = np.asarray(expected.predict_proba(rows.astype(np.float64)))
        assert_close(model.predict_proba(rows), p, rtol=1e-9, check_dtype=True)
    assert_equal(model.predict(single).dtype, np.dtype(np.int8))


@pytest.mark.fine
def test_units_change_nothing(candidate, rng):
    """Columns in units of 1e-5, 1 or 1e9 have the same probabilities."""
    X, y = data(rng, 20, 2, 3)
    # Where columns are alike, a small unit of one of them makes an eigenvalue that counts as 0.
    apart = rng.normal(size=X.shape) + y[:, None] * [1.0, -1.0]
    for rows, scale in ((X, [1e9, 1e9]), (X, [1e-9, 1e-9]), (apart, [1.0, 1e-5])):
        expected = candidate.LDA().fit(rows, y).predict_proba(rows)
        got = candidate.LDA().fit(rows * scale, y).predict_proba(rows * scale)
        assert_close(got, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.fine
def test_offset_changes_nothing(candidate):
    """Rows at 1e7 with variance 1 have the probabilities of rows at 0."""
    y = np.array([0, 0, 1, 1])
    plain, far = candidate.LDA().fit(PAIR, y), candidate.LDA().fit(PAIR + 1e7, y)
    Q = np.array([[1.0], [2.25]])
    assert_close(far.predict_proba(Q + 1e7), plain.predict_proba(Q), rtol=1e-6, atol=1e-9)


@pytest.mark.fine
def test_ties_queries_and_refits(candidate):
    """Ties go to the smallest label, no rows are legal, and a second fit replaces the first."""
    model = candidate.LDA().fit(np.ones((9, 3)) * np.arange(9)[:, None], np.arange(9) % 3)
    model.fit(PAIR, np.array([5, 5, 2, 2]))
    assert_equal(np.asarray(model.predict(np.array([[2.0]]))).tolist(), [2])
    assert_close(model.predict_proba(np.zeros((0, 1))), np.zeros((0, 2)))
    assert_close(model.transform(np.zeros((0, 1)), 1), np.zeros((0, 1)))


@pytest.mark.fine
def test_invalid_input_raises(candidate):
    """One class, shapes that do not fit, and shrinkage or k out of range raise ValueError."""
    X, y = np.arange(8.0).reshape(4, 2) ** 2, np.array([0, 1, 2, 0])
    for rows, labels in ((X, y * 0), (X, y[:3]), (X[:, 0], y), (X[:1], y[:1]), (X[:2], y[:2, None]), (X[:0], y[:0])):
        with assert_raises(ValueError):
            candidate.LDA().fit(rows, labels)
    for shrinkage in (-0.1, 1.1):
        with assert_raises(ValueError):
            candidate.LDA(shrinkage)
    model = candidate.LDA(0.5).fit(X, y)
    for k in (0, 3):
        with assert_raises(ValueError):
            model.transform(X, k)
    for rows, labels in ((X[:, :1], y), (X, y % 2)):
        with assert_raises(ValueError):
            candidate.LDA(0.5).fit(rows, labels).transform(rows, 2)
    for Q in (X[:, :1], X[0], X[None]):
        for method in (model.predict_proba, lambda rows: model.transform(rows, 1)):
            with assert_raises(ValueError):
                method(Q)


@pytest.mark.scale
def test_speed_of_fit(candidate, reference, rng):
    """10000 rows are fitted without a loop over them."""

    def prepare(subject, rng):
        X, y = rng.normal(size=(10_000, 8)), rng.integers(0, 4, 10_000)
        return lambda: subject.LDA().fit(X, y).predict_proba(X[:5])

    speed(candidate, reference, prepare, rng, limit=8)
