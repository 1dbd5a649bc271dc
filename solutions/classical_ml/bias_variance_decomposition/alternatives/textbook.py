"""As a lecture writes it: loops, and expectations as means. No validation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def simulate(fit_predict: Callable, f: Callable, X_train: np.ndarray, noise: np.ndarray, X_test: np.ndarray) -> list:
    """One model for each noise."""
    preds = []
    for eps in noise:
        y = f(X_train) + eps
        preds.append(fit_predict(X_train, y, X_test))
    return preds


def decompose(preds: np.ndarray, f_true: np.ndarray, noise_var: float) -> dict:
    """E[(f - f_bar)^2] and (f_bar - f)^2."""
    f_bar = np.mean(preds, axis=0)
    bias2 = np.mean(np.square(f_bar - f_true))
    variance = np.mean(np.square(preds - f_bar))
    mse = np.mean([np.mean(np.square(p - f_true)) for p in preds])
    return {
        "bias2": bias2,
        "variance": variance,
        "noise": noise_var,
        "total": bias2 + variance + noise_var,
        "mse_to_f": mse,
    }
