"""Hidden tests of the Gaussian mixture."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_raises,
    assert_shape,
    assert_that,
    assert_type,
    put,
    speed,
)

SEEDS = st.integers(0, 2**32 - 1)
LINE = np.array([[0.0], [1.0], [9.0], [10.0]])
START = np.array([0.5, 0.5]), np.array([[1.0], [8.0]]), np.ones((2, 1, 1))


def density(x, mean, cov):
    """Log-density of one point, by inverse and determinant."""
    away = x - mean
    return -0.5 * (
        len(x) * math.log(2 * math.pi) + math.log(np.linalg.det(cov)) + float(away @ np.linalg.inv(cov) @ away)
    )


def shares(x, weights, means, covs):
    """Responsibilities and log-likelihood of one point."""
    joint = [
        (math.log(w) if w > 0 else -math.inf) + density(x, m, c) for w, m, c in zip(weights, means, covs, strict=True)
    ]
    top = max(joint)
    total = top + math.log(math.fsum(math.exp(v - top) for v in joint))
    return [math.exp(v - total) for v in joint], total


def em(X, weights, means, covs, iterations, reg):
    """EM point by point, with a fixed number of iterations."""
    n, d, history = len(X), X.shape[1], []
    for _ in range(iterations):
        rows = [shares(x, weights, means, covs) for x in X]
        history.append(math.fsum(total for _, total in rows) / n)
        old, weights, means, covs = (means, covs), [], [], []
        for j, r in enumerate(zip(*(row for row, _ in rows), strict=True)):
            mass = math.fsum(r)
            if mass < 1e-10:
                weights.append(0.0)
                means.append(old[0][j])
                covs.append(old[1][j])
                continue
            mean = sum(v * x for v, x in zip(r, X, strict=True)) / mass
            spread = sum(v * np.outer(x - mean, x - mean) for v, x in zip(r, X, strict=True)) / mass
            weights.append(mass / n)
            means.append(mean)
            covs.append(spread + reg * np.eye(d))
    return np.array(weights), np.array(means), np.array(covs), history


def draw(rng, k, d):
    """Weights, means and covariances."""
    factors = rng.normal(size=(k, d, d))
    return (
        rng.dirichlet(np.full(k, 3.0)),
        2.0 * rng.normal(size=(k, d)),
        factors @ factors.transpose(0, 2, 1) + 0.3 * np.eye(d),
    )


def assert_two_spheres(candidate, d):
    """Check densities and responsibilities of two equal spheres in d dimensions, for small and large variances."""
    for variance in (1e-3, 1.0, 1e3):
        X, cov = np.full((2, d), 3.0), variance * np.eye(d)
        X[1] = 0.0
        expected = -0.5 * d * (math.log(2 * math.pi * variance) + np.array([9.0, 0.0]) / variance)
        assert_close(candidate.log_gaussian(X, np.zeros(d), cov), expected)
        means = np.zeros((2, d))
        means[1] = 3.0
        got = candidate.responsibilities(X, np.array([0.5, 0.5]), means, np.stack([cov, cov]))
        odds = math.exp(-4.5 * d / variance)
        assert_close(got, np.array([[odds, 1.0], [1.0, odds]]) / (1.0 + odds))


def test_density_by_hand(candidate):
    """The log-density has a quadratic form, a determinant and d times log 2 pi."""
    got = candidate.log_gaussian(np.array([[1.0], [5.0]]), np.array([1.0]), np.array([[4.0]]))
    assert_close(got, np.array([0.0, -2.0]) - math.log(2.0) - 0.5 * math.log(2 * math.pi))
    # The covariance has determinant 3 and the inverse (2, -1; -1, 2) / 3.
    cov = np.array([[2.0, 1.0], [1.0, 2.0]])
    got = candidate.log_gaussian(np.array([[1.0, 2.0], [0.0, 0.0], [1.0, -1.0]]), np.array([0.0, 0.0]), cov)
    assert_close(got, -np.array([1.0, 0.0, 1.0]) - 0.5 * math.log(3) - math.log(2 * math.pi))


@given(n=st.integers(1, 4), d=st.integers(1, 3), k=st.integers(1, 3), seed=SEEDS)
def test_responsibilities_follow_the_definition(candidate, n, d, k, seed):
    """On random points, densities and responsibilities are those of a computation point by point."""
    rng = np.random.default_rng(seed)
    X, (weights, means, covs) = 2.0 * rng.normal(size=(n, d)), draw(rng, k, d)
    for mean, cov in zip(means, covs, strict=True):
        assert_close(candidate.log_gaussian(X, mean, cov), np.array([density(x, mean, cov) for x in X]))
    expected = np.array([shares(x, weights, means, covs)[0] for x in X])
    assert_close(candidate.responsibilities(X, weights, means, covs), expected)


def test_weights_count(candidate):
    """Midway between two equal components the responsibilities are the weights."""
    means, covs = np.array([[0.0], [2.0]]), np.ones((2, 1, 1))
    for weights in ([0.75, 0.25], [0.1, 0.9]):
        got = candidate.responsibilities(np.array([[1.0]]), np.array(weights), means, covs)
        assert_close(got, np.array([weights]))
    got = candidate.responsibilities(np.array([[0.0]]), np.array([0.5, 0.5]), means, covs)
    assert_close(got, np.array([[1.0, math.exp(-2)]]) / (1.0 + math.exp(-2)))


def test_many_dimensions(candidate):
    """In 50 dimensions densities and responsibilities are finite and right, and so is a step of EM."""
    assert_two_spheres(candidate, 50)
    X = np.vstack([np.zeros((3, 50)), np.eye(50) * 5, -np.eye(50) * 5])
    weights, means, covs, history = candidate.em_gmm(X, np.ones(1), X[:1] + 1.0, np.eye(50)[None], 2, -math.inf, 1e-3)
    assert_close(covs[0], np.eye(50) * (50 / 103 + 1e-3), rtol=1e-6, atol=1e-6)
    assert_that(all(math.isfinite(value) for value in history), f"has the history {list(map(float, history))}")


def test_far_points(candidate):
    """Points whose densities all underflow belong to the component that explains them best."""
    means, covs = np.array([[0.0], [2.0]]), np.ones((2, 1, 1))
    got = candidate.responsibilities(np.array([[1e4], [-1e4], [1e6]]), np.array([0.5, 0.5]), means, covs)
    assert_close(got, np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]))
    history = candidate.em_gmm(np.array([[1e4], [-1e4]]), np.full(2, 0.5), means, covs, 1)[3]
    nearest = (9998.0**2 + 1e8) / 4
    assert_close(history, [-nearest - math.log(2) - 0.5 * math.log(2 * math.pi)])


def test_one_component(candidate):
    """One component is after one step at mean and covariance of the data, divided by n, around the new mean."""
    X = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 4.0], [2.0, 8.0]])
    for reg in (0.0, 0.5):
        got = candidate.em_gmm(X, np.ones(1), np.array([[100.0, -50.0]]), 9.0 * np.eye(2)[None], 1, reg=reg)
        assert_close(got[0], np.ones(1))
        assert_close(got[1], np.array([[1.0, 3.0]]))
        assert_close(got[2], np.array([[[1.0 + reg, 1.0], [1.0, 11.0 + reg]]]))


@given(k=st.integers(1, 3), d=st.integers(1, 2), iterations=st.integers(1, 3), seed=SEEDS)
def test_em_follows_the_definition(candidate, k, d, iterations, seed):
    """On random points and parameters, a few iterations are those of EM point by point."""
    rng = np.random.default_rng(seed)
    X, start, reg = 2.0 * rng.normal(size=(12, d)), draw(rng, k, d), float(rng.choice([0.1, 0.5]))
    got = candidate.em_gmm(X, *start, iterations, -math.inf, reg)
    for value, expected in zip(got, em(X, *start, iterations, reg), strict=True):
        assert_close(value, expected, rtol=1e-6, atol=1e-9)


def test_history(candidate):
    """The history has the mean log-likelihood of the parameters before each M-step, and never falls."""
    weights, means, covs, history = candidate.em_gmm(LINE, *START, reg=0.0)
    # At the start each point is 1 or 0 or 1 or 2 away from the nearest mean, and the other one hardly matters.
    first = -(1 + 0 + 1 + 4) / 8 - 0.5 * math.log(2 * math.pi) - math.log(2)
    later = -0.5 - 0.5 * math.log(2 * math.pi * 0.25) - math.log(2)
    assert_that(2 <= len(history) <= 10, f"has a history of {len(history)} entries")
    assert_close(history, [first] + [later] * (len(history) - 1), rtol=1e-6, atol=1e-6)
    assert_close(means, np.array([[0.5], [9.5]]), rtol=1e-6, atol=1e-6)
    assert_close(covs, np.full((2, 1, 1), 0.25), rtol=1e-6, atol=1e-6)


def test_likelihood_never_falls(candidate, rng):
    """On two overlapping groups, each of 12 iterations raises the log-likelihood, and a large tol ends the search early."""
    X = np.vstack([rng.normal(size=(30, 2)), rng.normal(size=(30, 2)) + 2.5])
    start = np.full(2, 0.5), np.array([[0.0, 1.0], [1.0, 0.0]]), np.stack([np.eye(2)] * 2)
    history = candidate.em_gmm(X, *start, 12, -math.inf, 0.0)[3]
    assert_equal(len(history), 12)
    assert_that(bool(np.all(np.diff(history) > -1e-9)), f"lets the log-likelihood fall: {list(map(float, history))}")
    assert_equal(len(candidate.em_gmm(X, *start, 12, math.inf, 0.0)[3]), 2)


@pytest.mark.fine
def test_stopping_rule(candidate, rng):
    """An iteration whose log-likelihood exceeds the one before by less than tol is the last, as is number max_iter."""
    X = np.vstack([rng.normal(size=(30, 2)), rng.normal(size=(30, 2)) + 2.5])
    start = np.full(2, 0.5), np.array([[0.0, 1.0], [1.0, 0.0]]), np.stack([np.eye(2)] * 2)
    weights, means, covs, history = candidate.em_gmm(X, *start, 12, -math.inf, 0.0)
    assert_equal(len(history), 12)
    gains = np.diff(history)
    assert_that(bool(np.all(gains > -1e-9)), f"lets the log-likelihood fall by {-gains.min()}")
    ordered = np.sort(gains)
    for tol in (float(ordered[5:7].mean()), float(ordered[9:].mean()), math.inf):
        expected = int(np.flatnonzero(gains < tol)[0]) + 2
        short = candidate.em_gmm(X, *start, 12, tol, 0.0)
        assert_equal(len(short[3]), expected)
        assert_close(short[3], history[:expected])
        again = candidate.em_gmm(X, *start, expected, -math.inf, 0.0)
        for value, wanted in zip(short, again, strict=True):
            assert_close(value, wanted)


@pytest.mark.fine
def test_falling_likelihood_stops(candidate):
    """A log-likelihood that falls, as it may with reg, ends EM."""
    means, covs = np.array([[0.5], [9.5]]), np.full((2, 1, 1), 0.25)
    history = candidate.em_gmm(LINE, np.full(2, 0.5), means, covs, 6, reg=2.0)[3]
    assert_equal(len(history), 2)


@pytest.mark.fine
def test_default_limits(candidate, rng):
    """By default there are at most 100 iterations, tol is 1e-6 and reg is 1e-6."""
    X = np.vstack([rng.normal(size=(30, 2)), rng.normal(size=(30, 2)) + 4.0])
    start = np.full(2, 0.5), np.array([[0.0, 1.0], [1.0, 0.0]]), np.stack([np.eye(2)] * 2)
    history = candidate.em_gmm(X, *start, tol=-math.inf)[3]
    assert_equal(len(history), 100)
    below = np.flatnonzero(np.diff(history) < 1e-6)
    assert_equal(len(candidate.em_gmm(X, *start)[3]), int(below[0]) + 2 if len(below) else 100)
    X = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 4.0], [2.0, 8.0]])
    default = candidate.em_gmm(X, np.ones(1), np.array([[100.0, -50.0]]), 9.0 * np.eye(2)[None])
    assert_close(default[2], np.array([[[1.0 + 1e-6, 1.0], [1.0, 11.0 + 1e-6]]]), rtol=1e-9)
    assert_equal(len(default[3]), 3)


@pytest.mark.fine
def test_no_iterations(candidate):
    """Without iterations the parameters come back as they were, in float64, with an empty history."""
    weights, means, covs, history = candidate.em_gmm(
        LINE, START[0], START[1].astype(int), START[2].astype(np.float32), 0
    )
    for got, expected in zip((weights, means, covs), START, strict=True):
        assert_close(got, expected, check_dtype=True)
    assert_equal(history, [])


@pytest.mark.fine
def test_weight_of_zero(candidate):
    """A component of weight zero takes nothing, and that raises no warning."""
    means, covs = np.array([[0.0], [2.0]]), np.ones((2, 1, 1))
    for weights in ([1.0, 0.0], [0.0, 1.0]):
        got = candidate.responsibilities(np.array([[1.0], [1e3]]), np.array(weights), means, covs)
        assert_close(got, np.array([weights] * 2))


@pytest.mark.fine
def test_component_without_mass(candidate):
    """A component that no point belongs to keeps mean and covariance, without reg, and its weight becomes zero."""
    weights, means = np.array([0.3, 0.3, 0.4]), np.array([[0.5], [1000.0], [9.5]])
    covs = np.array([[[1.0]], [[2.0]], [[1.0]]])
    for max_iter in (1, 3):
        got = candidate.em_gmm(LINE, weights, means, covs, max_iter, -math.inf, 0.25)
        assert_close(got[0], np.array([0.5, 0.0, 0.5]), rtol=1e-12, atol=1e-15)
        assert_close(got[1], np.array([[0.5], [1000.0], [9.5]]), atol=1e-6)
        assert_close(got[2], np.array([[[0.5]], [[2.0]], [[0.5]]]), atol=1e-6)
    # Mass of about 1e-8 and 1e-12: the limit is 1e-10.
    for weight, alive in ((2.5e-9, True), (2.5e-13, False)):
        got = candidate.em_gmm(LINE, np.array([1.0 - weight, weight]), np.full((2, 1), 5.0), np.full((2, 1, 1), 9.0), 1)
        assert_close(float(got[0][1]), weight if alive else 0.0, rtol=1e-6, atol=0.0)
        assert_close(float(got[2][1, 0, 0]), 20.5 + 1e-6 if alive else 9.0)


@pytest.mark.fine
def test_determinants_of_any_size(candidate):
    """In 400 dimensions, with determinants from 1e-1200 to 1e1200, densities are finite and right."""
    assert_two_spheres(candidate, 400)


@pytest.mark.fine
def test_data_far_from_the_origin(candidate, rng):
    """An offset of a million moves the means and nothing else."""
    X = np.vstack([rng.normal(size=(20, 2)), rng.normal(size=(20, 2)) + 6.0])
    start = np.full(2, 0.5), np.array([[1.0, 1.0], [5.0, 5.0]]), np.stack([np.eye(2)] * 2)
    near = candidate.em_gmm(X, *start, 4, -math.inf)
    far = candidate.em_gmm(X + 1e6, start[0], start[1] + 1e6, start[2], 4, -math.inf)
    assert_close(far[1] - 1e6, near[1], atol=1e-6)
    for i in (0, 2, 3):
        assert_close(far[i], near[i], rtol=1e-5, atol=1e-6)


@pytest.mark.fine
def test_types_of_the_results(candidate):
    """Arrays are float64, and the history is a list of Python floats."""
    assert_dtype(candidate.log_gaussian(LINE, START[1][0], START[2][0]), np.float64)
    assert_dtype(candidate.responsibilities(LINE, *START), np.float64)
    *arrays, history = candidate.em_gmm(LINE, *START)
    for array in arrays:
        assert_dtype(array, np.float64)
    assert_type(history, list)
    for value in history:
        assert_type(value, float)
    assert_equal(len(history), 3)


@pytest.mark.fine
def test_dtypes_and_strides(candidate, rng):
    """Narrow integers, float32 and views with strides are computed in float64."""
    X = rng.integers(0, 200, size=(2, 20)).astype(np.uint8).T[::2]
    mean, cov = np.array([190, 201], dtype=np.uint8), np.array([[90, 11], [11, 70]], dtype=np.int16)
    expected = np.array([density(x, mean.astype(float), cov.astype(float)) for x in X.astype(float)])
    assert_close(candidate.log_gaussian(X, mean, cov), expected, check_dtype=True)
    single = (X / 70).astype(np.float32)
    weights, means, covs = draw(rng, 2, 2)
    start = weights.astype(np.float32), means.astype(np.float32), covs.astype(np.float32)
    wide = tuple(value.astype(np.float64) for value in start)
    got = candidate.responsibilities(single, *start)
    expected = np.array([shares(x, *wide)[0] for x in single.astype(np.float64)])
    assert_close(got, expected, rtol=1e-9, atol=1e-10, check_dtype=True)
    for share in (0.05, 0.1, 0.3):
        weights = np.array([share, 1.0 - share], dtype=np.float32)
        got = candidate.responsibilities(np.array([[1.0]]), weights, np.array([[0.0], [2.0]]), np.ones((2, 1, 1)))
        exact = weights.astype(np.float64)
        assert_close(got, exact[None] / exact.sum(), rtol=1e-11, atol=0.0)
    got = candidate.em_gmm(single, *start, 2, -math.inf, 0.5)
    expected = em(single.astype(np.float64), *wide, 2, 0.5)
    for value, wanted in zip(got[:3], expected[:3], strict=True):
        assert_close(value, wanted, rtol=1e-8, atol=1e-9, check_dtype=True)


@pytest.mark.fine
def test_no_points(candidate):
    """Without points there are no densities and no responsibilities, and EM raises ValueError."""
    assert_shape(candidate.log_gaussian(LINE[:0], START[1][0], START[2][0]), (0,))
    assert_shape(candidate.responsibilities(LINE[:0], *START), (0, 2))
    with assert_raises(ValueError):
        candidate.em_gmm(LINE[:0], *START)


@pytest.mark.fine
def test_invalid_covariances_raise(candidate):
    """A covariance that is not positive definite raises ValueError in every function."""
    X = np.array([[0.0, 1.0], [1.0, 0.0], [3.0, 3.0]])
    for cov in (np.array([[1.0, 2.0], [2.0, 1.0]]), -np.eye(2), np.zeros((2, 2)), np.diag([1.0, 0.0])):
        with assert_raises(ValueError):
            candidate.log_gaussian(X, np.zeros(2), cov)
        covs = np.stack([np.eye(2), cov])
        with assert_raises(ValueError):
            candidate.responsibilities(X, np.full(2, 0.5), X[:2], covs)
        with assert_raises(ValueError):
            candidate.em_gmm(X, np.full(2, 0.5), X[:2], covs)


@pytest.mark.fine
def test_invalid_shapes_and_limits_raise(candidate):
    """Shapes that do not fit and negative limits raise ValueError."""
    X, cov = np.array([[0.0, 1.0], [1.0, 0.0], [3.0, 3.0]]), np.eye(2)
    for arguments in (
        (X[:, 0], X[0], cov),
        (X[0], X[0], cov),
        (X, X[0], cov[None]),
        (X, X[0, :1], cov),
        (X, X[:1], cov),
        (X, X[0], np.eye(3)),
        (X, X[0], cov[0]),
    ):
        with assert_raises(ValueError):
            candidate.log_gaussian(*arguments)
    weights, means, covs = np.full(2, 0.5), X[:2], np.stack([cov, cov])
    for start in (
        (weights[:1], means, covs),
        (weights[:, None], means, covs),
        (np.full(3, 1 / 3), means, covs),
        (weights, X, covs),
        (weights, means, covs[:1]),
        (weights, means, cov),
        (weights, means[:, :1], covs),
        (weights, means[:, 0], covs),
    ):
        with assert_raises(ValueError):
            candidate.responsibilities(X, *start)
        with assert_raises(ValueError):
            candidate.em_gmm(X, *start)
    for limits in ({"max_iter": -1}, {"reg": -1e-9, "max_iter": 1}):
        with assert_raises(ValueError):
            candidate.em_gmm(X, weights, means, covs, **limits)


@pytest.mark.scale
def test_speed_of_em(candidate, reference, rng):
    """Three iterations on 3000 points work with arrays, not point by point."""

    def prepare(subject, rng):
        X = put(subject, rng.normal(size=(3000, 4)))
        start = np.full(3, 1 / 3), rng.normal(size=(3, 4)), np.stack([np.eye(4)] * 3)
        return lambda: subject.em_gmm(X, *start, 3, -math.inf)

    speed(candidate, reference, prepare, rng, limit=20.0)
