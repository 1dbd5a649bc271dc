"""Hidden tests of naive Bayes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, put, speed

SEEDS = st.integers(0, 2**32 - 1)
NAMES = ["GaussianNB", "MultinomialNB"]
PAIR = np.array([[0.0], [2.0], [8.0], [10.0]])
X, Y = np.array([[1, 0, 2], [0, 3, 1], [2, 2, 0], [4, 1, 1]]), np.array([7, -2, 7, -2])


def plain(labels):
    """Labels as a list, whether they came as a list or as an array."""
    return np.asarray(labels).tolist()


def normalised(row):
    """Log-probabilities from joint log-densities."""
    top = max(row)
    total = top + math.log(math.fsum(math.exp(v - top) for v in row))
    return [v - total for v in row]


def groups(X, y):
    """Rows of each class, in the order of the labels."""
    rows, labels = X.astype(np.float64).tolist(), y.tolist()
    return [[r for r, label in zip(rows, labels, strict=True) if label == c] for c in sorted(set(labels))]


def mean(values):
    """Arithmetic mean."""
    return math.fsum(values) / len(values)


def variance(values):
    """Mean squared distance to the mean."""
    centre = mean(values)
    return mean([(v - centre) ** 2 for v in values])


def gaussian(X, y, Q, smoothing):
    """Log-probabilities of Gaussian naive Bayes, one number at a time."""
    extra = smoothing * max(variance(column) for column in X.T.tolist())
    result = []
    for q in Q.tolist():
        joint = []
        for rows in groups(X, y):
            total = math.log(len(rows) / len(X))
            for value, column in zip(q, zip(*rows, strict=True), strict=True):
                v = variance(column) + extra
                total -= (math.log(2 * math.pi * v) + (value - mean(column)) ** 2 / v) / 2
            joint.append(total)
        result.append(normalised(joint))
    return np.array(result)


def multinomial(X, y, Q, alpha):
    """Log-probabilities of multinomial naive Bayes, one number at a time."""
    result = []
    for q in Q.tolist():
        joint = []
        for rows in groups(X, y):
            counts = [math.fsum(column) + alpha for column in zip(*rows, strict=True)]
            total = math.log(len(rows) / len(X))
            joint.append(total + sum(v * math.log(c / math.fsum(counts)) for v, c in zip(q, counts, strict=True)))
        result.append(normalised(joint))
    return np.array(result)


def test_gaussian_by_hand(candidate):
    """With means 0 and 4 and variances 1 and 4, the two log-densities at x differ as the formula says."""
    model = candidate.GaussianNB().fit(np.array([[-1.0], [1.0], [2.0], [6.0]]), np.array([0, 0, 1, 1]))
    odds = np.array([[math.log(2) + 2.0], [math.log(2) + 0.125 - 4.5], [math.log(2) - 8.0]])
    expected = np.hstack([-np.log1p(np.exp(-odds)), -np.log1p(np.exp(odds))])
    assert_close(model.predict_log_proba(np.array([[0.0], [3.0], [4.0]])), expected, rtol=1e-6, atol=1e-6)


@given(d=st.integers(1, 3), k=st.integers(1, 3), seed=SEEDS)
def test_gaussian_follows_the_definition(candidate, d, k, seed):
    """On random data, log-probabilities and predictions are those of a sum over features, one by one."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.concatenate([np.arange(5 * k) % k, rng.integers(0, k, size=4)])) * 3 - 2
    X, Q = rng.normal(size=(len(y), d)) + 0.5 * y[:, None], rng.normal(size=(3, d))
    model = candidate.GaussianNB().fit(X, y)
    expected = gaussian(X, y, Q, 1e-9)
    # What is added to a variance matters less than this.
    assert_close(model.predict_log_proba(Q), expected, rtol=1e-5, atol=1e-5)
    for label, row in zip(plain(model.predict(Q)), expected, strict=True):
        assert_close(float(row[np.unique(y).tolist().index(label)]), float(row.max()), rtol=1e-5, atol=1e-5)


def test_priors_of_the_gaussian_model(candidate):
    """Of two classes with equal rows, the one with three times as many is three times as likely."""
    rows = np.array([[1.0, 3.0], [4.0, 2.0]])
    model = candidate.GaussianNB().fit(np.vstack([rows] * 4), np.array([5, 5, 2, 2, 5, 5, 5, 5]))
    got = np.exp(model.predict_log_proba(np.array([[2.0, 2.0], [-1.0, 7.0]])))
    assert_close(got, np.array([[0.25, 0.75]] * 2), rtol=1e-6, atol=1e-6)


