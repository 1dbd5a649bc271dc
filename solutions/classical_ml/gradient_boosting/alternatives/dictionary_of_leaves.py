"""A dictionary of values for each round, masks for leaves, tanh for the sigmoid."""

import numpy as np


def probability(raw):
    """Sigmoid by tanh, with the small side kept exact enough for the floor."""
    return 0.5 * (1 + np.tanh(raw / 2))


class GradientBoosting:
    """Loss by name."""

    def __init__(self, loss, n_rounds, lr, fit_tree):
        self.loss, self.n_rounds, self.lr, self.fit_tree = loss, n_rounds, lr, fit_tree

    def start(self, y):
        """Best constant."""
        if self.loss == "squared":
            return float(np.mean(y))
        ones = int(np.sum(y == 1))
        if ones + int(np.sum(y == 0)) != len(y) or ones == 0 or ones == len(y):
            raise ValueError("labels")
        return float(np.log(ones) - np.log(len(y) - ones))

    def fit(self, X, y):
        """All checks, then all rounds."""
        if self.loss not in ("squared", "logistic") or self.n_rounds < 0 or not self.lr > 0:
            raise ValueError("settings")
        X, y = np.array(X), np.array(y, dtype=float)
        if X.ndim != 2 or y.ndim != 1 or len(X) == 0 or len(X) != len(y):
            raise ValueError("shapes")
        self.columns, self.base, self.trees = X.shape[1], self.start(y), []
        raw = np.repeat(self.base, len(y))
        for _ in range(self.n_rounds):
            if self.loss == "squared":
                target, weight = y - raw, np.ones_like(y)
            else:
                target, weight = y - probability(raw), probability(raw) * probability(-raw)
            tree = self.fit_tree(X, target)
            ids, values = np.asarray(tree(X)), {}
            for leaf in set(ids.tolist()):
                inside = ids == leaf
                values[leaf] = target[inside].sum() / max(weight[inside].sum(), 1e-12)
                raw[inside] += self.lr * values[leaf]
            self.trees.append((tree, values))
        return self

    def staged_raw(self, X):
        """Fill a matrix from above."""
        X = np.array(X)
        if X.ndim != 2 or X.shape[1] != self.columns:
            raise ValueError("columns")
        stages = np.full((len(self.trees) + 1, len(X)), self.base)
        for t, (tree, values) in enumerate(self.trees, start=1):
            added = np.array([values[leaf] for leaf in np.asarray(tree(X)).tolist()], dtype=float)
            stages[t] = stages[t - 1] + self.lr * added
        return stages

    def predict(self, X):
        """Last stage."""
        raw = self.staged_raw(X)[-1]
        return raw if self.loss == "squared" else probability(raw)
