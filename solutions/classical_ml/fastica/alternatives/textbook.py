"""As course notes write it: eigenvectors of the covariance, and the inverse square root spelt out. No validation."""

from __future__ import annotations

import numpy as np


def whiten(X: np.ndarray, k: int) -> tuple:
    """Eigenvalues of the covariance."""
    mean = X.mean(axis=0)
    values, E = np.linalg.eigh(np.cov(X.T, bias=True).reshape(X.shape[1], -1))
    top = np.argsort(values)[::-1][:k]
    K = np.diag(1 / np.sqrt(values[top])) @ E[:, top].T
    return (X - mean) @ K.T, K, mean


def _sym_decorrelation(W: np.ndarray) -> np.ndarray:
    s, u = np.linalg.eigh(W @ W.T)
    return u @ np.diag(1 / np.sqrt(s)) @ u.T @ W


def fastica(X: np.ndarray, k: int, W0: np.ndarray, max_iter: int, tol: float) -> tuple:
    """Parallel FastICA, on columns as in the paper."""
    Z, K, _ = whiten(X, k)
    x, n = Z.T, len(X)
    W = _sym_decorrelation(W0)
    for _ in range(max_iter):
        wx = np.dot(W, x)
        g, dg = np.tanh(wx), 1 - np.tanh(wx) ** 2
        W1 = _sym_decorrelation(np.dot(g, x.T) / n - np.diag(dg.mean(axis=1)) @ W)
        lim = max(abs(abs(np.diag(np.dot(W1, W.T))) - 1))
        W = W1
        if lim < tol:
            break
    return np.dot(W, x).T, np.dot(W, K)