def test_multinomial_by_hand(candidate):
    """Shares of the words are (count + alpha) / (total + alpha d), and priors count too."""
    X, y = np.array([[3, 0], [1, 0], [0, 1]]), np.array(["b", "b", "a"])
    # a: prior 1/3, shares 1/3 and 2/3; b: prior 2/3, shares 5/6 and 1/6.
    got = np.exp(candidate.MultinomialNB().fit(X, y).predict_log_proba(np.array([[1, 0], [0, 1], [1, 1]])))
    assert_close(got, np.array([[1 / 6, 5 / 6], [2 / 3, 1 / 3], [4 / 9, 5 / 9]]))
    # a: shares 1/4 and 3/4; b: shares 9/10 and 1/10.
    got = np.exp(candidate.MultinomialNB(alpha=0.5).fit(X, y).predict_log_proba(np.array([[1, 0], [0, 1]])))
    assert_close(got, np.array([[5 / 41, 36 / 41], [15 / 19, 4 / 19]]))


@given(n=st.integers(1, 8), d=st.integers(1, 4), k=st.integers(1, 3), seed=SEEDS)
def test_multinomial_follows_the_definition(candidate, n, d, k, seed):
    """On random counts, log-probabilities and predictions are those of a sum over words, one by one."""
    rng = np.random.default_rng(seed)
    X, y, Q = rng.poisson(2.0, size=(n, d)), rng.integers(0, k, size=n) - 1, rng.poisson(3.0, size=(3, d))
    alpha = float(rng.choice([0.3, 1.0, 2.5]))
    model = candidate.MultinomialNB(alpha=alpha).fit(X, y)
    expected = multinomial(X, y, Q, alpha)
    assert_close(model.predict_log_proba(Q), expected)
    for label, row in zip(plain(model.predict(Q)), expected, strict=True):
        # Rounding may decide between classes that tie on paper.
        assert_close(float(row[np.unique(y).tolist().index(label)]), float(row.max()))


def test_row_of_zeros_returns_the_priors(candidate):
    """A row without counts has the class shares of the training rows for probabilities."""
    model = candidate.MultinomialNB().fit(X, np.array([2, 1, 2, 2]))
    assert_close(np.exp(model.predict_log_proba(np.zeros((1, 3)))), np.array([[0.25, 0.75]]))
    assert_equal(plain(model.predict(np.zeros((1, 3)))), [2])


def test_labels(candidate):
    """Labels may be strings or negative; classes_ is sorted, and predictions are labels."""
    rows = np.array([[1.0, 9.0], [2.0, 7.0], [8.0, 1.0], [9.0, 3.0]])
    for y in (np.array([5, 5, -3, -3]), np.array(["spam", "spam", "eggs", "eggs"])):
        for name in NAMES:
            model = getattr(candidate, name)().fit(rows, y)
            assert_equal(plain(model.classes_), sorted(set(y.tolist())))
            assert_equal(plain(model.predict(np.array([[9.0, 0.0], [0.0, 11.0]]))), y[[2, 0]].tolist())


def test_many_features_do_not_underflow(candidate):
    """With 500 features and more, log-probabilities stay finite and right."""
    rng = np.random.default_rng(5)
    X, y, Q = rng.normal(size=(30, 500)), np.arange(30) % 3, 30.0 * rng.normal(size=(2, 500))
    got = candidate.GaussianNB().fit(X, y).predict_log_proba(Q)
    assert_close(got, gaussian(X, y, Q, 1e-9), rtol=1e-6, atol=1e-6)
    X, Q = rng.poisson(3.0, size=(6, 800)), rng.poisson(3.0, size=(2, 800))
    y = y[:6]
    got = candidate.MultinomialNB().fit(X, y).predict_log_proba(Q)
    assert_close(got, multinomial(X, y, Q, 1.0))
    got = candidate.MultinomialNB().fit(X, y).predict_log_proba(1000 * Q)
    assert_close(got, multinomial(X, y, 1000 * Q, 1.0))


@pytest.mark.fine
def test_smoothing_of_variances(candidate):
    """Every variance grows by var_smoothing times the largest variance of a feature over all rows."""
    X, y = np.array([[0.0, 0.0], [2.0, 0.0], [8.0, 0.0], [10.0, 1.0]]), np.array([0, 0, 1, 1])
    Q = np.array([[1.0, 0.5], [6.0, 3.0]])
    for smoothing in (0.1, 1.0):
        model = candidate.GaussianNB(var_smoothing=smoothing).fit(X, y)
        assert_close(model.predict_log_proba(Q), gaussian(X, y, Q, smoothing))
    # The default is 1e-9: the second feature is constant in class 0, where its variance is 17e-9.
    got = candidate.GaussianNB().fit(X, y).predict_log_proba(np.array([[5.0, 1e-4]]))
    assert_close(got, gaussian(X, y, np.array([[5.0, 1e-4]]), 1e-9), rtol=1e-6, atol=1e-9)


