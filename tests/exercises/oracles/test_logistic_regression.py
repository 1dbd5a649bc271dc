"""The reference of logistic regression against automatic differentiation and scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression


@pytest.mark.parametrize("seed", range(15))
def test_gradient_agrees_with_torch(reference, seed):
    """Loss and gradient are those of torch's cross-entropy from logits and its backward pass."""
    rng = np.random.default_rng(seed)
    X, y, l2 = rng.normal(size=(20, 3)), rng.integers(0, 2, size=20), float(rng.exponential())
    w = torch.tensor(10.0 * rng.normal(size=3), requires_grad=True)
    b = torch.tensor(float(rng.normal()), dtype=torch.float64, requires_grad=True)
    labels = torch.tensor(y, dtype=torch.float64)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(torch.tensor(X) @ w + b, labels)
    loss = loss + l2 / 2 * w.square().sum()
    loss.backward()
    got = reference("logistic_regression").loss_and_grad(w.detach().numpy(), b.item(), X, y, l2)

    assert got[0] == pytest.approx(loss.item(), rel=1e-12)
    np.testing.assert_allclose(got[1], w.grad.numpy(), rtol=1e-10)
    assert got[2] == pytest.approx(b.grad.item(), rel=1e-10)


@pytest.mark.parametrize("seed", range(15))
def test_fit_agrees_with_scikit_learn(reference, seed):
    """Weights, intercept and probabilities agree with scikit-learn at C = 1 / (n l2)."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(60, 3)) + rng.normal(size=3)
    z = X @ rng.normal(size=3) + rng.normal(size=60)
    y = (z > np.median(z)).astype(np.int64)
    l2 = float(rng.choice([1e-3, 0.05, 2.0]))
    fitted = LogisticRegression(C=1.0 / (60 * l2), solver="newton-cholesky", tol=1e-12, max_iter=500).fit(X, y)
    model = reference("logistic_regression").LogisticRegression(l2=l2).fit(X, y)

    np.testing.assert_allclose(model.coef_, fitted.coef_[0], rtol=1e-6, atol=1e-8)
    assert model.intercept_ == pytest.approx(fitted.intercept_[0], rel=1e-6, abs=1e-8)
    np.testing.assert_allclose(model.predict_proba(X), fitted.predict_proba(X)[:, 1], rtol=1e-6)
    np.testing.assert_array_equal(model.predict(X), fitted.predict(X))
