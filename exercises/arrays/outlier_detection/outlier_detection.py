"""Three rules that flag outliers, and one way to tame them."""

from __future__ import annotations

import numpy as np


def zscore_outliers(x: np.ndarray, thr: float = 3.0) -> np.ndarray:
    """Flag values far from the mean, in standard deviations.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Values; NaN is ignored.
    thr : float, default=3.0
        Greatest legal distance.

    Returns
    -------
    ndarray of shape (n,)
        True for outliers.

    Raises
    ------
    ValueError
        If `thr` is negative.

    Examples
    --------
    >>> zscore_outliers(np.array([0.0, 0.0, 9.0]), 1.4).tolist()
    [False, False, True]
    """
    raise NotImplementedError


def iqr_outliers(x: np.ndarray, k: float = 1.5) -> np.ndarray:
    """Flag values beyond the fences around the quartiles.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Values; NaN is ignored.
    k : float, default=1.5
        Distance of the fences, in interquartile ranges.

    Returns
    -------
    ndarray of shape (n,)
        True for outliers.

    Raises
    ------
    ValueError
        If `k` is negative.

    Examples
    --------
    >>> iqr_outliers(np.array([1.0, 2.0, 3.0, 99.0])).tolist()
    [False, False, False, True]
    """
    raise NotImplementedError


def mad_outliers(x: np.ndarray, thr: float = 3.5) -> np.ndarray:
    """Flag values far from the median, in median absolute deviations.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Values; NaN is ignored.
    thr : float, default=3.5
        Greatest legal modified z-score.

    Returns
    -------
    ndarray of shape (n,)
        True for outliers.

    Raises
    ------
    ValueError
        If `thr` is negative.

    Examples
    --------
    >>> mad_outliers(np.array([1.0, 2.0, 3.0, 99.0])).tolist()
    [False, False, False, True]
    """
    raise NotImplementedError


def winsorize(x: np.ndarray, lower: float, upper: float) -> np.ndarray:
    """Pull extreme values in to two quantiles.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Values; NaN stays.
    lower, upper : float
        Levels of the quantiles, 0 to 1.

    Returns
    -------
    ndarray of shape (n,)
        Values between the quantiles.

    Raises
    ------
    ValueError
        If the levels are not in order within [0, 1].

    Examples
    --------
    >>> winsorize(np.array([0.0, 5.0, 10.0]), 0.0, 0.5).tolist()
    [0.0, 5.0, 5.0]
    """
    raise NotImplementedError
