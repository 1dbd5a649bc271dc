"""As lectures write it: step by step, and autocorrelations lag by lag. No validation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def metropolis(log_prob: Callable, x0: np.ndarray, noise: np.ndarray, log_u: np.ndarray, step: float) -> tuple:
    """Propose, compare, record."""
    x, lp = x0.copy(), log_prob(x0)
    chain, n_accept = [], 0
    for i in range(len(noise)):
        x_new = x + step * noise[i]
        lp_new = log_prob(x_new)
        if log_u[i] < min(0.0, lp_new - lp):
            x, lp = x_new, lp_new
            n_accept += 1
        chain.append(x.copy())
    return np.array(chain), n_accept / len(noise)


def effective_sample_size(x: np.ndarray) -> float:
    """Sum until the first autocorrelation that is not positive."""
    n, d, total = len(x), x - np.mean(x), 0.0
    for k in range(1, n):
        rho = np.sum(d[: n - k] * d[k:]) / np.sum(d * d)
        if rho <= 0:
            break
        total += rho
    return n / (1 + 2 * total)
