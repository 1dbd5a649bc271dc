"""As the algorithm stands in a textbook: a dictionary of leaf values for each tree, filled leaf by leaf."""

from __future__ import annotations

import numpy as np


def sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-z))."""
    return 1 / (1 + np.exp(-z))


class GradientBoosting:
    """Friedman's algorithm."""

    def __init__(self, loss: str, n_rounds: int, lr: float, fit_tree) -> None:
        self.loss, self.n_rounds, self.lr, self.fit_tree = loss, n_rounds, lr, fit_tree

    def fit(self, X: np.ndarray, y: np.ndarray) -> GradientBoosting:
        """Fit each tree to the pseudo-residuals."""
        self.f0 = np.mean(y) if self.loss == "squared" else np.log(np.mean(y) / (1 - np.mean(y)))
        self.trees = []
        F = np.full(len(y), self.f0)
        for _ in range(self.n_rounds):
            p = sigmoid(F)
            residual = y - F if self.loss == "squared" else y - p
            tree = self.fit_tree(X, residual)
            leaf_of_row = tree(X)
            gamma = {}
            for leaf in np.unique(leaf_of_row):
                rows = leaf_of_row == leaf
                if self.loss == "squared":
                    gamma[leaf] = residual[rows].mean()
                else:
                    gamma[leaf] = residual[rows].sum() / (p[rows] * (1 - p[rows])).sum()
                F[rows] += self.lr * gamma[leaf]
            self.trees.append((tree, gamma))
        return self

    def staged_raw(self, X: np.ndarray) -> np.ndarray:
        """Raw scores after every round."""
        F = np.full(len(X), self.f0)
        stages = [F]
        for tree, gamma in self.trees:
            F = F + self.lr * np.array([gamma[leaf] for leaf in tree(X)])
            stages.append(F)
        return np.array(stages)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Value, or probability of label 1."""
        F = self.staged_raw(X)[-1]
        return F if self.loss == "squared" else sigmoid(F)
