"""As lectures write it: explicit inverse, scatter matrices and the eigenvectors of inv(Sw) Sb. No validation."""

from __future__ import annotations

import numpy as np


class LDA:
    """Pooled covariance."""

    def __init__(self, shrinkage: float = 0.0) -> None:
        self.s = shrinkage

    def fit(self, X: np.ndarray, y: np.ndarray) -> LDA:
        """Means, priors, scatter."""
        n, d = X.shape
        self.classes = np.unique(y)
        self.mu = X.mean(axis=0)
        self.means, self.priors, Sw, Sb = [], [], np.zeros((d, d)), np.zeros((d, d))
        for c in self.classes:
            Xc = X[y == c]
            mean = Xc.mean(axis=0)
            Sw += (Xc - mean).T @ (Xc - mean)
            Sb += len(Xc) * np.outer(mean - self.mu, mean - self.mu)
            self.means.append(mean)
            self.priors.append(len(Xc) / n)
        Sw, Sb = Sw / n, Sb / n
        Sw = (1 - self.s) * Sw + self.s * np.trace(Sw) / d * np.eye(d)
        self.inv = np.linalg.inv(Sw)
        values, vectors = np.linalg.eig(self.inv @ Sb)
        V = vectors[:, np.argsort(values.real)[::-1]].real
        self.V = V / np.sqrt(np.sum(V * (Sw @ V), axis=0))
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Softmax of the discriminants."""
        delta = np.array(
            [X @ self.inv @ m - m @ self.inv @ m / 2 + np.log(p) for m, p in zip(self.means, self.priors, strict=True)]
        ).T
        e = np.exp(delta - np.max(delta, axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most probable."""
        return self.classes[np.argmax(self.predict_proba(X), axis=1)]

    def transform(self, X: np.ndarray, k: int) -> np.ndarray:
        """Projection."""
        return (X - self.mu) @ self.V[:, :k]
