"""As the code published with the paper: a search for each row, and a gradient row by row. No validation."""

from __future__ import annotations

import numpy as np


def _hbeta(D: np.ndarray, beta: float) -> tuple:
    P = np.exp(-D * beta)
    sumP = np.sum(P)
    H = np.log(sumP) + beta * np.sum(D * P) / sumP
    return H, P / sumP


def conditional_probabilities(D2: np.ndarray, perplexity: float, max_iter: int = 100) -> np.ndarray:
    """Binary search of the precision of each row."""
    n = len(D2)
    P, log_u = np.zeros((n, n)), np.log(perplexity)
    for i in range(n):
        beta, beta_min, beta_max = 1.0, -np.inf, np.inf
        mask = np.arange(n) != i
        H, row = _hbeta(D2[i, mask], beta)
        tries = 0
        while np.abs(H - log_u) > 1e-6 and tries < max_iter:
            if H > log_u:
                beta_min = beta
                beta = beta * 2 if beta_max == np.inf else (beta + beta_max) / 2
            else:
                beta_max = beta
                beta = beta / 2 if beta_min == -np.inf else (beta + beta_min) / 2
            H, row = _hbeta(D2[i, mask], beta)
            tries += 1
        P[i, mask] = row
    return P


def joint_probabilities(P_cond: np.ndarray) -> np.ndarray:
    """Symmetrise and normalise."""
    P = P_cond + np.transpose(P_cond)
    return P / np.sum(P)


def kl_and_grad(P: np.ndarray, Y: np.ndarray) -> tuple:
    """Student t affinities and the gradient of each point."""
    n = len(Y)
    sum_Y = np.sum(np.square(Y), axis=1)
    num = 1 / (1 + np.add(np.add(-2 * np.dot(Y, Y.T), sum_Y).T, sum_Y))
    num[range(n), range(n)] = 0
    Q = np.maximum(num / np.sum(num), 1e-12)
    P = np.maximum(P, 1e-12)
    PQ = P - Q
    dY = np.zeros(Y.shape)
    for i in range(n):
        dY[i] = 4 * np.sum(np.tile(PQ[:, i] * num[:, i], (Y.shape[1], 1)).T * (Y[i] - Y), axis=0)
    return np.sum(P * np.log(P / Q)), dY
