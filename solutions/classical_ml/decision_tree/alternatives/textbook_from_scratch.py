"""As tutorials write it from scratch: every unique value is a threshold, nodes are objects, rows walk down one by one."""

from __future__ import annotations

import numpy as np


def impurity(y: np.ndarray, criterion: str) -> float:
    """Gini impurity or entropy of labels."""
    p = np.bincount(y) / len(y)
    if criterion == "gini":
        return 1 - np.sum(p**2)
    return -np.sum([share * np.log2(share) for share in p if share > 0])


def best_split(
    X: np.ndarray, y: np.ndarray, n_classes: int, criterion: str = "gini", min_samples_leaf: int = 1
) -> tuple[int, float, float] | None:
    """Try every feature and every value."""
    best, best_gain = None, -1.0
    for feature in range(X.shape[1]):
        for threshold in np.unique(X[:, feature]):
            left = y[X[:, feature] <= threshold]
            right = y[X[:, feature] > threshold]
            if len(left) < min_samples_leaf or len(right) < min_samples_leaf:
                continue
            children = len(left) * impurity(left, criterion) + len(right) * impurity(right, criterion)
            gain = impurity(y, criterion) - children / len(y)
            if gain > best_gain:
                best, best_gain = (feature, threshold, gain), gain
    return best


class Node:
    """An inner node, or a leaf with class shares."""

    def __init__(self, feature=None, threshold=None, left=None, right=None, shares=None) -> None:
        self.feature, self.threshold = feature, threshold
        self.left, self.right = left, right
        self.shares = shares


class DecisionTreeClassifier:
    """Grow greedily, stop early."""

    def __init__(
        self,
        criterion: str = "gini",
        max_depth: int | None = None,
        min_samples_split: int = 2,
        min_samples_leaf: int = 1,
        min_impurity_decrease: float = 0.0,
    ) -> None:
        self.criterion = criterion
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.min_impurity_decrease = min_impurity_decrease

    def fit(self, X: np.ndarray, y: np.ndarray) -> DecisionTreeClassifier:
        """Grow from the root."""
        self.classes_, codes = np.unique(y, return_inverse=True)
        self.root = self._grow(X, codes, 0)
        return self

    def _grow(self, X: np.ndarray, y: np.ndarray, depth: int) -> Node:
        """A leaf, or a node with two subtrees."""
        shares = np.bincount(y, minlength=len(self.classes_)) / len(y)
        if len(set(y)) == 1 or len(y) < self.min_samples_split or depth == self.max_depth:
            return Node(shares=shares)
        split = best_split(X, y, len(self.classes_), self.criterion, self.min_samples_leaf)
        if split is None or split[2] < self.min_impurity_decrease:
            return Node(shares=shares)
        feature, threshold, _ = split
        left = X[:, feature] <= threshold
        return Node(
            feature,
            threshold,
            self._grow(X[left], y[left], depth + 1),
            self._grow(X[~left], y[~left], depth + 1),
        )

    def _walk(self, x: np.ndarray) -> np.ndarray:
        """Shares of the leaf of one row."""
        node = self.root
        while node.shares is None:
            node = node.left if x[node.feature] <= node.threshold else node.right
        return node.shares

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Class shares."""
        return np.array([self._walk(x) for x in X])

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Majority class."""
        return np.array([self.classes_[np.argmax(self._walk(x))] for x in X])
