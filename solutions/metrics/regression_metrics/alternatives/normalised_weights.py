"""Weights that add up to one, and dot products with them."""

import numpy as np


def regression_metrics(y, yhat, weight=None):
    """All means are dot products."""
    y, yhat = _float(y, yhat)
    w = np.ones(len(y)) if weight is None else np.asarray(weight, dtype=float)
    if w.shape != y.shape or (w < 0).any() or w.sum() == 0:
        raise ValueError("weights")
    w = w / w.sum()
    e = np.abs(yhat - y)
    mse = w @ (e * e)
    seen = y[w > 0]
    if (seen == seen[0]).all():
        r2 = 1.0 if mse == 0 else 0.0
    else:
        centred = y - w @ y
        r2 = 1 - mse / (w @ (centred * centred))
    ordered = np.sort(e)
    middle = (ordered[(len(e) - 1) // 2] + ordered[len(e) // 2]) / 2
    scores = (mse, mse**0.5, w @ e, r2, w @ (e / np.clip(np.abs(y), 2.0**-52, None)), middle)
    return dict(zip(("mse", "rmse", "mae", "r2", "mape", "medae"), map(float, scores), strict=True))


def pinball_loss(y, yhat, q):
    """Slopes chosen by np.where."""
    y, yhat = _float(y, yhat)
    if q <= 0 or q >= 1 or q != q:
        raise ValueError("q")
    d = y - yhat
    return float(np.where(d >= 0, q, q - 1) @ d / len(d))


def _float(y, yhat):
    y, yhat = np.asarray(y, dtype=float), np.asarray(yhat, dtype=float)
    if y.ndim != 1 or yhat.ndim != 1 or len(y) != len(yhat) or len(y) == 0:
        raise ValueError("shapes")
    return y, yhat
