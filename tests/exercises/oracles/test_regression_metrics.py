"""The reference of regression_metrics against sklearn.metrics."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from sklearn import metrics

SOLUTION = Path(__file__).parents[2] / "solutions" / "metrics" / "regression_metrics" / "regression_metrics.py"


@pytest.fixture(scope="module")
def solution() -> ModuleType:
    """Return the reference solution as a module."""
    spec = importlib.util.spec_from_file_location("regression_metrics_reference", SOLUTION)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def expected(y: np.ndarray, yhat: np.ndarray, weight: np.ndarray | None) -> dict[str, float]:
    """Return what sklearn says."""
    return {
        "mse": metrics.mean_squared_error(y, yhat, sample_weight=weight),
        "rmse": metrics.root_mean_squared_error(y, yhat, sample_weight=weight),
        "mae": metrics.mean_absolute_error(y, yhat, sample_weight=weight),
        "r2": metrics.r2_score(y, yhat, sample_weight=weight),
        "mape": metrics.mean_absolute_percentage_error(y, yhat, sample_weight=weight),
        "medae": metrics.median_absolute_error(y, yhat),
    }


@pytest.mark.parametrize("seed", range(20))
def test_scores_agree_with_sklearn(solution: ModuleType, seed: int) -> None:
    """All six scores agree, with weights and without."""
    rng = np.random.default_rng(seed)
    y, yhat = np.round(rng.normal(size=(2, 30 + seed % 2)), 1)
    for weight in (None, rng.uniform(size=y.size), rng.integers(0, 3, size=y.size)):
        assert solution.regression_metrics(y, yhat, weight) == pytest.approx(expected(y, yhat, weight), rel=1e-10)


@pytest.mark.parametrize("off", [0.0, 1.0])
def test_constant_targets_agree_with_sklearn(solution: ModuleType, off: float) -> None:
    """R2 of constant targets agrees."""
    y = np.full(4, 2.0)
    assert solution.regression_metrics(y, y + off)["r2"] == metrics.r2_score(y, y + off)


@pytest.mark.parametrize("q", [0.05, 0.5, 0.9])
def test_pinball_agrees_with_sklearn(solution: ModuleType, q: float) -> None:
    """The pinball loss agrees."""
    y, yhat = np.random.default_rng(5).normal(size=(2, 40))
    assert solution.pinball_loss(y, yhat, q) == pytest.approx(metrics.mean_pinball_loss(y, yhat, alpha=q), rel=1e-12)
