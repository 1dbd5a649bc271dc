"""As a NumPy tutorial writes it: one boolean mask for each group and each cell, and digitize for the bins."""

from __future__ import annotations

import numpy as np


def group_agg(keys: np.ndarray, values: np.ndarray) -> dict[str, np.ndarray]:
    """Summaries of each key."""
    unique = np.unique(keys)
    groups = [values[keys == k] for k in unique]
    return {
        "key": unique,
        "mean": np.array([g.mean() for g in groups]),
        "median": np.array([np.median(g) for g in groups]),
        "count": np.array([len(g) for g in groups]),
    }


def pivot_sum(index: np.ndarray, columns: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sums of each pair of labels."""
    rows, cols = np.unique(index), np.unique(columns)
    table = np.zeros((len(rows), len(cols)))
    for i, row in enumerate(rows):
        for j, col in enumerate(cols):
            table[i, j] = values[(index == row) & (columns == col)].sum()
    return rows, cols, table


def cut(x: np.ndarray, bins: list[float], labels: list[str]) -> list[str | None]:
    """Labels by the number of the bin."""
    numbers = np.digitize(x, bins, right=True)
    return [labels[i - 1] if 0 < i < len(bins) else None for i in numbers]
