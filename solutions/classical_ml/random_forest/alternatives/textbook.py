"""As tutorials write it from scratch: np.random.choice for the samples, lists of trees, a mask of unseen rows."""

from __future__ import annotations

import numpy as np


class RandomForestClassifier:
    """Bagging of given trees."""

    def __init__(self, fit_tree, n_trees: int, seed: int) -> None:
        self.fit_tree = fit_tree
        self.n_trees = n_trees
        self.rng = np.random.RandomState(seed)

    def fit(self, X: np.ndarray, y: np.ndarray) -> RandomForestClassifier:
        """Bootstrap and fit."""
        n = X.shape[0]
        self.X, self.y = X, y
        self.classes_ = np.unique(y)
        self.trees, self.tree_classes, self.oob_indices = [], [], []
        for _ in range(self.n_trees):
            idx = self.rng.choice(n, n, replace=True)
            self.trees.append(self.fit_tree(X[idx], y[idx], self.rng.randint(2**31 - 1)))
            self.tree_classes.append(np.unique(y[idx]))
            self.oob_indices.append([i for i in range(n) if i not in idx])
        return self

    def _aligned(self, tree, seen: np.ndarray, X: np.ndarray) -> np.ndarray:
        """Probabilities of one tree with a column for every class."""
        proba = np.zeros((len(X), len(self.classes_)))
        proba[:, np.isin(self.classes_, seen)] = tree(X)
        return proba

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Mean over the trees."""
        return np.mean([self._aligned(t, c, X) for t, c in zip(self.trees, self.tree_classes, strict=True)], axis=0)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Most probable class."""
        return self.classes_[np.argmax(self.predict_proba(X), axis=1)]

    def oob_score(self) -> float:
        """Accuracy on rows out of the bag."""
        votes = np.zeros((len(self.X), len(self.classes_)))
        for tree, seen, oob in zip(self.trees, self.tree_classes, self.oob_indices, strict=True):
            votes[oob] += self._aligned(tree, seen, self.X[oob])
        known = votes.sum(axis=1) > 0
        return np.mean(self.classes_[np.argmax(votes[known], axis=1)] == self.y[known])
