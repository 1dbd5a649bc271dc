"""Column by column with the standard library: fmean, median and Counter."""

import statistics
from collections import Counter

import numpy as np


class SimpleImputer:
    """Keeps a list of fills and a list of marked columns."""

    def __init__(self, strategy="mean", fill_value=0.0, add_indicator=False):
        self.strategy = strategy
        self.fill_value = fill_value
        self.add_indicator = add_indicator

    def fit(self, X):
        """One column after the other."""
        rules = {"mean": statistics.fmean, "median": statistics.median, "most_frequent": mode, "constant": None}
        if self.strategy not in rules:
            raise ValueError(f"unknown strategy {self.strategy}")
        if X.ndim != 2 or len(X) < 1:
            raise ValueError("expected rows and columns")
        rule = rules[self.strategy]
        self.fills, self.marks = [], []
        for j in range(X.shape[1]):
            values = X[:, j].astype(float)
            present = values[~np.isnan(values)].tolist()
            self.fills.append(rule(present) if rule and present else self.fill_value)
            if len(present) < len(values):
                self.marks.append(j)
        return self

    def transform(self, X):
        """Copy the columns, with gaps filled."""
        if X.ndim != 2 or X.shape[1] != len(self.fills):
            raise ValueError("wrong columns")
        columns = []
        for j, fill in enumerate(self.fills):
            values = X[:, j].astype(np.float64)
            values[np.isnan(values)] = fill
            columns.append(values)
        if self.add_indicator:
            columns += [np.isnan(X[:, j]).astype(np.float64) for j in self.marks]
        return np.stack(columns, axis=1)


def mode(values):
    """Most common value, the smallest first."""
    return min(Counter(values).items(), key=lambda item: (-item[1], item[0]))[0]
