"""A spawned generator for each tree, aligned probabilities in one array, masks of the rows in the bag."""

import numpy as np


class RandomForestClassifier:
    """Sample with choice, keep everything in lists."""

    def __init__(self, fit_tree, n_trees, seed):
        self.fit_tree, self.n_trees, self.seed = fit_tree, n_trees, seed

    def fit(self, X, y):
        """One child generator a tree."""
        if self.n_trees <= 0:
            raise ValueError("n_trees")
        X, y = np.array(X), np.array(y)
        if X.ndim != 2 or y.ndim != 1 or len(X) != len(y) or len(X) == 0:
            raise ValueError("shapes")
        self.X, self.y = X, y
        self.classes_ = np.array(sorted(set(y.tolist())), dtype=y.dtype)
        self.trees, self.seen, self.bags = [], [], []
        for child in np.random.default_rng(self.seed).spawn(self.n_trees):
            bag = child.choice(len(X), size=len(X), replace=True)
            self.trees.append(self.fit_tree(X[bag, :], y[bag], int(child.integers(0, 2**32))))
            self.seen.append(np.array([c in y[bag] for c in self.classes_]))
            self.bags.append(np.bincount(bag, minlength=len(X)) > 0)
        return self

    def each(self, X):
        """Aligned probabilities of all trees, (n_trees, m, k)."""
        aligned = np.zeros((self.n_trees, len(X), len(self.classes_)))
        for t, (tree, seen) in enumerate(zip(self.trees, self.seen)):
            aligned[t][:, seen] = tree(X)
        return aligned

    def predict_proba(self, X):
        """Mean over trees."""
        X = np.asarray(X)
        if X.ndim != 2 or X.shape[1] != self.X.shape[1]:
            raise ValueError("columns")
        return self.each(X).mean(axis=0)

    def predict(self, X):
        """Argmax."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def oob_score(self):
        """Ask every tree about every row, then mask."""
        free = ~np.array(self.bags)
        total = (self.each(self.X) * free[:, :, None]).sum(axis=0)
        some = free.any(axis=0)
        if not some.any():
            return float("nan")
        return float(np.mean(self.classes_[total[some].argmax(axis=1)] == self.y[some]))
