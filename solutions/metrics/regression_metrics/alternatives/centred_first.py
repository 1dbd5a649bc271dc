"""Rows of weight zero dropped at the start, targets shifted by their first value, sums divided at the end."""

import numpy as np


def regression_metrics(y, yhat, weight=None):
    """Sums over the rows that count."""
    y, yhat = np.asarray(y), np.asarray(yhat)
    if y.ndim != 1 or y.shape != yhat.shape or not y.size:
        raise ValueError(f"bad shapes {y.shape} and {yhat.shape}")
    y, yhat = y.astype(np.float64), yhat.astype(np.float64)
    median = float(np.median(np.abs(y - yhat)))
    if weight is None:
        weight = np.ones(y.size)
    elif weight.shape != y.shape or not (weight >= 0).all() or not (weight > 0).any():
        raise ValueError("bad weights")
    rows = np.flatnonzero(weight)
    y, yhat, weight = y[rows], yhat[rows], weight[rows].astype(np.float64)
    total = weight.sum()
    error = y - yhat
    squares = (weight * error**2).sum()
    shifted = y - y[0]
    if not shifted.any():
        r2 = float(squares == 0)
    else:
        shifted -= (weight * shifted).sum() / total
        r2 = float(1 - squares / (weight * shifted**2).sum())
    size = np.abs(y)
    size[size < np.finfo(float).eps] = np.finfo(float).eps
    return {
        "medae": median,
        "mape": float((weight * np.abs(error) / size).sum() / total),
        "r2": r2,
        "mae": float((weight * np.abs(error)).sum() / total),
        "mse": float(squares / total),
        "rmse": float(np.sqrt(squares / total)),
    }


def pinball_loss(y, yhat, q):
    """Both sides apart."""
    y, yhat = np.asarray(y), np.asarray(yhat)
    if y.ndim != 1 or y.shape != yhat.shape or not y.size:
        raise ValueError(f"bad shapes {y.shape} and {yhat.shape}")
    if not (q > 0 and q < 1):
        raise ValueError("bad level")
    error = y.astype(float) - yhat.astype(float)
    return float((q * error[error > 0].sum() - (1 - q) * error[error < 0].sum()) / error.size)
