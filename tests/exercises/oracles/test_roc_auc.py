"""The reference of roc_auc against sklearn.metrics."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from tests.support.references import References


def examples(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return labels of both classes, and scores of which many tie."""
    rng = np.random.default_rng(seed)
    y = np.append(rng.integers(0, 2, size=48), [0, 1])
    return y, np.round(rng.normal(loc=y, size=50), int(rng.integers(0, 4)))


@pytest.mark.parametrize("seed", range(20))
def test_area_agrees_with_sklearn(reference: References, seed: int) -> None:
    """The area agrees with sklearn on scores with ties."""
    y, score = examples(seed)
    assert reference("roc_auc").roc_auc(y, score) == pytest.approx(metrics.roc_auc_score(y, score), rel=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_curve_agrees_with_sklearn(reference: References, seed: int) -> None:
    """Rates and thresholds agree with sklearn when no point is dropped."""
    y, score = examples(seed)
    expected = metrics.roc_curve(y, score, drop_intermediate=False)
    for got, wanted in zip(reference("roc_auc").roc_curve(y, score), expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-12)


def test_area_is_that_under_the_curve(reference: References) -> None:
    """The trapezoids under the curve add up to the area."""
    solution = reference("roc_auc")
    y, score = examples(99)
    fpr, tpr, _ = solution.roc_curve(y, score)
    assert solution.roc_auc(y, score) == pytest.approx(float(np.trapezoid(tpr, fpr)), rel=1e-12)
