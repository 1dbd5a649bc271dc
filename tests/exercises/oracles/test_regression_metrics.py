"""The reference of regression_metrics against sklearn.metrics."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from tests.support.references import References


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
def test_scores_agree_with_sklearn(reference: References, seed: int) -> None:
    """All six scores agree, with weights and without."""
    rng = np.random.default_rng(seed)
    y, yhat = np.round(rng.normal(size=(2, 30 + seed % 2)), 1)
    for weight in (None, rng.uniform(size=y.size), rng.integers(0, 3, size=y.size)):
        assert reference("regression_metrics").regression_metrics(y, yhat, weight) == pytest.approx(
            expected(y, yhat, weight), rel=1e-10
        )


@pytest.mark.parametrize("off", [0.0, 1.0])
def test_constant_targets_agree_with_sklearn(reference: References, off: float) -> None:
    """R2 of constant targets agrees."""
    y = np.full(4, 2.0)
    assert reference("regression_metrics").regression_metrics(y, y + off)["r2"] == metrics.r2_score(y, y + off)


@pytest.mark.parametrize("q", [0.05, 0.5, 0.9])
def test_pinball_agrees_with_sklearn(reference: References, q: float) -> None:
    """The pinball loss agrees."""
    y, yhat = np.random.default_rng(5).normal(size=(2, 40))
    assert reference("regression_metrics").pinball_loss(y, yhat, q) == pytest.approx(
        metrics.mean_pinball_loss(y, yhat, alpha=q), rel=1e-12
    )
