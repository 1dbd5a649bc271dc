"""One feature after the other, nested dictionaries, rows routed by masks."""

import numpy as np


def impurity(counts, criterion):
    """Impurity of each row of counts."""
    with np.errstate(divide="ignore", invalid="ignore"):
        p = counts / counts.sum(axis=1, keepdims=True)
        if criterion == "gini":
            return (p * (1 - p)).sum(axis=1)
        return np.nansum(-p * np.log2(p), axis=1)


def best_split(X, y, n_classes, criterion="gini", min_samples_leaf=1):
    """Best candidate of each feature, then the best of these."""
    X = np.array(X, dtype=float)
    if X.ndim != 2 or len(X) == 0 or y.ndim != 1 or len(y) != len(X) or min_samples_leaf < 1:
        raise ValueError("shapes")
    if criterion not in ("gini", "entropy") or y.min() < 0 or y.max() >= n_classes:
        raise ValueError("criterion or classes")
    n, found = len(y), []
    whole = np.bincount(y, minlength=n_classes)
    parent = impurity(whole[None], criterion)[0]
    for j in range(X.shape[1]):
        order = np.argsort(X[:, j], kind="stable")
        v, labels = X[order, j], y[order]
        left = np.stack([np.cumsum(labels == c) for c in range(n_classes)], axis=1)
        cuts = np.flatnonzero(v[:-1] != v[1:])
        cuts = cuts[(cuts + 1 >= min_samples_leaf) & (n - cuts - 1 >= min_samples_leaf)]
        if len(cuts) == 0:
            continue
        share = (cuts + 1) / n
        a, b = impurity(left[cuts], criterion), impurity(whole - left[cuts], criterion)
        gains = parent - share * a - (1 - share) * b
        for i, gain in zip(cuts[gains >= gains.max() - 1e-12][:1], gains[gains >= gains.max() - 1e-12][:1]):
            found.append((j, v[i], v[i + 1], gain, gains.max()))
    if not found:
        return None
    top = max(f[4] for f in found)
    for j, low, high, gain, _ in found:
        if gain >= top - 1e-12:
            middle = low + (high - low) / 2
            return j, float(low if middle == high else middle), float(gain)
    # The first within the room of its own feature may be just outside of that of all.
    j, low, high, gain, _ = max(found, key=lambda f: f[4])
    return j, float(low + (high - low) / 2), float(gain)


class DecisionTreeClassifier:
    """Dictionary of dictionaries."""

    def __init__(
        self, criterion="gini", max_depth=None, min_samples_split=2, min_samples_leaf=1, min_impurity_decrease=0
    ):
        self.criterion, self.max_depth = criterion, np.inf if max_depth is None else max_depth
        self.split, self.leaf, self.gain = min_samples_split, min_samples_leaf, min_impurity_decrease

    def fit(self, X, y):
        """Check everything here."""
        if (
            self.criterion not in ("gini", "entropy")
            or self.max_depth < 0
            or self.split < 2
            or self.leaf < 1
            or self.gain < 0
        ):
            raise ValueError("settings")
        X = np.array(X, dtype=float)
        if X.ndim != 2 or not len(X) or y.shape != X.shape[:1]:
            raise ValueError("shapes")
        self.shape = X.shape
        self.classes_ = np.unique(y)
        self.root = self.build(X, np.searchsorted(self.classes_, y), 0)
        return self

    def build(self, X, y, depth):
        """A node is a dictionary."""
        k = len(self.classes_)
        node = {"p": np.bincount(y, minlength=k) / len(y)}
        if depth >= self.max_depth or len(y) < self.split or (y == y[0]).all():
            return node
        found = best_split(X, y, k, self.criterion, self.leaf)
        if found and found[2] > self.gain - 1e-12:
            node["feature"], node["threshold"], _ = found
            go = X[:, node["feature"]] > node["threshold"]
            node["low"] = self.build(X[~go], y[~go], depth + 1)
            node["high"] = self.build(X[go], y[go], depth + 1)
        return node

    def fill(self, node, X, rows, out):
        """Route rows by masks."""
        if "feature" not in node:
            out[rows] = node["p"]
            return
        go = X[rows, node["feature"]] > node["threshold"]
        self.fill(node["low"], X, rows[~go], out)
        self.fill(node["high"], X, rows[go], out)

    def predict_proba(self, X):
        """Shares."""
        X = np.array(X, dtype=float)
        if X.ndim != 2 or X.shape[1] != self.shape[1]:
            raise ValueError("columns")
        out = np.empty((len(X), len(self.classes_)))
        self.fill(self.root, X, np.arange(len(X)), out)
        return out

    def predict(self, X):
        """Argmax."""
        return self.classes_[np.argmax(self.predict_proba(X), axis=1)]
