"""MSE, RMSE, MAE, R2, MAPE, median absolute error and the pinball loss."""

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
    raise NotImplementedError


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
    raise NotImplementedError
