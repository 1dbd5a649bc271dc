"""The reference of the truncated SVD against NumPy's full one and scikit-learn's randomised one."""

import numpy as np
import pytest
from sklearn.utils.extmath import randomized_svd


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_the_full_svd(reference, seed):
    """Once converged, values, vectors and the error are those of np.linalg.svd."""
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(40, 25)) * 0.8 ** np.arange(25)
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    module = reference("truncated_svd")
    got = module.truncated_svd(A, 4, rng.normal(size=(25, 12)), 60)
    np.testing.assert_allclose(got[1], s[:4], rtol=1e-8)
    np.testing.assert_allclose(np.abs(np.diag(got[2] @ Vt[:4].T)), 1.0, rtol=1e-8)
    np.testing.assert_allclose(np.abs(np.diag(got[0].T @ U[:, :4])), 1.0, rtol=1e-8)


def test_agrees_with_scikit_learn(reference):
    """With the same start block and iterations, values agree before they have converged."""
    A = np.random.default_rng(0).normal(size=(30, 20))
    omega = np.random.RandomState(7).normal(size=(20, 8))
    _, s, _ = randomized_svd(
        A, 5, n_oversamples=3, n_iter=2, power_iteration_normalizer="QR", random_state=7, flip_sign=False
    )
    np.testing.assert_allclose(reference("truncated_svd").truncated_svd(A, 5, omega, 2)[1], s, rtol=1e-9)
