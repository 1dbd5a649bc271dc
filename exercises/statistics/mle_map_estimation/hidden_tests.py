"""Hidden tests of mle_map_estimation."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_raises, assert_that, assert_type, put, speed

SEEDS = st.integers(0, 2**32 - 1)
QUARTERS = st.integers(1, 20).map(lambda q: q / 4)
NOT_VECTORS = (np.array(1.0), np.ones((2, 1)), np.ones((1, 2)))


def slow_mean(x, sigma2, mu0, tau2):
    """Weigh every value and the prior's mean with their precisions, in exact fractions."""
    weighted = [(Fraction(v), 1 / Fraction(sigma2)) for v in x.tolist()] + [(Fraction(mu0), 1 / Fraction(tau2))]
    return float(sum(v * w for v, w in weighted) / sum(w for _, w in weighted))


def slow_mode(parameters):
    """Return the mode of a Dirichlet distribution in exact fractions, None where there is no single one."""
    left = [max(Fraction(p) - 1, Fraction(0)) for p in parameters]
    return [float(v / sum(left)) for v in left] if sum(left) else None


def slow_weights(X, y, noise_var, prior_var):
    """Solve the normal equations by elimination, in exact fractions."""
    rows, d = [[Fraction(v) for v in row] for row in X.tolist()], X.shape[1]
    y, penalty = [Fraction(v) for v in y.tolist()], Fraction(noise_var) / Fraction(prior_var)
    system = []
    for i in range(d):
        left = [sum((r[i] * r[j] for r in rows), Fraction(0)) + (penalty if i == j else 0) for j in range(d)]
        system.append([*left, sum((r[i] * t for r, t in zip(rows, y, strict=True)), Fraction(0))])
    for i in range(d):
        system[i] = [v / system[i][i] for v in system[i]]
        for j in range(d):
            if j != i:
                system[j] = [v - system[j][i] * w for v, w in zip(system[j], system[i], strict=True)]
    return np.array([float(row[-1]) for row in system])


def test_gaussian_mle_by_hand(candidate):
    """The mean is the average, and the variance is the mean squared deviation: it is divided by n."""
    assert_close(candidate.gaussian_mle(np.array([1.0, 2.0, 6.0, 11.0])), (5.0, 15.5))
    assert_close(candidate.gaussian_mle(np.array([-2.0, 4.0])), (1.0, 9.0))


def test_mean_map_by_hand(candidate):
    """Data and prior are weighted with their precisions, and the prior counts once."""
    got = candidate.gaussian_mean_map(np.array([1.0, 2.0, 6.0]), 2.0, -1.0, 4.0)
    assert_close(got, (9 / 2 - 1 / 4) / (3 / 2 + 1 / 4))
    # Four times as many values: the prior's share shrinks.
    got = candidate.gaussian_mean_map(np.tile([1.0, 2.0, 6.0], 4), 2.0, -1.0, 4.0)
    assert_close(got, (36 / 2 - 1 / 4) / (12 / 2 + 1 / 4))


@given(n=st.integers(1, 6), sigma2=QUARTERS, tau2=QUARTERS, mu0=st.integers(-5, 5), seed=SEEDS)
def test_mean_map_agrees_with_exact_fractions(candidate, n, sigma2, tau2, mu0, seed):
    """The estimate is what exact fractions give."""
    x = np.random.default_rng(seed).integers(-20, 20, size=n) / 4
    got = candidate.gaussian_mean_map(x, sigma2, float(mu0), tau2)
    assert_close(got, slow_mean(x, sigma2, mu0, tau2))


def test_bernoulli_map_by_hand(candidate):
    """The estimate is the mode of the posterior, not its mean, and a flat prior gives the share of successes."""
    assert_close(candidate.bernoulli_map(3, 10, 2.0, 4.0), 4 / 14)
    assert_close(candidate.bernoulli_map(3, 10, 1.0, 1.0), 0.3)
    assert_close(candidate.bernoulli_map(1, 5, 3.0, 2.0), 3 / 8)
    # One parameter of the prior is below 1, those of the posterior are not.
    assert_close(candidate.bernoulli_map(2, 4, 0.5, 0.25), 1.5 / 2.75)


