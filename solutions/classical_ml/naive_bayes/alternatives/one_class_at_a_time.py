"""Statistics of one class after the other, kept in dictionaries; logaddexp for the sum."""

import numpy as np


def checked(X, y=None):
    """Float matrix, or ValueError."""
    X = np.array(X, dtype=float)
    if X.ndim != 2:
        raise ValueError("X must be a matrix")
    if y is not None and (y.ndim != 1 or len(y) != len(X) or len(y) == 0):
        raise ValueError("y does not fit")
    return X


def finish(columns):
    """Normalise a list of joint log-densities."""
    joint = np.column_stack(columns)
    return joint - np.logaddexp.reduce(joint, axis=1)[:, np.newaxis]


class GaussianNB:
    """Mean and var of each block of rows."""

    def __init__(self, var_smoothing=1e-9):
        self.var_smoothing = var_smoothing

    def fit(self, X, y):
        """Store a tuple for each class."""
        X = checked(X, y)
        if self.var_smoothing < 0:
            raise ValueError("negative smoothing")
        extra = self.var_smoothing * np.max(np.var(X, axis=0))
        self.d = X.shape[1]
        self.classes_ = np.unique(y)
        self.stats = {}
        for index, c in enumerate(self.classes_):
            rows = X[y == c]
            var = rows.var(axis=0) + extra
            if not var.all():
                raise ValueError("zero variance")
            self.stats[index] = np.log(len(rows)) - np.log(len(X)), rows.mean(axis=0), var
        return self

    def predict_log_proba(self, X):
        """Full log-density, constant included."""
        X = checked(X)
        if X.shape[1] != self.d:
            raise ValueError("columns")
        columns = []
        for prior, mean, var in self.stats.values():
            density = -0.5 * np.log(2 * np.pi * var) - 0.5 * ((X - mean) / np.sqrt(var)) ** 2
            columns.append(prior + density.sum(axis=1))
        return finish(columns)

    def predict(self, X):
        """Argmax."""
        return np.take(self.classes_, np.argmax(self.predict_log_proba(X), axis=1))


class MultinomialNB:
    """Sum of each block of rows."""

    def __init__(self, alpha=1.0):
        if not alpha > 0:
            raise ValueError("alpha")
        self.alpha = alpha

    def fit(self, X, y):
        """One vector of log shares a class."""
        X = checked(X, y)
        if X.min(initial=0) < 0:
            raise ValueError("negative count")
        self.classes_ = np.unique(y)
        self.weights, self.priors = [], []
        for c in self.classes_:
            rows = X[y == c]
            total = rows.sum(axis=0)
            self.weights.append(np.log(total + self.alpha) - np.log(total.sum() + self.alpha * X.shape[1]))
            self.priors.append(np.log(len(rows) / len(X)))
        return self

    def predict_log_proba(self, X):
        """Dot products."""
        X = checked(X)
        if (X < 0).any() or X.shape[1] != len(self.weights[0]):
            raise ValueError("bad counts")
        return finish([X @ w + p for w, p in zip(self.weights, self.priors)])

    def predict(self, X):
        """Argmax."""
        return np.take(self.classes_, np.argmax(self.predict_log_proba(X), axis=1))
