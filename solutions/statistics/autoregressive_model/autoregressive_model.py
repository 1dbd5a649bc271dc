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
    x = _series(x)
    if not 0 <= nlags < len(x):
        raise ValueError(f"nlags must lie in 0 to {len(x) - 1}, not {nlags}")
    d = x - x.mean()
    if x.max() == x.min():
        return (np.arange(nlags + 1) == 0).astype(np.float64)
    sums = np.array([(d[k:] * d[: len(d) - k]).sum() for k in range(nlags + 1)])
    return sums / sums[0]


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
    x = _series(x)
    if p < 1 or len(x) < 2 * p + 1:
        raise ValueError(f"p must be at least 1 and n at least 2p + 1, not {p} and {len(x)}")
    windows = np.lib.stride_tricks.sliding_window_view(x, p + 1)
    rows = np.column_stack([np.ones(len(windows)), windows[:, p - 1 :: -1]])
    coefficients = np.linalg.lstsq(rows, windows[:, p])[0]
    return float(coefficients[0]), coefficients[1:]


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
    x = _series(x)
    if len(x) < len(phi):
        raise ValueError(f"{len(phi)} coefficients need as many values, not {len(x)}")
    values = np.concatenate([x, np.empty(h)])  # empty refuses a negative h
    backwards = phi[::-1]
    for t in range(len(x), len(values)):
        values[t] = c + (backwards * values[t - len(phi) : t]).sum()
    return values[len(x) :]


def _series(x: np.ndarray) -> np.ndarray:
    """A series in float64, once it is known to have no gaps."""
    x = x.astype(np.float64)
    if np.isnan(x).any():
        raise ValueError("a series must not hold NaN")
    return x
