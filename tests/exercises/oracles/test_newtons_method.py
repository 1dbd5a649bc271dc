"""The reference of newtons_method against scipy.optimize and scipy's null space."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import linalg, optimize

from tests.support.references import References


@pytest.mark.parametrize("seed", range(5))
def test_minimum_agrees_with_scipy(reference: References, seed: int) -> None:
    """The minimum of a regularised logistic loss is the one that scipy's trust region finds."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(40, 4)), rng.choice([-1.0, 1.0], size=40)

    def f(w: np.ndarray) -> float:
        return float(np.logaddexp(0, -y * (x @ w)).sum() + w @ w / 20)

    def grad(w: np.ndarray) -> np.ndarray:
        return w / 10 - x.T @ (y / (1 + np.exp(y * (x @ w))))

    def hess(w: np.ndarray) -> np.ndarray:
        p = 1 / (1 + np.exp(-(x @ w)))
        return np.eye(4) / 10 + (x.T * (p * (1 - p))) @ x

    start = rng.normal(size=4) * 5
    wanted = optimize.minimize(f, start, jac=grad, hess=hess, method="trust-exact", options={"gtol": 1e-10})
    got, _ = reference("newtons_method").newton_minimize(f, grad, hess, start)
    np.testing.assert_allclose(got, wanted.x, atol=1e-7)


@pytest.mark.parametrize("seed", range(5))
def test_constraints_agree_with_the_null_space(reference: References, seed: int) -> None:
    """The solution is the unconstrained one within the null space of the constraints."""
    rng = np.random.default_rng(seed)
    root, c, a, b = rng.normal(size=(6, 6)), rng.normal(size=6), rng.normal(size=(2, 6)), rng.normal(size=2)
    q = root @ root.T
    free, start = linalg.null_space(a), np.linalg.lstsq(a, b)[0]
    wanted = start - free @ np.linalg.solve(free.T @ q @ free, free.T @ (q @ start + c))
    x, nu = reference("newtons_method").equality_qp(q, c, a, b)
    np.testing.assert_allclose(x, wanted, atol=1e-8)
    np.testing.assert_allclose(a.T @ nu, -(q @ x + c), atol=1e-8)
