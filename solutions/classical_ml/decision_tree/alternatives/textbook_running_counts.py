"""As CART is explained in an interview: sort, move one row at a time to the left, stop where nothing is gained."""

from __future__ import annotations

import numpy as np


def best_split(
    X: np.ndarray, y: np.ndarray, n_classes: int, criterion: str = "gini", min_samples_leaf: int = 1
) -> tuple[int, float, float] | None:
    """Running class counts on both sides of the threshold."""

    def impurity(counts: np.ndarray) -> float:
        p = counts / counts.sum()
        if criterion == "gini":
            return 1 - (p**2).sum()
        p = p[p > 0]
        return -(p * np.log2(p)).sum()

    n = len(y)
    parent = impurity(np.bincount(y, minlength=n_classes))
    best, best_gain = None, 0.0
    for j in range(X.shape[1]):
        order = np.argsort(X[:, j])
        left, right = np.zeros(n_classes), np.bincount(y, minlength=n_classes).astype(float)
        for i in range(n - 1):
            left[y[order[i]]] += 1
            right[y[order[i]]] -= 1
            low, high = X[order[i], j], X[order[i + 1], j]
            if low == high:
                continue
            gain = parent - (i + 1) / n * impurity(left) - (n - i - 1) / n * impurity(right)
            if gain > best_gain:
                best, best_gain = (j, (low + high) / 2, gain), gain
    return best


class DecisionTreeClassifier:
    """Nested tuples; a leaf is an array of shares."""

    def __init__(
        self, criterion="gini", max_depth=None, min_samples_split=2, min_samples_leaf=1, min_impurity_decrease=0.0
    ) -> None:
        self.criterion, self.min_samples_split = criterion, min_samples_split
        self.max_depth = np.inf if max_depth is None else max_depth

    def fit(self, X: np.ndarray, y: np.ndarray) -> DecisionTreeClassifier:
        """Number the labels and grow."""
        self.classes_ = np.array(sorted(set(y.tolist())))
        self.tree = self._grow(X, np.searchsorted(self.classes_, y), self.max_depth)
        return self

    def _grow(self, X: np.ndarray, y: np.ndarray, depth: float) -> tuple | np.ndarray:
        """A tuple (feature, threshold, left, right), or the shares."""
        split = None
        if depth > 0 and len(y) >= self.min_samples_split:
            split = best_split(X, y, len(self.classes_), self.criterion)
        if split is None:
            return np.bincount(y, minlength=len(self.classes_)) / len(y)
        j, t, _ = split
        left = X[:, j] <= t
        return j, t, self._grow(X[left], y[left], depth - 1), self._grow(X[~left], y[~left], depth - 1)

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Class shares."""
        result = []
        for x in X:
            node = self.tree
            while isinstance(node, tuple):
                node = node[2] if x[node[0]] <= node[1] else node[3]
            result.append(node)
        return np.array(result)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Most frequent class."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
