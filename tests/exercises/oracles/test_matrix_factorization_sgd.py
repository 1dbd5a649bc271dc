"""The reference of matrix_factorization_sgd against torch.optim.SGD, and against a baseline of biases."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.support.references import References


@pytest.mark.parametrize("seed", range(5))
def test_learning_agrees_with_torch(reference: References, seed: int) -> None:
    """SGD of torch on the loss of one rating after the other moves everything to the same place."""
    rng = np.random.default_rng(seed)
    P, Q = rng.normal(size=(5, 3)), rng.normal(size=(4, 3))
    users, items, ratings = rng.integers(0, 5, size=20), rng.integers(0, 4, size=20), rng.normal(3.0, 1.0, size=20)
    order = np.stack([rng.permutation(20) for _ in range(3)])
    model = (
        reference("matrix_factorization_sgd")
        .MatrixFactorization(5, 4, P, Q, 0.05, 0.1)
        .fit(users, items, ratings, order)
    )
    p, q, b, c = (torch.tensor(x, requires_grad=True) for x in (P, Q, np.zeros(5), np.zeros(4)))
    optimiser = torch.optim.SGD([p, q, b, c], lr=0.05)
    for t in order.ravel().tolist():
        u, i = int(users[t]), int(items[t])
        optimiser.zero_grad()
        error = ratings[t] - (ratings.mean() + b[u] + c[i] + p[u] @ q[i])
        penalty = b[u] ** 2 + c[i] ** 2 + p[u] @ p[u] + q[i] @ q[i]
        (0.5 * error**2 + 0.05 * penalty).backward()
        optimiser.step()
    for got, expected in zip((model.P_, model.Q_, model.user_bias_, model.item_bias_), (p, q, b, c), strict=True):
        np.testing.assert_allclose(got, expected.detach().numpy(), rtol=1e-9, atol=1e-12)


def test_factors_beat_biases(reference: References) -> None:
    """On ratings made of factors, the error on held-out pairs is far below that of mean and biases."""
    rng = np.random.default_rng(0)
    table = rng.normal(size=(40, 2)) @ rng.normal(size=(2, 30)) + rng.normal(size=(40, 1))
    users, items = (x.ravel() for x in np.indices(table.shape))
    held = rng.random(table.size) < 0.2
    ratings = table.ravel()[~held]
    order = np.stack([rng.permutation(len(ratings)) for _ in range(20)])
    errors = []
    for scale in (0.1, 0.0):  # factors that start at zero stay there, so only biases are left
        start = rng.normal(scale=scale, size=(40, 2)), rng.normal(scale=scale, size=(30, 2))
        model = (
            reference("matrix_factorization_sgd")
            .MatrixFactorization(40, 30, *start, 0.03, 0.01)
            .fit(users[~held], items[~held], ratings, order)
        )
        errors.append(float(np.std(model.predict(users[held], items[held]) - table.ravel()[held])))
    assert errors[0] < 0.2 * errors[1]
