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
    if any(k < 1 for k in (*lags, *windows)):
        raise ValueError("lags and windows must be at least 1")
    n, x = len(x), x.astype(np.float64)
    features = np.full((n, len(lags) + len(windows)), np.nan)
    for j, lag in enumerate(lags):
        past = features[lag:, j]
        past[:] = x[: len(past)]
    start = float(x[0]) if n else 0.0  # sums of small numbers keep their digits
    sums = np.concatenate([[0.0], np.cumsum(x - start)])
    for j, w in enumerate(windows, start=len(lags)):
        past = features[w:, j]
        past[:] = (sums[w:n] - sums[: len(past)]) / w + start
    return features


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
    first = n - n_splits * test_size
    longest = n if max_train is None else max_train
    if min(n_splits, test_size, longest) < 1 or gap < 0 or first - gap < 1:
        raise ValueError("every split needs training rows, test rows and a gap that is not negative")
    index = np.arange(n)
    return [(index[max(t - gap - longest, 0) : t - gap], index[t : t + test_size]) for t in range(first, n, test_size)]


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
    if y_true.shape != y_pred.shape or not len(y_true):
        raise ValueError(f"y_true and y_pred must both be (h,), not {y_true.shape} and {y_pred.shape}")
    if not 1 <= season < len(y_train):
        raise ValueError(f"season must lie in 1 to {len(y_train) - 1}, not {season}")
    history = y_train.astype(np.float64)
    scale = np.abs(history[season:] - history[:-season]).mean()
    if scale == 0:
        raise ValueError("the naive forecast makes no error on the training series")
    return float(np.abs(y_true.astype(float) - y_pred).mean() / scale)
