"""As a lecture derives it: a seed for each tree, sets of rows, and the OOB prediction of one row after the other."""

from __future__ import annotations

import random

import numpy as np


class RandomForestClassifier:
    """Bootstrap aggregation."""

    def __init__(self, fit_tree, n_trees: int, seed: int) -> None:
        self.fit_tree, self.n_trees, self.seed = fit_tree, n_trees, seed

    def fit(self, X: np.ndarray, y: np.ndarray) -> RandomForestClassifier:
        """One random generator in plain Python."""
        draw = random.Random(self.seed)
        self.X, self.y, self.classes_ = X, y, sorted(set(y.tolist()))
        self.bags, self.trees = [], []
        for t in range(self.n_trees):
            bag = [draw.randrange(len(X)) for _ in range(len(X))]
            tree = self.fit_tree(X[bag], y[bag], self.seed + t)
            self.bags.append(set(bag))
            self.trees.append((tree, sorted(set(y[bag].tolist()))))
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Add up columns by class."""
        total = np.zeros((len(X), len(self.classes_)))
        for tree, seen in self.trees:
            proba = tree(X)
            for j, c in enumerate(seen):
                total[:, self.classes_.index(c)] += proba[:, j]
        return total / len(self.trees)

    def predict(self, X: np.ndarray) -> list:
        """Labels, as a list."""
        return [self.classes_[j] for j in self.predict_proba(X).argmax(axis=1)]

    def oob_score(self) -> float:
        """Correct rows over counted rows."""
        correct = counted = 0
        for i in range(len(self.X)):
            scores = dict.fromkeys(self.classes_, 0.0)
            free = [tree for tree, bag in zip(self.trees, self.bags, strict=True) if i not in bag]
            for tree, seen in free:
                for c, p in zip(seen, tree(self.X[i : i + 1])[0], strict=True):
                    scores[c] += p
            if free:
                counted += 1
                correct += max(scores, key=scores.get) == self.y[i]
        return correct / counted
