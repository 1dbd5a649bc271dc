"""The reference of confusion_matrix_f1 against sklearn.metrics."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from tests.support.references import References


def labels(seed: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Return true labels, predictions that often agree with them, and a number of classes some of which are absent."""
    rng = np.random.default_rng(seed)
    n_classes = int(rng.integers(2, 9))
    y_true = rng.integers(0, rng.integers(2, n_classes + 1), size=60)
    y_pred = np.where(rng.random(60) < 0.5, y_true, rng.integers(0, n_classes, size=60))
    return y_true, y_pred, n_classes


@pytest.mark.parametrize("seed", range(20))
def test_counts_agree_with_sklearn(reference: References, seed: int) -> None:
    """The matrix agrees with sklearn, with and without an ignored class."""
    solution = reference("confusion_matrix_f1")
    y_true, y_pred, k = labels(seed)
    classes = np.arange(k)
    expected = metrics.confusion_matrix(y_true, y_pred, labels=classes)
    np.testing.assert_array_equal(solution.confusion_matrix(y_true, y_pred, k), expected)
    weights = (y_true != 0).astype(float)
    expected = metrics.confusion_matrix(y_true, y_pred, labels=classes, sample_weight=weights)
    np.testing.assert_array_equal(solution.confusion_matrix(y_true, y_pred, k, ignore_index=0), expected)


@pytest.mark.parametrize("average", [None, "macro", "micro", "weighted"])
@pytest.mark.parametrize("seed", range(20))
def test_scores_agree_with_sklearn(reference: References, average: str | None, seed: int) -> None:
    """Precision, recall and F1 agree with sklearn for every average."""
    solution = reference("confusion_matrix_f1")
    y_true, y_pred, k = labels(seed)
    expected = metrics.precision_recall_fscore_support(
        y_true, y_pred, labels=np.arange(k), average=average, zero_division=0
    )
    got = solution.precision_recall_f1(solution.confusion_matrix(y_true, y_pred, k), average)
    for ours, theirs in zip(got, expected[:3], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-13)


@pytest.mark.parametrize("seed", range(20))
def test_iou_and_dice_agree_with_sklearn(reference: References, seed: int) -> None:
    """Mean IoU is the macro Jaccard score of the classes that occur, and mean Dice their macro F1."""
    solution = reference("confusion_matrix_f1")
    y_true, y_pred, k = labels(seed)
    present = np.union1d(y_true, y_pred)
    iou, dice = solution.mean_iou_dice(solution.confusion_matrix(y_true, y_pred, k))
    jaccard = metrics.jaccard_score(y_true, y_pred, labels=present, average="macro", zero_division=0)
    np.testing.assert_allclose(iou, jaccard, rtol=1e-13)
    f1 = metrics.f1_score(y_true, y_pred, labels=present, average="macro", zero_division=0)
    np.testing.assert_allclose(dice, f1, rtol=1e-13)
