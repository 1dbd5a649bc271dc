"""Hidden tests of the truncated SVD."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_raises, assert_that, speed

SEEDS = st.integers(0, 2**32 - 1)


def with_values(rng, m, n, values):
    """A matrix with these singular values and random vectors."""
    r = len(values)
    U, V = np.linalg.qr(rng.normal(size=(m, r)))[0], np.linalg.qr(rng.normal(size=(n, r)))[0]
    return U * values @ V.T, U, V.T


def same_triplets(got, U, s, Vt, **tolerance):
    """Compare triplets, each with whichever sign fits."""
    signs = np.sign((np.asarray(got[2]) * Vt).sum(axis=1)) if np.shape(got[2]) == Vt.shape else 1.0
    assert_close(got[1], s, **tolerance)
    assert_close(np.asarray(got[2]).T * signs, Vt.T, **tolerance)
    assert_close(np.asarray(got[0]) * signs, U, **tolerance)


def test_one_product_by_hand(candidate):
    """Without iterations, the block is A omega, and the value is that of A in this direction."""
    A, omega = np.array([[3.0, 0.0], [0.0, 2.0], [0.0, 0.0]]), np.array([[1.0], [1.0]])
    U, s, Vt = candidate.truncated_svd(A, 1, omega, 0)
    assert_close(s, np.sqrt([(81 + 16) / 13]))
    assert_close(np.abs(U), np.array([[3.0], [2.0], [0.0]]) / np.sqrt(13))
    assert_close(np.abs(Vt), np.array([[9.0, 4.0]]) / np.sqrt(97))


@given(m=st.integers(3, 8), n=st.integers(3, 8), q=st.integers(0, 2), p=st.integers(0, 2), seed=SEEDS)
def test_few_iterations_follow_the_definition(candidate, m, n, q, p, seed):
    """After q iterations the triplets are those of A in the span of (A A')^q A omega, extra columns included."""
    rng = np.random.default_rng(seed)
    k = int(rng.integers(1, min(m, n) - 1))
    A, omega = rng.normal(size=(m, n)), rng.normal(size=(n, min(k + p, m, n)))
    Q = np.linalg.svd(np.linalg.matrix_power(A @ A.T, q) @ A @ omega, full_matrices=False)[0]
    U, s, Vt = np.linalg.svd(Q @ (Q.T @ A))
    if np.any(-np.diff(np.append(s, 0.0))[:k] < 0.05) or np.linalg.cond(A @ omega) > 30:
        return
    same_triplets(candidate.truncated_svd(A, k, omega, q), U[:, :k], s[:k], Vt[:k], rtol=1e-5, atol=1e-6)


@given(m=st.integers(4, 9), n=st.integers(4, 9), seed=SEEDS)
def test_iterations_converge(candidate, m, n, seed):
    """With values 5, 3 and 1, forty iterations give the exact triplets of tall and of wide matrices."""
    rng = np.random.default_rng(seed)
    A, U, Vt = with_values(rng, m, n, np.array([5.0, 3.0, 1.0, 0.2]))
    got = candidate.truncated_svd(A, 3, rng.normal(size=(n, 4)), 40)
    same_triplets(got, U[:, :3], np.array([5.0, 3.0, 1.0]), Vt[:3], rtol=1e-6, atol=1e-6)


def test_vectors_are_orthonormal(candidate, rng):
    """Columns of U and rows of Vt are orthonormal, also before the iteration has converged."""
    A, omega = rng.normal(size=(30, 20)), rng.normal(size=(20, 8))
    for q in (0, 1, 10):
        U, s, Vt = (np.asarray(part) for part in candidate.truncated_svd(A, 5, omega, q))
        assert_close(U.T @ U, np.eye(5))
        assert_close(Vt @ Vt.T, np.eye(5))
        assert_that(np.all(np.diff(s) < 0), "has values that do not descend")


def test_small_values_survive(candidate, rng):
    """Values of 1, 1e-3, 1e-6 and 1e-9 are all found, after many iterations too."""
    values = np.array([1.0, 1e-3, 1e-6, 1e-9])
    A, _, _ = with_values(rng, 40, 30, values)
    for q in (1, 10):
        s = np.asarray(candidate.truncated_svd(A, 4, rng.normal(size=(30, 5)), q)[1])
        assert_close(s / values, np.ones(4), rtol=1e-4, atol=0.0)


def test_rank_two_by_hand(candidate):
    """The best matrix of rank 2 keeps the two greatest values."""
    A = np.diag([1.0, 7.0, 3.0])
    assert_close(candidate.best_rank_k(A, 2, np.eye(3)), np.diag([0.0, 7.0, 3.0]), rtol=1e-6, atol=1e-6)


def test_error_is_that_of_the_values_left_out(candidate, rng):
    """The approximation misses A by the root of the sum of squares of the values left out."""
    A, _, _ = with_values(rng, 25, 18, np.array([9.0, 6.0, 4.0, 0.3, 0.2, 0.1]))
    for k, tail in ((1, [6.0, 4.0, 0.3, 0.2, 0.1]), (3, [0.3, 0.2, 0.1])):
        error = np.linalg.norm(A - candidate.best_rank_k(A, k, rng.normal(size=(18, k + 3))))
        assert_close(error, np.linalg.norm(tail), rtol=1e-4)


@pytest.mark.fine
def test_signs(candidate, rng):
    """The entry of greatest magnitude in each right vector is positive, and the left vectors follow."""
    A = rng.normal(size=(12, 9))
    for _ in range(4):
        U, s, Vt = (np.asarray(part) for part in candidate.truncated_svd(A, 6, rng.normal(size=(9, 9))))
        assert_that(np.all(Vt[np.arange(6), np.abs(Vt).argmax(axis=1)] > 0), "has a right vector of the other sign")
        assert_close(A @ Vt.T, U * s, rtol=1e-6, atol=1e-8)


@pytest.mark.fine
def test_low_rank(candidate, rng):
    """Where A has a rank below k, the last values are 0 and the vectors are still orthonormal."""
    for A in (with_values(rng, 9, 7, np.array([2.0, 1.0]))[0], np.zeros((9, 7))):
        U, s, Vt = (np.asarray(part) for part in candidate.truncated_svd(A, 4, rng.normal(size=(7, 5))))
        assert_close(s, np.array([2.0, 1.0, 0.0, 0.0]) * (A.any()), rtol=1e-6, atol=1e-9)
        assert_close(U.T @ U, np.eye(4))
        assert_close(Vt @ Vt.T, np.eye(4))


@pytest.mark.fine
def test_wide_blocks_and_all_values(candidate, rng):
    """With a block wider than A has rows or columns, all values are exact at once."""
    for m, n in ((3, 5), (5, 3), (1, 4), (4, 1)):
        A, k = rng.normal(size=(m, n)), min(m, n)
        got = candidate.truncated_svd(A, k, rng.normal(size=(n, 7)), 0)
        assert_close(got[1], np.linalg.svd(A)[1], rtol=1e-9)
        assert_close(np.asarray(got[0]) * got[1] @ got[2], A, rtol=1e-9)


@pytest.mark.fine
def test_default_number_of_iterations(candidate, rng):
    """Without n_iter there are ten iterations, in both functions."""
    A, omega = rng.normal(size=(20, 20)), rng.normal(size=(20, 3))
    U, s, Vt = (np.asarray(part) for part in candidate.truncated_svd(A, 2, omega, 10))
    assert_close(candidate.truncated_svd(A, 2, omega)[1], s, rtol=1e-12)
    assert_close(candidate.best_rank_k(A, 2, omega), U * s @ Vt, rtol=1e-9, atol=1e-12)


@pytest.mark.fine
def test_dtypes(candidate, rng):
    """Integers and float32 are computed in float64."""
    A, omega = rng.integers(-99, 99, (8, 6)), rng.normal(size=(6, 4))
    expected = np.asarray(candidate.truncated_svd(A.astype(float), 3, omega)[1])
    for dtype in (np.int8, np.float32):
        parts = candidate.truncated_svd(A.astype(dtype), 3, omega)
        assert_close(parts[1], expected, rtol=1e-12)
        for part in (*parts, candidate.best_rank_k(A.astype(dtype), 2, omega)):
            assert_dtype(part, np.float64)
    single = (A / 7).astype(np.float32)
    parts = [candidate.truncated_svd(a, 3, omega.astype(np.float32))[1] for a in (single, single.astype(float))]
    assert_close(parts[0], parts[1], rtol=1e-12)


@pytest.mark.fine
def test_invalid_input_raises(candidate):
    """A that is no matrix, k out of range and a block that does not fit raise ValueError."""
    A = np.arange(12.0).reshape(4, 3)
    for a, k, omega in (
        (A[0], 1, np.eye(3)),
        (A, 0, np.eye(3)),
        (A, 4, np.ones((3, 5))),
        (A, 2, np.ones((3, 1))),
        (A, 1, np.ones((4, 2))),
        (A, 1, np.ones(3)),
        (A, 1, np.ones((1, 3, 2))),
    ):
        with assert_raises(ValueError):
            candidate.truncated_svd(a, k, omega)
        with assert_raises(ValueError):
            candidate.best_rank_k(a, k, omega)


@pytest.mark.scale
@pytest.mark.call_s(6)
def test_speed(candidate, reference, rng):
    """Five triplets of a 500 x 400 matrix cost a few products, not a full decomposition."""

    def prepare(subject, rng):
        A, omega = with_values(rng, 500, 400, 0.5 ** np.arange(20))[0], rng.normal(size=(400, 8))
        return lambda: subject.truncated_svd(A, 5, omega, 2)[1]

    speed(candidate, reference, prepare, rng, limit=8)
