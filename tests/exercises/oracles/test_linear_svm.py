"""The reference of the linear SVM against torch and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.svm import LinearSVC

from tests.support.references import References


@pytest.mark.parametrize("seed", range(5))
def test_multiclass_loss_agrees_with_torch(reference: References, seed: int) -> None:
    """Loss and gradient are those of multi_margin_loss times the number of classes."""
    rng = np.random.default_rng(seed)
    scores, y = rng.normal(size=(8, 5)), rng.integers(0, 5, 8)
    leaf = torch.tensor(scores, requires_grad=True)
    expected = 5 * torch.nn.functional.multi_margin_loss(leaf, torch.tensor(y), margin=0.7)
    expected.backward()
    loss, grad = reference("linear_svm").multiclass_hinge(scores, y, 0.7)
    assert leaf.grad is not None
    np.testing.assert_allclose(loss, expected.item(), rtol=1e-12)
    np.testing.assert_allclose(grad, leaf.grad.numpy(), rtol=1e-12, atol=1e-15)


def test_pegasos_comes_near_the_optimum(reference: References) -> None:
    """After 20000 steps, the objective is within 2 percent of LinearSVC's."""
    rng = np.random.default_rng(0)
    X, lam = rng.normal(size=(100, 3)), 0.1
    y = np.where(X @ [1.0, -2.0, 0.5] + rng.normal(size=100) > 0, 1, -1)
    svc = LinearSVC(loss="hinge", C=1 / (lam * 100), fit_intercept=False, max_iter=100_000).fit(X, y)
    module = reference("linear_svm")

    def objective(w: np.ndarray) -> float:
        return float(lam / 2 * w @ w + module.hinge_loss(X @ w, y))

    w = module.pegasos(X, y, lam, rng.integers(0, 100, 20_000))
    assert objective(w) < 1.02 * objective(svc.coef_[0])
