"""As tutorials write it: slices row by row, and splits counted from the end. No validation."""

from __future__ import annotations

import numpy as np


def lag_features(x: np.ndarray, lags: list, windows: list) -> np.ndarray:
    """Row by row."""
    rows = []
    for t in range(len(x)):
        row = [x[t - lag] if t >= lag else np.nan for lag in lags]
        row += [np.mean(x[t - w : t]) if t >= w else np.nan for w in windows]
        rows.append(row)
    return np.array(rows)


def time_series_splits(n: int, n_splits: int, test_size: int, gap: int = 0, max_train: int | None = None) -> list:
    """Test starts from the end."""
    indices, out = np.arange(n), []
    for start in range(n - n_splits * test_size, n, test_size):
        train_end = start - gap
        begin = train_end - max_train if max_train and max_train < train_end else 0
        out.append((indices[begin:train_end], indices[start : start + test_size]))
    return out


def mase(y_true: np.ndarray, y_pred: np.ndarray, y_train: np.ndarray, season: int = 1) -> float:
    """Two mean absolute errors."""
    naive = np.mean(np.abs(y_train[season:] - y_train[:-season]))
    return np.mean(np.abs(y_true - y_pred)) / naive
