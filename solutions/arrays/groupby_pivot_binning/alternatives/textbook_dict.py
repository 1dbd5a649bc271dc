"""As one writes it in plain Python: a dictionary of lists, sorted keys, and a chain of comparisons."""

from __future__ import annotations

from collections import defaultdict

import numpy as np


def group_agg(keys: np.ndarray, values: np.ndarray) -> dict[str, np.ndarray]:
    """Collect, sort, summarise."""
    groups = defaultdict(list)
    for k, v in zip(keys, values):
        groups[k].append(v)
    out = {"key": [], "mean": [], "median": [], "count": []}
    for k in sorted(groups):
        v = sorted(groups[k])
        n = len(v)
        out["key"].append(k)
        out["mean"].append(sum(v) / n)
        out["median"].append(v[n // 2] if n % 2 else (v[n // 2 - 1] + v[n // 2]) / 2)
        out["count"].append(n)
    return {name: np.array(column) for name, column in out.items()}


def pivot_sum(index: np.ndarray, columns: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Add up by pair of labels."""
    rows, cols = sorted(set(index.tolist())), sorted(set(columns.tolist()))
    sums = defaultdict(float)
    for i, j, v in zip(index.tolist(), columns.tolist(), values):
        sums[i, j] += v
    return np.array(rows), np.array(cols), np.array([[sums[i, j] for j in cols] for i in rows])


def cut(x: np.ndarray, bins: list[float], labels: list[str]) -> list[str | None]:
    """Try the bins one after the other."""
    out = []
    for v in x:
        for low, high, label in zip(bins, bins[1:], labels):
            if low < v <= high:
                out.append(label)
                break
        else:
            out.append(None)
    return out
