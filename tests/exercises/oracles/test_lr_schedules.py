"""The reference of lr_schedules against torch.optim.lr_scheduler."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.optim import SGD, lr_scheduler

from tests.support.references import References


def optimizer(lr: float) -> SGD:
    """Return an optimiser whose rate a torch schedule may change."""
    return SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)


def follow(schedule: lr_scheduler.LRScheduler, steps: int) -> list[float]:
    """Return the rates of a torch schedule, the first step's included."""
    rates = []
    for _ in range(steps):
        rates.append(schedule.get_last_lr()[0])
        schedule.optimizer.step()
        schedule.step()
    return rates


@pytest.mark.parametrize(("total", "min_lr"), [(1, 0.0), (5, 0.0), (20, 0.03), (37, 0.3)])
def test_cosine_agrees_with_torch(reference: References, total: int, min_lr: float) -> None:
    """Without warm-up the rates are those of CosineAnnealingLR, up to its end."""
    expected = follow(lr_scheduler.CosineAnnealingLR(optimizer(0.3), T_max=total, eta_min=min_lr), total + 1)
    got = [reference("lr_schedules").warmup_cosine(step, 0.3, 0, total, min_lr) for step in range(total + 1)]
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("warmup", "total"), [(2, 9), (5, 30)])
def test_warm_up_agrees_with_torch(reference: References, warmup: int, total: int) -> None:
    """A linear warm-up before the cosine gives the same rates in torch."""
    base = optimizer(0.3)
    rise = lr_scheduler.LinearLR(base, start_factor=1 / warmup, end_factor=1.0, total_iters=warmup - 1)
    fall = lr_scheduler.CosineAnnealingLR(base, T_max=total - warmup, eta_min=0.01)
    expected = follow(lr_scheduler.SequentialLR(base, [rise, fall], milestones=[warmup]), total + 1)
    got = [reference("lr_schedules").warmup_cosine(step, 0.3, warmup, total, 0.01) for step in range(total + 1)]
    np.testing.assert_allclose(got, expected, rtol=1e-9)


def test_step_decay_agrees_with_torch(reference: References) -> None:
    """The rates are those of StepLR."""
    expected = follow(lr_scheduler.StepLR(optimizer(0.5), step_size=4, gamma=0.3), 30)
    np.testing.assert_allclose(
        [reference("lr_schedules").step_decay(step, 0.5, 4, 0.3) for step in range(30)], expected, rtol=1e-9
    )


def test_noam_agrees_with_torch(reference: References) -> None:
    """The closed form in a LambdaLR gives the same rates."""

    def form(step: int) -> float:
        return 512**-0.5 * min(1 / math.sqrt(step + 1), (step + 1) / 40**1.5)

    expected = follow(lr_scheduler.LambdaLR(optimizer(2.0), form), 100)
    np.testing.assert_allclose(
        [reference("lr_schedules").noam(step, 512, 40, 2.0) for step in range(1, 101)], expected, rtol=1e-9
    )


@pytest.mark.parametrize("seed", range(30))
def test_plateau_agrees_with_torch(reference: References, seed: int) -> None:
    """The rates are those of ReduceLROnPlateau with a relative threshold, NaN and infinity included."""
    rng = np.random.default_rng(seed)
    settings = {
        "factor": float(rng.uniform(0.1, 0.9)),
        "patience": int(rng.integers(0, 4)),
        "threshold": float(rng.choice([0.0, 1e-4, 0.1])),
        "min_lr": float(rng.choice([0.0, 0.05])),
    }
    metrics = np.round(np.exp(-0.05 * np.arange(60)) + rng.normal(scale=0.1, size=60) ** 2, 2)
    metrics[rng.random(60) < 0.05] = np.nan
    metrics[rng.random(60) < 0.05] = np.inf
    base = optimizer(1.0)
    theirs = lr_scheduler.ReduceLROnPlateau(base, mode="min", threshold_mode="rel", eps=0.0, **settings)
    ours = reference("lr_schedules").ReduceOnPlateau(1.0, **settings)
    for metric in metrics.tolist():
        theirs.step(metric)
        assert ours.step(metric) == pytest.approx(base.param_groups[0]["lr"], rel=1e-12)
