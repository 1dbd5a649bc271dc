"""The reference of average_precision against sklearn.metrics."""

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
def test_average_agrees_with_sklearn(reference: References, seed: int) -> None:
    """The average precision agrees with sklearn on scores with ties."""
    y, score = examples(seed)
    expected = metrics.average_precision_score(y, score)
    assert reference("average_precision").average_precision(y, score) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_curve_agrees_with_sklearn(reference: References, seed: int) -> None:
    """The curve is that of sklearn, reversed and without its artificial last point."""
    y, score = examples(seed)
    precision, recall, thresholds = metrics.precision_recall_curve(y, score)
    expected = precision[:-1][::-1], recall[:-1][::-1], thresholds[::-1]
    for got, wanted in zip(reference("average_precision").precision_recall_curve(y, score), expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-12)
