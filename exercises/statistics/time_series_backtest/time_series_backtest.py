"""Features, splits and an error for the backtest of a time series."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def lag_features(x: np.ndarray, lags: Sequence[int], windows: Sequence[int]) -> np.ndarray:
    """Past values and means of past values.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Series, oldest value first.
    lags : sequence of int
        Lags, at least 1.
    windows : sequence of int
        Lengths of the windows, at least 1.

    Returns
    -------
    ndarray of shape (n, len(lags) + len(windows))
        Row t only knows values before t; NaN where the history is too short.

    Raises
    ------
    ValueError
        If a lag or window is below 1.

    Examples
    --------
    >>> lag_features(np.array([2.0, 6.0, 4.0]), [1, 2], []).tolist()
    [[nan, nan], [2.0, nan], [6.0, 2.0]]
    """
    raise NotImplementedError


def time_series_splits(
    n: int, n_splits: int, test_size: int, gap: int = 0, max_train: int | None = None
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Split a series into training rows and later test blocks.

    Parameters
    ----------
    n : int
        Length of the series.
    n_splits : int
        Number of test blocks.
    test_size : int
        Length of each.
    gap : int, default=0
        Rows between training and test that belong to neither.
    max_train : int, optional
        Greatest number of training rows; all that are early enough by default.

    Returns
    -------
    list of tuple of ndarray
        Training and test indices of each split, in the order of time.

    Raises
    ------
    ValueError
        If a number is out of range or a split has no training rows.

    Examples
    --------
    >>> [(a.tolist(), b.tolist()) for a, b in time_series_splits(4, 2, 1)]
    [([0, 1], [2]), ([0, 1, 2], [3])]
    """
    raise NotImplementedError


def mase(y_true: np.ndarray, y_pred: np.ndarray, y_train: np.ndarray, season: int = 1) -> float:
    """Mean absolute error in units of the naive forecast.

    Parameters
    ----------
    y_true, y_pred : ndarray of shape (h,)
        Values and their forecasts.
    y_train : ndarray of shape (n,)
        Series before them.
    season : int, default=1
        Lag of the naive forecast, below n.

    Returns
    -------
    float
        Below 1 where the forecast beats the naive one.

    Raises
    ------
    ValueError
        If shapes differ, `season` is out of range or the scale is 0.

    Examples
    --------
    >>> mase(np.array([3.0]), np.array([4.0]), np.array([0.0, 2.0, 0.0]))
    0.5
    """
    raise NotImplementedError
