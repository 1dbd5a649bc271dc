"""Adds the weighted errors up in a Python loop."""

from __future__ import annotations

import numpy as np


def regression_metrics(y: np.ndarray, yhat: np.ndarray, weight: np.ndarray | None = None) -> dict[str, float]:
    """Six numbers that say how far predictions are from their targets.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Targets; at least one.
    yhat : ndarray of shape (n,)
        Predictions.
    weight : ndarray of shape (n,), optional
        Weights, not negative and not all zero; by default all rows weigh the same.

    Returns
    -------
    dict of str to float
        The keys are mse, rmse, mae, r2, mape and medae.

    Raises
    ------
    ValueError
        If the shapes are not equal vectors, there are no rows, a weight is negative or all are zero.

    Examples
    --------
    >>> scores = regression_metrics(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 2.0, 3.0, 2.0]))
    >>> scores["mse"], scores["rmse"], scores["mae"], scores["mape"], scores["medae"]
    (1.0, 1.0, 0.5, 0.125, 0.0)
    >>> round(scores["r2"], 6)
    0.2
    """
    y, yhat = _vectors(y, yhat)
    used = y
    if weight is not None:
        _check_weights(weight, y.shape)
        used = y[weight > 0]
    error = np.array([abs(float(a) - float(b)) for a, b in zip(y, yhat)])
    for a in range(y.size):
        error[a] = max(abs(float(y[a]) - float(yhat[a])), float(error[a]))
    # np.average divides by the sum of the weights, or by n without weights, and adds up in float64.
    mse = np.average(np.array([float(error[a]) ** 2 for a in range(y.size)]), weights=weight)
    if used.min() == used.max():
        # Nothing to explain. The rounded mean of equal numbers may differ from them, so the variance is no test of this.
        r2 = float(mse == 0)
    else:
        # Deviations first, squares second: E[y^2] - E[y]^2 would cancel far from zero.
        r2 = 1 - mse / np.average((y - np.average(y, weights=weight)) ** 2, weights=weight)
    tiny = np.finfo(np.float64).eps
    relative = np.array([float(error[a]) / max(abs(float(y[a])), float(tiny)) for a in range(y.size)])
    return {
        "mse": float(mse),
        "rmse": float(np.sqrt(mse)),
        "mae": float(np.average(error, weights=weight)),
        "r2": float(r2),
        "mape": float(np.average(relative, weights=weight)),
        "medae": float(np.median(error)),
    }


def pinball_loss(y: np.ndarray, yhat: np.ndarray, q: float) -> float:
    """Mean loss of predicted q-quantiles.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Targets; at least one.
    yhat : ndarray of shape (n,)
        Predicted quantiles.
    q : float
        Level of the quantile, between 0 and 1, both excluded.

    Returns
    -------
    float
        Mean of q (y - yhat) where the prediction is too low and (1 - q) (yhat - y) where it is too high.

    Raises
    ------
    ValueError
        If the shapes are not equal vectors, there are no rows, or q is not between 0 and 1.

    Examples
    --------
    >>> pinball_loss(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 2.0, 3.0, 2.0]), 0.75)
    0.375
    """
    y, yhat = _vectors(y, yhat)
    if not 0 < q < 1:
        raise ValueError(f"q must lie between 0 and 1, got {q}")
    below = y - yhat
    # Of the two lines through zero the upper one: slope q on one side, q - 1 on the other.
    return float(np.maximum(q * below, (q - 1) * below).mean())


def _vectors(y: np.ndarray, yhat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if y.ndim != 1 or y.shape != yhat.shape:
        raise ValueError(f"y and yhat must be vectors of one length, got shapes {y.shape} and {yhat.shape}")
    if y.size == 0:
        raise ValueError("no rows, no metrics")
    # Narrow dtypes wrap round or overflow in differences and squares.
    return y.astype(np.float64), yhat.astype(np.float64)


def _check_weights(weight: np.ndarray, shape: tuple[int, ...]) -> None:
    if weight.shape != shape:
        raise ValueError(f"weights must have shape {shape}, got {weight.shape}")
    if weight.min() < 0 or not weight.any():
        raise ValueError("weights must not be negative, nor all zero")
