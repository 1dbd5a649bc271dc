"""Hidden tests of FastICA."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_raises, assert_that, memory

SEEDS = st.integers(0, 2**32 - 1)


def mixtures(rng, n, k, d):
    """Independent sources of several shapes, and d mixtures of them with an offset."""
    kinds = [
        rng.uniform(-1.7, 1.7, n),
        rng.laplace(size=n),
        np.sign(np.sin(np.arange(n) / 7.0)),
        rng.exponential(size=n),
    ]
    S = np.column_stack(kinds[:k])
    return S, S @ (rng.normal(size=(k, d)) + 2.0 * np.eye(k, d)) + rng.normal(size=d)


def orthogonal(W):
    """(W W')^(-1/2) W."""
    values, E = np.linalg.eigh(W @ W.T)
    return E / np.sqrt(values) @ E.T @ W


def step(Z, W):
    """One fixed-point step, component by component."""
    rows = [Z.T @ np.tanh(Z @ w) / len(Z) - np.mean(1 - np.tanh(Z @ w) ** 2) * w for w in W]
    return orthogonal(np.array(rows))


def match(S, got):
    """The least correlation of a source with the component that fits it best."""
    k = S.shape[1]
    return float(np.abs(np.corrcoef(S.T, np.asarray(got).T)[:k, k:]).max(axis=1).min())


def aligned(got, expected):
    """The components found, in the order and with the signs of the expected ones, which are free."""
    if np.shape(got) != expected.shape:
        return got
    fit = expected.T @ np.asarray(got)
    nearest = np.abs(fit).argmax(axis=1)
    return np.asarray(got)[:, nearest] * np.sign(fit[np.arange(len(fit)), nearest])


def check_sources(got, expected):
    """Compare sources up to order and sign."""
    assert_close(aligned(got, expected), expected, rtol=1e-4, atol=1e-4)


def test_white_by_hand(candidate):
    """Two directions of variance 9 and 4 are divided by 3 and 2, up to sign, greatest variance first."""
    # 3 times (0.6, 0.8) and 2 times (-0.8, 0.6), with both signs each.
    X = np.array([[0.2, 3.6], [3.4, 1.2], [-3.4, -1.2], [-0.2, -3.6]]) + [5.0, 7.0]
    Z, K, mean = candidate.whiten(X, 2)
    assert_close(mean, np.array([5.0, 7.0]))
    assert_close(np.abs(K), np.array([[0.2, 0.8 / 3], [0.4, 0.3]]))
    assert_close(np.abs(Z), np.ones((4, 2)))


@given(n=st.integers(6, 30), d=st.integers(1, 4), seed=SEEDS)
def test_white_means_identity_covariance(candidate, n, d, seed):
    """The covariance of Z is the identity, dividing by n, and Z is the centred samples times K."""
    rng = np.random.default_rng(seed)
    X, k = rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + 5.0, int(rng.integers(1, d + 1))
    Z, K, mean = (np.asarray(part) for part in candidate.whiten(X, k))
    assert_close(mean, X.mean(axis=0))
    assert_close(Z.T @ Z / n, np.eye(k), rtol=1e-5, atol=1e-5)
    assert_close((X - mean) @ K.T, Z, rtol=1e-5, atol=1e-5)


def test_leading_directions_are_kept(candidate, rng):
    """With k below d, the directions of greatest variance are kept."""
    X = rng.normal(size=(200, 3)) * [1.0, 20.0, 5.0]
    K = np.asarray(candidate.whiten(X, 2)[1])
    assert_close(K[:, 0], np.zeros(2), rtol=0.0, atol=0.03)
    assert_that(abs(K[0, 1]) < abs(K[1, 2]), "does not have the direction of greatest variance first")


@pytest.mark.parametrize("k", [2, 3, 4])
def test_sources_are_found(candidate, rng, k):
    """Each source is one of the components, up to sign and scale."""
    S, X = mixtures(rng, 2000, k, k)
    for _ in range(2):  # from one start in some thousand the iteration ends elsewhere, whoever wrote it
        sources = candidate.fastica(X, k, orthogonal(rng.normal(size=(k, k))), 200, 1e-6)[0]
        if match(S, sources) > 0.95:
            return
    assert_that(False, f"has a source with correlation {match(S, sources):.3f} only")


def test_more_microphones_than_sources(candidate, rng):
    """Two sources in four mixtures with a little noise are found in the two leading directions."""
    S, X = mixtures(rng, 2000, 2, 4)
    sources, unmixing = candidate.fastica(X + 0.01 * rng.normal(size=X.shape), 2, np.eye(2), 200, 1e-6)
    assert_that(match(S, sources) > 0.95, f"has a source with correlation {match(S, sources):.3f} only")
    assert_close(np.shape(unmixing), (2, 4))


@given(k=st.integers(1, 3), seed=SEEDS)
def test_sources_are_white_and_unmixed(candidate, k, seed):
    """Sources are uncorrelated with variance 1, and are the centred samples times the unmixing matrix."""
    rng = np.random.default_rng(seed)
    _, X = mixtures(rng, 60, k, 3)
    X = X + 0.1 * rng.normal(size=X.shape)
    sources, unmixing = (
        np.asarray(part) for part in candidate.fastica(X, k, orthogonal(rng.normal(size=(k, k))), 7, 1e-9)
    )
    assert_close(sources.T @ sources / 60, np.eye(k), rtol=1e-5, atol=1e-5)
    assert_close((X - X.mean(axis=0)) @ unmixing.T, sources, rtol=1e-5, atol=1e-5)


@given(k=st.integers(2, 4), steps=st.integers(1, 3), seed=SEEDS)
def test_steps_follow_the_definition(candidate, k, steps, seed):
    """After one, two or three steps from any start, W is that of the formula."""
    rng = np.random.default_rng(seed)
    _, X = mixtures(rng, 80, k, k)
    W0 = orthogonal(rng.normal(size=(k, k))) + 0.3 * rng.normal(size=(k, k)) * (seed % 2)
    if np.linalg.cond(W0) > 30:
        return
    Z, W = np.asarray(candidate.whiten(X, k)[0]), orthogonal(W0)
    for _ in range(steps):
        W = step(Z, W)
    check_sources(candidate.fastica(X, k, W0, steps, 0.0)[0], Z @ W.T)


def test_tolerance(candidate, rng):
    """It stops as soon as no component turns by more than tol, with the newest W."""
    _, X = mixtures(rng, 300, 3, 3)
    W0 = np.eye(3)
    Z, W, tol = np.asarray(candidate.whiten(X, 3)[0]), W0, None
    check_sources(candidate.fastica(X, 3, W0, 50, 10.0)[0], Z @ step(Z, W0).T)
    # After the first step, one component has turned by less than this, another by more.
    for _ in range(100):  # white samples need a few steps; what is not white may never settle
        old, W = W, step(Z, W)
        turns = np.abs(np.abs((old * W).sum(axis=1)) - 1)
        tol = tol or float(np.sqrt(turns.min() * turns.max()))
        if turns.max() <= tol:
            break
    check_sources(candidate.fastica(X, 3, W0, 500, tol)[0], Z @ W.T)


@pytest.mark.fine
def test_no_steps(candidate, rng):
    """Without steps, the sources are the white samples in the rotation that is nearest to W0."""
    _, X = mixtures(rng, 50, 3, 3)
    W0 = rng.normal(size=(3, 3)) + 3 * np.eye(3)
    Z, K, _ = (np.asarray(part) for part in candidate.whiten(X, 3))
    sources, unmixing = candidate.fastica(X, 3, W0, 0, 1e-6)
    assert_close(sources, Z @ orthogonal(W0).T)
    assert_close(unmixing, orthogonal(W0) @ K)


@pytest.mark.fine
def test_small_directions_are_white(candidate, rng):
    """A direction with 1e-10 of the greatest deviation comes out white."""
    X = rng.normal(size=(40, 2)) @ np.diag([1.0, 1e-10]) @ np.array([[0.6, 0.8], [-0.8, 0.6]])
    Z = np.asarray(candidate.whiten(X, 2)[0])
    assert_close(Z.T @ Z / 40, np.eye(2), rtol=1e-4, atol=1e-4)


@pytest.mark.fine
def test_dtypes(candidate, rng):
    """Narrow integers and float32 are computed in float64."""
    X = rng.integers(-100, 100, (50, 3))
    expected = np.asarray(candidate.whiten(X.astype(np.float64), 2)[1])
    for dtype in (np.int8, np.float32):
        Z, K, mean = candidate.whiten(X.astype(dtype), 2)
        assert_close(K, expected, rtol=1e-9, atol=1e-12)
        for part in (Z, K, mean, *candidate.fastica(X.astype(dtype), 2, np.eye(2), 3, 1e-9)):
            assert_dtype(part, np.float64)


@pytest.mark.fine
def test_invalid_input_raises(candidate, rng):
    """A vector, a k that is out of range or above the rank, and a W0 of another shape raise ValueError."""
    X = rng.normal(size=(10, 3))
    flat = np.column_stack([X[:, :2], X[:, 0] + X[:, 1] + 1.0])
    for rows, k in ((X[:, 0], 1), (X, 0), (X, 4), (flat, 3), (X[:3], 3), (np.ones((4, 2)), 1), (X[None], 1)):
        with assert_raises(ValueError):
            candidate.whiten(rows, k)
        with assert_raises(ValueError):
            candidate.fastica(rows, k, np.eye(k), 5, 1e-6)
    for W0 in (np.eye(3), np.eye(2)[:1], np.ones(2)):
        with assert_raises(ValueError):
            candidate.fastica(X, 2, W0, 5, 1e-6)


@pytest.mark.scale
def test_memory(candidate, reference, rng):
    """2500 samples are whitened without a matrix of 2500 x 2500."""

    def prepare(subject, rng):
        X = rng.normal(size=(2500, 3))
        return lambda: np.abs(subject.whiten(X, 2)[1])

    memory(candidate, reference, prepare, rng, limit=4.0)