@pytest.mark.fine
@given(n=st.integers(2, 8), d=st.integers(1, 3), k=st.integers(1, 3), seed=SEEDS)
def test_smoothed_gaussian_follows_the_definition(candidate, n, d, k, seed):
    """With strong smoothing, classes of one row included, log-probabilities are those of a sum, one by one."""
    rng = np.random.default_rng(seed)
    X, y, Q = rng.normal(size=(n, d)), rng.integers(0, k, size=n) * 3 - 2, rng.normal(size=(3, d))
    smoothing = float(rng.choice([0.01, 0.5]))
    model = candidate.GaussianNB(var_smoothing=smoothing).fit(X, y)
    expected = gaussian(X, y, Q, smoothing)
    assert_close(model.predict_log_proba(Q), expected)
    assert_equal(model.predict(Q), np.unique(y)[expected.argmax(axis=1)])


@pytest.mark.fine
def test_data_far_from_the_origin(candidate):
    """An offset of a million changes nothing: variances come from differences."""
    rng = np.random.default_rng(6)
    X, y, Q = rng.normal(size=(20, 2)), np.arange(20) % 2, rng.normal(size=(4, 2))
    X, Q = X + 1e6, Q + 1e6
    model = candidate.GaussianNB().fit(X, y)
    assert_close(model.predict_log_proba(Q), gaussian(X, y, Q, 1e-9), rtol=1e-6, atol=1e-6)


@pytest.mark.fine
def test_classes_far_from_each_other(candidate):
    """Two classes near a million are told apart next to one near 0: each variance has a centre of its own."""
    rng = np.random.default_rng(7)
    y = np.arange(30) % 3
    X, Q = (rng.normal(size=(n, 2)) for n in (30, 6))
    X += np.array([0.0, 1e6, 1e6 + 0.5])[y, None]
    Q += 1e6
    model = candidate.GaussianNB(var_smoothing=0.0).fit(X, y)
    assert_close(model.predict_log_proba(Q), gaussian(X, y, Q, 0.0), rtol=1e-6, atol=1e-6)


@pytest.mark.fine
def test_ties_go_to_the_smallest_label(candidate):
    """Where two classes have the same rows, the smaller label is predicted."""
    rows = np.array([[1.0, 3.0], [4.0, 2.0]])
    for name in NAMES:
        model = getattr(candidate, name)().fit(np.vstack([rows, rows]), np.array([9, 9, 4, 4]))
        assert_close(model.predict_log_proba(rows), np.full((2, 2), -math.log(2)))
        assert_equal(model.predict(rows), np.array([4, 4]))


@pytest.mark.fine
@pytest.mark.parametrize("name", NAMES)
def test_one_class_and_no_queries(candidate, name):
    """One class has the log-probability 0, and no queries give no rows."""
    model = getattr(candidate, name)().fit(X, np.array([3, 3, 3, 3]))
    assert_close(model.predict_log_proba(X), np.zeros((4, 1)))
    assert_equal(model.predict(X[:2]), np.array([3, 3]))
    model = getattr(candidate, name)().fit(X, Y)
    assert_close(model.predict_log_proba(X[:0]), np.zeros((0, 2)))
    assert_equal(model.predict(X[:0]), Y[:0])


@pytest.mark.fine
@pytest.mark.parametrize("name", NAMES)
def test_types_of_the_results(candidate, name):
    """classes_ and predictions have the dtype of y, and log-probabilities are float64."""
    for y in (np.array([5, 5, -3, -3]), np.array(["a", "a", "bb", "bb"]), np.array([1, 1, 0, 0], dtype=np.int8)):
        model = getattr(candidate, name)().fit(np.hstack([PAIR, 10.0 - PAIR]), y)
        assert_equal(model.classes_, np.unique(y))
        assert_equal(model.predict(np.array([[9.0, 0.0], [0.0, 11.0]])), y[[2, 0]])
        assert_dtype(model.predict_log_proba(np.array([[9.0, 0.0]])), np.float64)


@pytest.mark.fine
def test_priors_keep_their_digits(candidate):
    """The priors are computed in float64: those of a row without counts are right to 1e-9."""
    model = candidate.MultinomialNB().fit(X[:3], np.array([2, 2, 5]))
    assert_close(model.predict_log_proba(np.zeros((1, 3))), np.log([[2 / 3, 1 / 3]]), rtol=1e-9, atol=0.0)


