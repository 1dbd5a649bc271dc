"""Correlogram, fit and forecast of an autoregression."""

from __future__ import annotations

import numpy as np


def acf(x: np.ndarray, nlags: int) -> np.ndarray:
    """Autocorrelations of a series.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Series, oldest value first.
    nlags : int
        Greatest lag, below n.

    Returns
    -------
    ndarray of shape (nlags + 1,)
        Correlations at lags 0 to nlags.

    Raises
    ------
    ValueError
        If `x` holds NaN or `nlags` is out of range.

    Examples
    --------
    >>> acf(np.array([0.0, 1.0, 0.0, 1.0]), 1).tolist()
    [1.0, -0.75]
    """
    raise NotImplementedError


def fit_ar(x: np.ndarray, p: int) -> tuple[float, np.ndarray]:
    """Fit an autoregression by conditional least squares.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Series, oldest value first.
    p : int
        Number of lags.

    Returns
    -------
    c : float
        Intercept.
    phi : ndarray of shape (p,)
        Coefficients, that of lag 1 first.

    Raises
    ------
    ValueError
        If `x` holds NaN, `p` is below 1 or n below 2p + 1.

    Examples
    --------
    >>> c, phi = fit_ar(np.array([1.0, 2.0, 3.0, 4.0]), 1)
    >>> round(c, 6), phi.round(6).tolist()
    (1.0, [1.0])
    """
    raise NotImplementedError


def forecast_ar(x: np.ndarray, c: float, phi: np.ndarray, h: int) -> np.ndarray:
    """Predict the values after a series, feeding predictions back.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Series, oldest value first.
    c : float
        Intercept.
    phi : ndarray of shape (p,)
        Coefficients, that of lag 1 first.
    h : int
        Number of values to predict.

    Returns
    -------
    ndarray of shape (h,)
        Predictions.

    Raises
    ------
    ValueError
        If `x` holds NaN or is shorter than `phi`, or `h` is negative.

    Examples
    --------
    >>> forecast_ar(np.array([8.0]), 1.0, np.array([0.5]), 2).tolist()
    [5.0, 3.5]
    """
    raise NotImplementedError