@given(n=st.integers(2, 9), k=st.integers(1, 8), a=QUARTERS, b=QUARTERS)
def test_bernoulli_map_inside(candidate, n, k, a, b):
    """With successes and failures the estimate lies inside [0, 1]; swapping the outcomes mirrors it."""
    k = min(k, n - 1)
    expected = slow_mode([k + Fraction(a), n - k + Fraction(b)])
    assert_close(candidate.bernoulli_map(k, n, a, b), expected[0])
    assert_close(candidate.bernoulli_map(n - k, n, b, a), expected[1])


def test_linear_map_by_hand(candidate):
    """The penalty is noise variance over prior variance, and there is no intercept."""
    X, y = np.array([[1.0, 0.0], [1.0, 2.0]]), np.array([3.0, 5.0])
    # X^T X = [[2, 2], [2, 4]], X^T y = (8, 10); with penalty 4 on the diagonal the determinant is 44.
    assert_close(candidate.linear_map(X, y, 2.0, 0.5), np.array([44, 44]) / 44)
    # With penalty 1/4 it is 2.25 * 4.25 - 4.
    assert_close(candidate.linear_map(X, y, 0.5, 2.0), np.array([8 * 4.25 - 20, 22.5 - 16]) / 5.5625)


@given(n=st.integers(1, 5), d=st.integers(1, 4), noise_var=QUARTERS, prior_var=QUARTERS, seed=SEEDS)
def test_linear_map_agrees_with_exact_fractions(candidate, n, d, noise_var, prior_var, seed):
    """The weights are what elimination in exact fractions gives."""
    rng = np.random.default_rng(seed)
    X, y = rng.integers(-3, 4, size=(n, d)), rng.integers(-5, 6, size=n)
    got = candidate.linear_map(X.astype(float), y.astype(float), noise_var, prior_var)
    assert_close(got, slow_weights(X, y, noise_var, prior_var))


def test_estimates_maximise_the_posterior(candidate, rng):
    """No mean and no weights near the estimate have a greater posterior."""
    x, noise_var, prior_var = rng.normal(3.0, 2.0, size=12), 1.5, 0.7
    mean = candidate.gaussian_mean_map(x, noise_var, 1.0, prior_var)
    X, y = rng.normal(size=(12, 2)), rng.normal(size=12)
    w = candidate.linear_map(X, y, noise_var, prior_var)

    def of_mean(m):
        return -((x - m) ** 2).sum() / noise_var - (m - 1.0) ** 2 / prior_var

    def of_weights(v):
        return -((y - X @ v) ** 2).sum() / noise_var - (v**2).sum() / prior_var

    for step in rng.normal(scale=0.01, size=(20, 3)):
        assert_that(of_mean(mean) >= of_mean(mean + step[0]), "is beaten by a mean nearby", mean)
        assert_that(of_weights(w) >= of_weights(w + step[:2]), "is beaten by weights nearby", w)


@pytest.mark.fine
def test_bernoulli_map_at_the_ends(candidate):
    """If one posterior parameter is at most 1, the estimate is the end of [0, 1] where the density is greatest."""
    for k, n, a, b in ((0, 3, 0.5, 0.5), (0, 3, 1.0, 1.0), (0, 1, 0.25, 0.25), (0, 0, 0.5, 2.0), (0, 0, 1.0, 1.5)):
        assert_close(candidate.bernoulli_map(k, n, a, b), 0.0)
        assert_close(candidate.bernoulli_map(n - k, n, b, a), 1.0)
    assert_close(candidate.bernoulli_map(0, 0, 3, 2), 2 / 3)


@pytest.mark.fine
def test_bernoulli_map_without_a_mode(candidate):
    """If neither posterior parameter is above 1, there is no single mode: ValueError."""
    for a, b in ((1.0, 1.0), (0.5, 0.5), (1.0, 0.5), (0.5, 1.0), (0.1, 0.9)):
        with assert_raises(ValueError):
            candidate.bernoulli_map(0, 0, a, b)


