"""The reference of linear regression against scikit-learn and numpy's least squares, and its descent against torch."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression, Ridge


@pytest.mark.parametrize("seed", range(15))
def test_closed_form_agrees_with_scikit_learn(reference, seed):
    """Weights and intercept agree with LinearRegression and with Ridge."""
    solution = reference("linear_regression")
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(30, 4)) + rng.normal(size=4), rng.normal(size=30)
    l2 = float(rng.exponential())
    for fitted, got in (
        (LinearRegression().fit(X, y), solution.fit_closed_form(X, y)),
        (Ridge(alpha=l2).fit(X, y), solution.fit_closed_form(X, y, l2)),
    ):
        np.testing.assert_allclose(got[0], fitted.coef_, rtol=1e-9)
        assert got[1] == pytest.approx(fitted.intercept_, rel=1e-9)


@pytest.mark.parametrize("seed", range(15))
def test_shortest_weights_agree_with_lstsq(reference, seed):
    """With dependent columns the weights are those of lstsq on centred data."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(12, 3)) @ rng.normal(size=(3, int(rng.integers(4, 20)))), rng.normal(size=12)
    expected = np.linalg.lstsq(X - X.mean(axis=0), y - y.mean(), rcond=1e-10)[0]
    w, b = reference("linear_regression").fit_closed_form(X, y)

    np.testing.assert_allclose(w, expected, rtol=1e-8, atol=1e-10)
    assert b == pytest.approx(float(np.mean(y - X @ expected)), rel=1e-8)


@pytest.mark.parametrize("seed", range(10))
def test_descent_agrees_with_automatic_differentiation(reference, seed):
    """Batch by batch, the descent is the one that torch's gradients and SGD make."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(11, 3)), rng.normal(size=11)
    order, l2 = np.stack([rng.permutation(11) for _ in range(3)]), float(rng.uniform())
    w, b = torch.zeros(3, dtype=torch.float64, requires_grad=True), torch.zeros((), dtype=torch.float64)
    b.requires_grad_()
    descent = torch.optim.SGD([w, b], lr=0.05)
    for rows in order:
        for batch in torch.split(torch.tensor(rows), 4):
            error = torch.tensor(X)[batch] @ w + b - torch.tensor(y)[batch]
            descent.zero_grad()
            (error.square().mean() + l2 * w.square().sum()).backward()
            descent.step()
    got = reference("linear_regression").fit_gd(X, y, 0.05, 4, order, l2)

    np.testing.assert_allclose(got[0], w.detach().numpy(), rtol=1e-10)
    assert got[1] == pytest.approx(b.item(), rel=1e-10)
