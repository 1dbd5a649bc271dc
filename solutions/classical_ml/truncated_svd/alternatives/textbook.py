"""As the paper on randomised methods writes it: power iterations with QR in between. No validation, any sign."""

from __future__ import annotations

import numpy as np


def truncated_svd(A: np.ndarray, k: int, omega: np.ndarray, n_iter: int = 10) -> tuple:
    """Range finder, then the SVD of the small matrix."""
    Y = A @ omega
    Q, _ = np.linalg.qr(Y)
    for _ in range(n_iter):
        W, _ = np.linalg.qr(A.T @ Q)
        Q, _ = np.linalg.qr(A @ W)
    B = Q.T @ A
    Uhat, s, Vt = np.linalg.svd(B, full_matrices=False)
    U = Q @ Uhat
    return U[:, :k], s[:k], Vt[:k, :]


def best_rank_k(A: np.ndarray, k: int, omega: np.ndarray) -> np.ndarray:
    """Multiply the factors."""
    U, s, Vt = truncated_svd(A, k, omega)
    return U @ np.diag(s) @ Vt