@pytest.mark.fine
@given(n=st.integers(0, 9), k=st.integers(0, 9), a=QUARTERS, b=QUARTERS)
def test_bernoulli_map_agrees_with_exact_fractions(candidate, n, k, a, b):
    """The estimate is what exact fractions give; it lies in [0, 1], and swapping the outcomes mirrors it."""
    k = min(k, n)
    expected = slow_mode([k + Fraction(a), n - k + Fraction(b)])
    if expected is None:
        with assert_raises(ValueError):
            candidate.bernoulli_map(k, n, a, b)
    else:
        assert_close(candidate.bernoulli_map(k, n, a, b), expected[0])
        assert_close(candidate.bernoulli_map(n - k, n, b, a), expected[1])


@pytest.mark.fine
def test_categorical_map_by_hand(candidate):
    """The estimate adds alpha - 1 to each count, and sums to one."""
    assert_close(candidate.categorical_map(np.array([2, 0, 5]), 3.0), np.array([4, 2, 7]) / 13)
    assert_close(candidate.categorical_map(np.array([2, 0, 6]), 1.0), np.array([0.25, 0.0, 0.75]))
    assert_close(candidate.categorical_map(np.zeros(4), 1.5), np.full(4, 0.25))


@pytest.mark.fine
def test_categorical_map_drops_categories(candidate):
    """Categories whose posterior parameter is at most 1 get probability 0, and the others share the rest."""
    assert_close(candidate.categorical_map(np.array([2, 0, 4, 0]), 0.5), np.array([0.3, 0.0, 0.7, 0.0]))
    assert_close(candidate.categorical_map(np.array([0, 3]), 0.25), np.array([0.0, 1.0]))
    assert_close(candidate.categorical_map(np.array([0.5, 0.75, 2.0]), 0.5), np.array([0.0, 1 / 7, 6 / 7]))
    assert_close(candidate.categorical_map(np.array([1]), 0.5), np.array([1.0]))


@pytest.mark.fine
def test_categorical_map_without_a_mode(candidate):
    """If no posterior parameter is above 1, there is no single mode: ValueError."""
    for counts, alpha in (([0, 0, 0], 1.0), ([0, 0], 0.5), ([0], 0.75), ([0.25, 0.5], 0.5)):
        with assert_raises(ValueError):
            candidate.categorical_map(np.array(counts), alpha)


@pytest.mark.fine
@given(k=st.integers(1, 5), alpha=QUARTERS, seed=SEEDS)
def test_categorical_map_agrees_with_exact_fractions(candidate, k, alpha, seed):
    """The estimate is what exact fractions give; with two categories it is that of bernoulli_map."""
    counts = np.random.default_rng(seed).integers(0, 4, size=k)
    expected = slow_mode([c + Fraction(alpha) for c in counts.tolist()])
    if expected is None:
        with assert_raises(ValueError):
            candidate.categorical_map(counts, alpha)
        return
    got = candidate.categorical_map(counts, alpha)
    assert_close(got, np.array(expected))
    if k == 2:
        assert_close(candidate.bernoulli_map(int(counts[0]), int(counts.sum()), alpha, alpha), got[0])


@pytest.mark.fine
def test_shares_maximise_the_posterior(candidate, rng):
    """No probabilities near the estimate of categorical_map have a greater posterior."""
    p = candidate.categorical_map(np.array([3, 1, 4]), 1.7)

    def of_shares(q):
        return float((np.array([3.7, 1.7, 4.7]) * np.log(q)).sum())

    for step in rng.normal(scale=0.01, size=(20, 3)):
        assert_that(of_shares(p) >= of_shares(p + step - step.mean()), "is beaten by probabilities nearby", p)


@pytest.mark.fine
def test_gaussian_mle_of_one_value(candidate):
    """One value has variance 0."""
    assert_close(candidate.gaussian_mle(np.array([-3.5])), (-3.5, 0.0))


@pytest.mark.fine
def test_gaussian_mle_far_from_zero(candidate):
    """Values near 1e9 keep the digits of their variance."""
    x = np.array([0.0, 1.0, 3.0, -2.0])
    assert_close(candidate.gaussian_mle(x + 1e9), (1e9 + 0.5, 3.25), rtol=1e-6)


