"""QR of the data or of their transpose first, then the singular values of the small factor; signs in a loop."""

import numpy as np


class PCA:
    """Sizes are checked in fit."""

    def __init__(self, k, whiten=False):
        if k < 1:
            raise ValueError("k")
        self.k, self.whiten = k, whiten

    def fit(self, X):
        """Reduce, decompose, order."""
        X = np.array(X, dtype=float)
        if X.ndim != 2:
            raise ValueError("matrix")
        n, d = X.shape
        if n < 2 or self.k > n or self.k > d:
            raise ValueError("size")
        self.mean_ = X.sum(axis=0) / n
        C = X - self.mean_
        if n >= d:
            _, R = np.linalg.qr(C)
            _, s, V = np.linalg.svd(R)
        else:
            Q, R = np.linalg.qr(C.T)
            W, s, _ = np.linalg.svd(R, full_matrices=False)
            V = (Q @ W).T
        total = np.var(X, axis=0, ddof=1).sum()
        rows = []
        for v in V[: self.k]:
            j = next(j for j in range(d) if abs(v[j]) >= abs(v).max() - 1e-9)
            rows.append(v if v[j] > 0 else -v)
        self.components_ = np.array(rows)
        self.explained_variance_ = s[: self.k] ** 2 / (n - 1)
        self.explained_variance_ratio_ = self.explained_variance_ / total if total > 0 else np.zeros(self.k)
        self.spread = s[: self.k] / np.sqrt(n - 1)
        self.spread[s[: self.k] <= 1e-12 * s.max()] = 0
        return self

    def transform(self, X):
        """Scores, one component after the other."""
        X = np.asarray(X, dtype=float)
        if X.ndim != 2 or X.shape[1] != len(self.mean_):
            raise ValueError("columns")
        Z = np.zeros((len(X), self.k))
        for j, v in enumerate(self.components_):
            Z[:, j] = (X - self.mean_) @ v
            if self.whiten:
                Z[:, j] = Z[:, j] / self.spread[j] if self.spread[j] else 0
        return Z

    def inverse_transform(self, Z):
        """Sum of the components."""
        Z = np.array(Z, dtype=float)
        if Z.ndim != 2 or Z.shape[1] != self.k:
            raise ValueError("columns")
        if self.whiten:
            Z = Z * self.spread
        return self.mean_ + np.einsum("mk,kd->md", Z, self.components_)
