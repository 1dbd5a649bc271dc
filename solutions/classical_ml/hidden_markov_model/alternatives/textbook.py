"""As Rabiner's tutorial writes it: forward and backward scaled at each step, and Viterbi with logs. No validation."""

from __future__ import annotations

import numpy as np


def _scaled(obs: np.ndarray, pi: np.ndarray, A: np.ndarray, B: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    alpha, c = np.zeros((len(obs), len(pi))), np.zeros(len(obs))
    for t, o in enumerate(obs):
        alpha[t] = (pi if t == 0 else alpha[t - 1] @ A) * B[:, o]
        c[t] = alpha[t].sum()
        alpha[t] /= c[t]
    return alpha, c


def forward_log_likelihood(obs: np.ndarray, pi: np.ndarray, A: np.ndarray, B: np.ndarray) -> float:
    """Sum of the logs of the scales."""
    return np.log(_scaled(obs, pi, A, B)[1]).sum()


def posteriors(obs: np.ndarray, pi: np.ndarray, A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Scaled forward times scaled backward."""
    alpha, c = _scaled(obs, pi, A, B)
    beta = np.ones_like(alpha)
    for t in range(len(obs) - 2, -1, -1):
        beta[t] = A @ (B[:, obs[t + 1]] * beta[t + 1]) / c[t + 1]
    return alpha * beta


def viterbi(obs: np.ndarray, pi: np.ndarray, A: np.ndarray, B: np.ndarray) -> tuple[np.ndarray, float]:
    """Maxima and where they came from, state by state."""
    T, K = len(obs), len(pi)
    delta, psi = np.zeros((T, K)), np.zeros((T, K), dtype=int)
    log_A, log_B = np.log(A), np.log(B)
    delta[0] = np.log(pi) + log_B[:, obs[0]]
    for t in range(1, T):
        for j in range(K):
            scores = delta[t - 1] + log_A[:, j]
            psi[t, j] = np.argmax(scores)
            delta[t, j] = np.max(scores) + log_B[j, obs[t]]
    path = [np.argmax(delta[-1])]
    for t in range(T - 1, 0, -1):
        path.insert(0, psi[t, path[0]])
    return np.array(path), delta[-1].max()