@pytest.mark.fine
def test_mean_map_without_values(candidate):
    """Without values the posterior is the prior, whose mode is mu0."""
    for mu0 in (2.5, 0.0, -1e6):
        assert_close(candidate.gaussian_mean_map(np.zeros(0), 2.0, mu0, 0.25), mu0)


@pytest.mark.fine
def test_mean_map_between_extremes(candidate):
    """A vague prior leaves the mean of the data, a sharp one leaves mu0."""
    x = np.array([1, 2, 6], dtype=np.int8)
    assert_close(candidate.gaussian_mean_map(x, 1e-12, 50.0, 1e12), 3.0)
    assert_close(candidate.gaussian_mean_map(x, 1e12, 50, 1e-12), 50.0)
    assert_close(candidate.gaussian_mean_map(x[::2] * 1e9, 1e18, 0.0, 1e18), 7e9 / 3)


@pytest.mark.fine
def test_linear_map_between_extremes(candidate, rng):
    """A vague prior gives least squares, a sharp one zero."""
    X, w = rng.normal(size=(30, 3)), np.array([1.0, -2.0, 30.0])
    assert_close(candidate.linear_map(X, X @ w, 1e-6, 1e6), w)
    assert_close(candidate.linear_map(X, X @ w, 1e6, 1e-6), np.zeros(3), rtol=0.0, atol=1e-6)


@pytest.mark.fine
def test_linear_map_of_few_examples(candidate):
    """More weights than examples, equal columns and no examples at all have an estimate."""
    got = candidate.linear_map(np.array([[1.0, 2.0, 2.0]]), np.array([4.0]), 3.0, 1.0)
    assert_close(got, np.array([4.0, 8.0, 8.0]) / 12)
    got = candidate.linear_map(np.array([[2.0, 2.0], [1.0, 1.0]]), np.array([6.0, 3.0]), 0.5, 1.0)
    assert_close(got, np.full(2, 15 / 10.5))
    assert_close(candidate.linear_map(np.zeros((0, 2)), np.zeros(0), 2.0, 3.0), np.zeros(2))


@pytest.mark.fine
def test_types(candidate):
    """Numbers are Python floats, vectors float64 arrays."""
    got = candidate.gaussian_mle(np.array([1, 2, 6]))
    assert_type(got, tuple)
    numbers = [
        *got,
        candidate.gaussian_mean_map(np.array([1.0, 2.0]), 2.0, -1.0, 4.0),
        candidate.gaussian_mean_map(np.zeros(0), 2.0, 3.0, 4.0),
        candidate.bernoulli_map(3, 10, 2.0, 4.0),
        candidate.bernoulli_map(0, 3, 0.5, 0.5),
        candidate.bernoulli_map(3, 3, 0.5, 0.5),
    ]
    for number in numbers:
        assert_type(number, float)
    assert_dtype(candidate.categorical_map(np.array([2, 0, 5]), 3), "float64")
    assert_dtype(candidate.linear_map(np.array([[1, 0], [1, 2]]), np.array([3, 5]), 2, 1), "float64")
    assert_dtype(candidate.linear_map(np.zeros((0, 2)), np.zeros(0), 2.0, 3.0), "float64")


@pytest.mark.fine
def test_gaussian_mle_dtypes_and_strides(candidate):
    """Narrow dtypes are computed in float64, and strided views are like any other vector."""
    x = np.array([250, 0, 255, 1, 128], dtype=np.uint8)
    assert_close(candidate.gaussian_mle(x[::-2]), (211.0, 10346 / 3))
    x = np.array([60000.0, 59968.0, 60000.0], dtype=np.float16)
    assert_close(candidate.gaussian_mle(x), (179968 / 3, 2048 / 9))
    x = np.array([16777216.0, 1.0, 1.0, 2.0], dtype=np.float32)
    assert_close(candidate.gaussian_mle(x), (4194305.0, float(np.var(x.astype(np.float64)))))


