"""As a data-cleaning notebook writes it: the nan-functions of NumPy. No validation."""

from __future__ import annotations

import numpy as np


def zscore_outliers(x: np.ndarray, thr: float = 3.0) -> np.ndarray:
    """Standardise, then compare."""
    s = np.nanstd(x)
    if s == 0:
        return np.full(len(x), False)
    return np.abs((x - np.nanmean(x)) / s) > thr


def iqr_outliers(x: np.ndarray, k: float = 1.5) -> np.ndarray:
    """Tukey's fences."""
    q1, q3 = np.nanpercentile(x, [25, 75])
    iqr = q3 - q1
    return (x < q1 - k * iqr) | (x > q3 + k * iqr)


def mad_outliers(x: np.ndarray, thr: float = 3.5) -> np.ndarray:
    """Modified z-score."""
    median = np.nanmedian(x)
    mad = np.nanmedian(np.abs(x - median))
    if mad == 0:
        return np.full(len(x), False)
    return np.abs(0.6745 * (x - median) / mad) > thr


def winsorize(x: np.ndarray, lower: float, upper: float) -> np.ndarray:
    """Clip to quantiles."""
    low, high = np.nanquantile(x, [lower, upper])
    return np.clip(x, low, high)
