"""As numerical lectures and well-known libraries write it: the singular value decomposition of the centred data."""

from __future__ import annotations

import numpy as np


class PCA:
    """Right singular vectors of the centred data."""

    def __init__(self, k: int, whiten: bool = False) -> None:
        self.k, self.whiten = k, whiten

    def fit(self, X: np.ndarray) -> PCA:
        """One decomposition."""
        self.mean_ = X.mean(axis=0)
        U, S, Vt = np.linalg.svd(X - self.mean_, full_matrices=False)
        variance = S**2 / (len(X) - 1)
        self.components_ = Vt[: self.k]
        self.explained_variance_ = variance[: self.k]
        self.explained_variance_ratio_ = self.explained_variance_ / variance.sum()
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Scores, whitened if asked for."""
        Z = (X - self.mean_) @ self.components_.T
        return Z / np.sqrt(self.explained_variance_) if self.whiten else Z

    def inverse_transform(self, Z: np.ndarray) -> np.ndarray:
        """Back to the data."""
        if self.whiten:
            Z = Z * np.sqrt(self.explained_variance_)
        return Z @ self.components_ + self.mean_