@pytest.mark.fine
def test_mean_map_dtypes_and_strides(candidate):
    """The mean of a vector with a narrow dtype or with strides is computed in float64."""
    for values, dtype in (([2.0**24, 1.0, 1.0, 2.0], np.float32), ([60000.0] * 3, np.float16), ([255, 1], np.uint8)):
        x = np.array(values, dtype=dtype)
        assert_close(candidate.gaussian_mean_map(x, 2.0, 1.0, 0.5), slow_mean(x, 2.0, 1.0, 0.5))
    x = np.array([0.1, 5.0, 0.2, 5.0, 0.4], dtype=np.float32)[::-2]
    assert_close(candidate.gaussian_mean_map(x, 1.0, 0.0, 1.0), slow_mean(x, 1.0, 0.0, 1.0))


@pytest.mark.fine
def test_categorical_map_dtypes_and_strides(candidate):
    """Narrow dtypes do not overflow or lose digits, and strided views are like any other vector."""
    counts = np.array([255, 9, 0, 9, 200], dtype=np.uint8)
    assert_close(candidate.categorical_map(counts[::2], 2), np.array([256, 1, 201]) / 458, check_dtype=True)
    counts = np.array([16777216, 1, 1], dtype=np.float32)
    got = candidate.categorical_map(counts, 1.1)
    assert_close(got, np.array([16777216.1, 1.1, 1.1]) / 16777218.3, check_dtype=True)


@pytest.mark.fine
def test_linear_map_dtypes_and_strides(candidate, rng):
    """Narrow dtypes are computed in float64, and strided or transposed views are like any other matrix."""
    X, y = rng.integers(-100, 100, size=(6, 5)), rng.integers(-100, 100, size=5)
    expected = slow_weights(X.T[::2, 1::2], y[::2], 3.0, 0.5)
    for dtype in (np.int8, np.float32, np.int64, np.float16):
        got = candidate.linear_map(X.astype(dtype).T[::2, 1::2], y.astype(dtype)[::2], 3.0, 0.5)
        assert_close(got, expected, check_dtype=True)


@pytest.mark.fine
def test_wrong_shapes_are_refused(candidate):
    """Anything but the vectors and matrices asked for raises ValueError, and so does the MLE of nothing."""
    with assert_raises(ValueError):
        candidate.gaussian_mle(np.zeros(0))
    for x in NOT_VECTORS:
        with assert_raises(ValueError):
            candidate.gaussian_mle(x)
        with assert_raises(ValueError):
            candidate.gaussian_mean_map(x, 1.0, 0.0, 1.0)
        with assert_raises(ValueError):
            candidate.categorical_map(x, 2.0)
    X, y = np.ones((3, 2)), np.ones(3)
    for rows, targets in ((X, y[:2]), (X, X), (X, y[:, None]), (y, y), (X[None], y), (X, np.ones(1)), (X[:1], y)):
        with assert_raises(ValueError):
            candidate.linear_map(rows, targets, 1.0, 1.0)


@pytest.mark.fine
def test_impossible_numbers_are_refused(candidate):
    """Variances and parameters of priors that are not positive, and impossible counts, raise ValueError."""
    x = np.array([1.0, 2.0])
    for one, other in ((0.0, 1.0), (1.0, 0.0), (-1.0, 1.0), (1.0, -1.0), (-1.0, -1.0)):
        with assert_raises(ValueError):
            candidate.gaussian_mean_map(x, one, 0.0, other)
        with assert_raises(ValueError):
            candidate.linear_map(x[:, None], x, one, other)
        with assert_raises(ValueError):
            candidate.bernoulli_map(4, 9, one, other)
    for alpha in (0.0, -0.5):
        with assert_raises(ValueError):
            candidate.categorical_map(np.array([4, 5]), alpha)
    with assert_raises(ValueError):
        candidate.categorical_map(np.array([4, -1, 2]), 3.0)
    for k, n in ((-1, 3), (4, 3), (1, 0), (0, -1), (-2, -1)):
        with assert_raises(ValueError):
            candidate.bernoulli_map(k, n, 5.0, 5.0)


@pytest.mark.scale
def test_many_examples_are_fast(candidate, reference, rng):
    """1500 examples with 40 features are quick: a system of 40 equations, not one of 1500."""

    def prepare(subject, rng):
        X, y = put(subject, rng.normal(size=(1500, 40))), put(subject, rng.normal(size=1500))
        return lambda: subject.linear_map(X, y, 2.0, 0.5)

    speed(candidate, reference, prepare, rng, limit=30)
