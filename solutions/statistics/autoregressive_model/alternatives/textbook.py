"""As course notes write it: lag by lag, a design matrix row by row, and a growing list. No validation."""

from __future__ import annotations

import numpy as np


def acf(x: np.ndarray, nlags: int) -> list:
    """Sums of products."""
    d = x - np.mean(x)
    return [np.sum(d[k:] * d[: len(d) - k]) / np.sum(d**2) for k in range(nlags + 1)]


def fit_ar(x: np.ndarray, p: int) -> tuple:
    """Normal equations by lstsq."""
    X = np.array([[1, *(x[t - k] for k in range(1, p + 1))] for t in range(p, len(x))])
    beta = np.linalg.lstsq(X, x[p:], rcond=None)[0]
    return beta[0], beta[1:]


def forecast_ar(x: np.ndarray, c: float, phi: np.ndarray, h: int) -> list:
    """Append predictions."""
    history = list(x)
    for _ in range(h):
        history.append(c + sum(phi[k] * history[-1 - k] for k in range(len(phi))))
    return history[len(x) :]
