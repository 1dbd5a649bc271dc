"""The reference of roc_auc against sklearn.metrics."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from sklearn import metrics

SOLUTION = Path(__file__).parents[2] / "solutions" / "metrics" / "roc_auc" / "roc_auc.py"


@pytest.fixture(scope="module")
def solution() -> ModuleType:
    """Return the reference solution as a module."""
    spec = importlib.util.spec_from_file_location("roc_auc_reference", SOLUTION)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def examples(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return labels of both classes, and scores of which many tie."""
    rng = np.random.default_rng(seed)
    y = np.append(rng.integers(0, 2, size=48), [0, 1])
    return y, np.round(rng.normal(loc=y, size=50), int(rng.integers(0, 4)))


@pytest.mark.parametrize("seed", range(20))
def test_area_agrees_with_sklearn(solution: ModuleType, seed: int) -> None:
    """The area agrees with sklearn on scores with ties."""
    y, score = examples(seed)
    assert solution.roc_auc(y, score) == pytest.approx(metrics.roc_auc_score(y, score), rel=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_curve_agrees_with_sklearn(solution: ModuleType, seed: int) -> None:
    """Rates and thresholds agree with sklearn when no point is dropped."""
    y, score = examples(seed)
    expected = metrics.roc_curve(y, score, drop_intermediate=False)
    for got, wanted in zip(solution.roc_curve(y, score), expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-12)


def test_area_is_that_under_the_curve(solution: ModuleType) -> None:
    """The trapezoids under the curve add up to the area."""
    y, score = examples(99)
    fpr, tpr, _ = solution.roc_curve(y, score)
    assert solution.roc_auc(y, score) == pytest.approx(float(np.trapezoid(tpr, fpr)), rel=1e-12)
