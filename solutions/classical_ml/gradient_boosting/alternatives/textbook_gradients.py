"""As boosting libraries explain it: gradients and hessians from a loss object, one array of leaf weights a tree."""

from __future__ import annotations

import numpy as np


class Squared:
    """Half the squared error."""

    def start(self, y: np.ndarray) -> float:
        """Mean."""
        return y.mean()

    def gradients(self, y: np.ndarray, F: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """First and second derivative."""
        return F - y, np.ones(len(y))

    def output(self, F: np.ndarray) -> np.ndarray:
        """The score itself."""
        return F


class Logistic:
    """Binary cross-entropy with logits."""

    def start(self, y: np.ndarray) -> float:
        """Log-odds."""
        return np.log(y.sum() / (len(y) - y.sum()))

    def gradients(self, y: np.ndarray, F: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """First and second derivative."""
        p = self.output(F)
        return p - y, p * (1 - p)

    def output(self, F: np.ndarray) -> np.ndarray:
        """Sigmoid."""
        return np.exp(F) / (1 + np.exp(F))


class GradientBoosting:
    """A list of trees with their leaf weights."""

    def __init__(self, loss: str, n_rounds: int, lr: float, fit_tree) -> None:
        self.loss = {"squared": Squared, "logistic": Logistic}[loss]()
        self.n_rounds, self.lr, self.fit_tree = n_rounds, lr, fit_tree

    def fit(self, X: np.ndarray, y: np.ndarray) -> GradientBoosting:
        """Newton steps in the leaves."""
        self.start = self.loss.start(y)
        F = np.zeros(len(y)) + self.start
        self.estimators = []
        for _ in range(self.n_rounds):
            g, h = self.loss.gradients(y, F)
            tree = self.fit_tree(X, -g)
            leaves = tree(X)
            n_leaves = leaves.max() + 1
            weights = np.zeros(n_leaves)
            for j in range(n_leaves):
                if (leaves == j).any():
                    weights[j] = -g[leaves == j].sum() / h[leaves == j].sum()
            F = F + self.lr * weights[leaves]
            self.estimators.append((tree, weights))
        return self

    def staged_raw(self, X: np.ndarray) -> np.ndarray:
        """Cumulative sum of the trees."""
        steps = [np.zeros(len(X)) + self.start]
        steps += [self.lr * weights[tree(X)] for tree, weights in self.estimators]
        return np.cumsum(steps, axis=0)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Output of the last stage."""
        return self.loss.output(self.staged_raw(X)[-1])