@pytest.mark.fine
@pytest.mark.parametrize("name", NAMES)
def test_dtypes_and_strides(candidate, name):
    """Narrow integers, float32, fractions and views with strides are computed in float64."""
    rng = np.random.default_rng(3)
    whole = rng.integers(0, 256, size=(3, 24)).astype(np.uint8)
    slow = gaussian if name == "GaussianNB" else multinomial
    for rows in (
        whole.T[::2],
        (whole.T / 7).astype(np.float32)[::-2],
        whole.T[::2] / 8,
        whole.T[::2].astype(np.uint64),
    ):
        y = np.array([1, 0, 2])[np.arange(24) % 3][::2]
        model = getattr(candidate, name)(0.25).fit(rows, y)
        got = model.predict_log_proba(rows[::3])
        assert_close(
            got,
            slow(rows.astype(np.float64), y, rows[::3].astype(np.float64), 0.25),
            rtol=1e-9,
            atol=1e-9,
            check_dtype=True,
        )


@pytest.mark.fine
@pytest.mark.parametrize("name", NAMES)
def test_models_are_apart(candidate, name):
    """Two models keep their own parameters, and a second fit replaces the first, also with other columns."""
    first = getattr(candidate, name)().fit(X, Y)
    second = getattr(candidate, name)().fit(X, -Y)
    assert_equal(first.classes_, np.array([-2, 7]))
    assert_equal(second.classes_, np.array([-7, 2]))
    again = first.fit(X[:, :2] + 1, np.array([0, 0, 1, 1]))
    slow, setting = (gaussian, 1e-9) if name == "GaussianNB" else (multinomial, 1.0)
    expected = slow(X[:, :2] + 1, np.array([0, 0, 1, 1]), X[:, :2], setting)
    assert_close(again.predict_log_proba(X[:, :2]), expected, rtol=1e-6, atol=1e-9)
    assert_close(first.predict_log_proba(X[:, :2]), expected, rtol=1e-6, atol=1e-9)


@pytest.mark.fine
@pytest.mark.parametrize("name", NAMES)
def test_invalid_shapes_raise(candidate, name):
    """An X that is no matrix, no rows, a y that does not fit and queries with other columns raise ValueError."""
    for rows, y in ((X[:, 0], Y), (X[None], Y), (X, Y[:3]), (X, Y[:, None]), (X[:0], Y[:0]), (X[:1], Y[:1, None])):
        with assert_raises(ValueError):
            getattr(candidate, name)().fit(rows, y)
    model = getattr(candidate, name)().fit(X, Y)
    for Q in (X[:, :2], X[:, :1], X[0], X[None], np.zeros((2, 4)), np.zeros((0, 2))):
        for method in (model.predict_log_proba, model.predict):
            with assert_raises(ValueError):
                method(Q)


@pytest.mark.fine
def test_invalid_settings_and_counts_raise(candidate):
    """An alpha or var_smoothing out of range, a variance of zero and negative counts raise ValueError."""
    for alpha in (0.0, -1.0):
        with assert_raises(ValueError):
            candidate.MultinomialNB(alpha=alpha).fit(X, Y)
    with assert_raises(ValueError):
        candidate.GaussianNB(var_smoothing=-1.0).fit(X, Y)
    for rows, y, smoothing in (
        (np.array([[1, 2], [3, 2], [1, 3], [3, 4]]), np.array([0, 0, 1, 1]), 0.0),
        (np.array([[5, 2], [5, 2]]), np.array([0, 1]), 1e-9),
    ):
        with assert_raises(ValueError):
            candidate.GaussianNB(var_smoothing=smoothing).fit(rows, y)
    with assert_raises(ValueError):
        candidate.MultinomialNB().fit(np.array([[1.0, 2.0], [3.0, -0.5]]), np.array([0, 1]))
    model = candidate.MultinomialNB().fit(X, Y)
    for method in (model.predict_log_proba, model.predict):
        with assert_raises(ValueError):
            method(np.array([[1, 2, -1]]))


@pytest.mark.scale
def test_speed_of_gaussian(candidate, reference, rng):
    """4000 rows with 20 columns and 5 classes are scored with arrays, not row by row."""

    def prepare(subject, rng):
        X, y = put(subject, rng.normal(size=(4000, 20))), put(subject, np.arange(4000) % 5)
        model = subject.GaussianNB().fit(X, y)
        return lambda: model.predict_log_proba(X)

    speed(candidate, reference, prepare, rng, limit=20.0)


@pytest.mark.scale
def test_speed_of_multinomial(candidate, reference, rng):
    """2000 rows with 200 columns and 10 classes are scored with arrays, not row by row."""

    def prepare(subject, rng):
        X, y = put(subject, rng.poisson(1.0, size=(2000, 200))), put(subject, np.arange(2000) % 10)
        model = subject.MultinomialNB().fit(X, y)
        return lambda: model.predict_log_proba(X)

    speed(candidate, reference, prepare, rng, limit=6.0)
