"""As a preprocessing lecture writes it: a loop over the columns, a copy, and masks for the gaps."""

from __future__ import annotations

import numpy as np


class SimpleImputer:
    """Column statistics, learnt once and filled in later."""

    def __init__(self, strategy: str = "mean", fill_value: float = 0.0, add_indicator: bool = False) -> None:
        self.strategy = strategy
        self.fill_value = fill_value
        self.add_indicator = add_indicator

    def fit(self, X: np.ndarray) -> SimpleImputer:
        """Compute a statistic of each column."""
        self.statistics_ = []
        for j in range(X.shape[1]):
            col = X[:, j]
            col = col[~np.isnan(col)]
            if self.strategy == "mean":
                self.statistics_.append(np.mean(col))
            elif self.strategy == "median":
                self.statistics_.append(np.median(col))
            elif self.strategy == "most_frequent":
                values, counts = np.unique(col, return_counts=True)
                self.statistics_.append(values[counts.argmax()])
            else:
                self.statistics_.append(self.fill_value)
        self.missing_columns_ = np.where(np.isnan(X).any(axis=0))[0]
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Fill a copy, and append what the mask says."""
        mask = np.isnan(X)
        out = X.copy()
        for j, value in enumerate(self.statistics_):
            out[mask[:, j], j] = value
        if self.add_indicator:
            out = np.concatenate([out, mask[:, self.missing_columns_].astype(float)], axis=1)
        return out
