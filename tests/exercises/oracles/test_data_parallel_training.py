"""The reference of data_parallel_training against torch: gradients and batch norm of the concatenated batch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.support.references import References


@pytest.mark.parametrize("counts", [[4, 4], [1, 5, 2], [7]])
def test_gradients_agree_with_one_machine(reference: References, counts: list[int]) -> None:
    """The average of the ranks' gradients is torch's gradient of the mean loss over the whole batch."""
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1)).double()
    x = torch.randn(sum(counts), 3, dtype=torch.float64)

    def gradients(rows: torch.Tensor) -> list[np.ndarray]:
        found = torch.autograd.grad(model(rows).square().mean(), list(model.parameters()))
        return [g.numpy() for g in found]

    got = reference("data_parallel_training").average_gradients([gradients(rows) for rows in x.split(counts)], counts)
    for one, other in zip(got, gradients(x), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


@pytest.mark.parametrize("counts", [[4, 4], [1, 5, 2], [7]])
def test_statistics_agree_with_batch_norm(reference: References, counts: list[int]) -> None:
    """With momentum 1, torch's running statistics of the whole batch are the combined ones, but for n / (n - 1)."""
    torch.manual_seed(1)
    x = torch.randn(sum(counts), 3, dtype=torch.float64) + 100
    parts = [rows.numpy() for rows in x.split(counts)]
    norm = torch.nn.BatchNorm1d(3, momentum=1.0).double()
    norm(x)
    mean, variance, count = reference("data_parallel_training").sync_batch_stats(
        [part.mean(axis=0) for part in parts], [part.var(axis=0) for part in parts], counts
    )
    np.testing.assert_allclose(mean, norm.running_mean.numpy())
    np.testing.assert_allclose(variance * count / (count - 1), norm.running_var.numpy())


def test_asynchronous_steps_agree_with_delayed_gradients(reference: References) -> None:
    """Workers in turn are gradient descent with a fixed delay."""
    w = [np.array([3.0])]
    for step in range(9):
        w.append(w[-1] - 0.2 * w[max(step - 2, 0)])
    got = reference("data_parallel_training").async_sgd(lambda v, _: v, w[0], 0.2, [0, 1, 2] * 3)
    np.testing.assert_allclose(got, w[-1])
