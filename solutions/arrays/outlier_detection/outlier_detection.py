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
    x, known = _known(x, thr)
    if not len(known) or known.max() == known.min():
        return np.zeros(x.shape, dtype=bool)
    return np.abs(x - known.mean()) > thr * known.std()


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
    x, known = _known(x, k)
    if not len(known):
        return np.zeros(x.shape, dtype=bool)
    q1, q3 = np.quantile(known, [0.25, 0.75])
    fence = k * (q3 - q1)
    return (x < q1 - fence) | (x > q3 + fence)


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
    x, known = _known(x, thr)
    if not len(known):
        return np.zeros(x.shape, dtype=bool)
    distance = np.abs(x - np.median(known))
    mad = np.median(np.abs(known - np.median(known)))
    return (0.6745 * distance > thr * mad) & bool(mad)


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
    if lower > upper:  # NumPy refuses levels outside [0, 1]
        raise ValueError(f"lower must not exceed upper, not {lower} and {upper}")
    x, known = _known(x, lower)
    return np.clip(x, *np.quantile(known, [lower, upper])) if len(known) else x


def _known(x: np.ndarray, limit: float) -> tuple[np.ndarray, np.ndarray]:
    """All values in float64, and those that are not missing, once the limit is known to be legal."""
    if limit < 0:
        raise ValueError(f"thresholds must not be negative, not {limit}")
    x = x.astype(np.float64)
    return x, x[~np.isnan(x)]
