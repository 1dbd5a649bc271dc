"""As tutorials write it from scratch: the covariance matrix, its eigenvectors, and a sort."""

from __future__ import annotations

import numpy as np


class PCA:
    """Eigenvectors of the covariance."""

    def __init__(self, k: int, whiten: bool = False) -> None:
        self.k = k
        self.whiten = whiten

    def fit(self, X: np.ndarray) -> PCA:
        """Centre, decompose, sort."""
        self.mean_ = np.mean(X, axis=0)
        cov = np.cov((X - self.mean_).T).reshape(X.shape[1], X.shape[1])
        eigenvalues, eigenvectors = np.linalg.eigh(cov)
        idx = np.argsort(eigenvalues)[::-1]
        eigenvalues, eigenvectors = eigenvalues[idx], eigenvectors[:, idx]
        self.components_ = eigenvectors[:, : self.k].T
        self.explained_variance_ = eigenvalues[: self.k]
        self.explained_variance_ratio_ = eigenvalues[: self.k] / np.sum(eigenvalues)
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Project."""
        return np.dot(X - self.mean_, self.components_.T)

    def inverse_transform(self, Z: np.ndarray) -> np.ndarray:
        """Reconstruct."""
        return Z @ self.components_ + self.mean_
