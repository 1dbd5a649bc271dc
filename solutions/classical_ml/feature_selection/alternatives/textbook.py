"""As a well-known library and a blog post write it: binarised labels, and a saved column. No validation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def chi2_scores(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Observed against expected sums."""
    Y = np.stack([y == c for c in sorted(set(y.tolist()))], axis=1).astype(float)
    observed = np.dot(Y.T, X)
    feature_count = X.sum(axis=0).reshape(1, -1)
    class_prob = Y.mean(axis=0).reshape(1, -1)
    expected = np.dot(class_prob.T, feature_count)
    return ((observed - expected) ** 2 / expected).sum(axis=0)


def select_k_best(scores: np.ndarray, k: int) -> np.ndarray:
    """The last k of the order, sorted."""
    return np.sort(np.argsort(scores)[len(scores) - k :])


def permutation_importance(
    predict: Callable, X: np.ndarray, y: np.ndarray, metric: Callable, perms: np.ndarray
) -> np.ndarray:
    """Shuffle a column in place and put it back."""
    baseline = metric(y, predict(X))
    d, R, _ = perms.shape
    importances = np.zeros((d, R))
    for col in range(d):
        save = X[:, col].copy()
        for r in range(R):
            X[:, col] = save[perms[col, r]]
            importances[col, r] = baseline - metric(y, predict(X))
        X[:, col] = save
    return importances
