"""Dictionaries of lists, and bisection in the edges."""

import statistics
from bisect import bisect_left
from collections import defaultdict

import numpy as np


def group_agg(keys, values):
    """Collect, then summarise."""
    same(keys, values)
    groups = defaultdict(list)
    for key, value in zip(keys.tolist(), values.astype(float).tolist()):
        groups[key] += [value] if value == value else []
    labels = sorted(groups)
    lists = [groups[key] for key in labels]
    return {
        "key": np.array(labels, dtype=keys.dtype),
        "mean": np.array([statistics.fmean(v) if v else np.nan for v in lists], dtype=float),
        "median": np.array([statistics.median(v) if v else np.nan for v in lists], dtype=float),
        "count": np.array([len(v) for v in lists], dtype=np.int64),
    }


def pivot_sum(index, columns, values):
    """Place of each label by a dictionary."""
    same(index, columns, values)
    rows, cols = sorted(set(index.tolist())), sorted(set(columns.tolist()))
    row, col = {v: i for i, v in enumerate(rows)}, {v: i for i, v in enumerate(cols)}
    table = np.zeros((len(rows), len(cols)))
    for i, j, value in zip(index.tolist(), columns.tolist(), values.tolist()):
        if value == value:
            table[row[i], col[j]] += value
    return np.array(rows, dtype=index.dtype), np.array(cols, dtype=columns.dtype), table


def cut(x, bins, labels):
    """One bisection for each value."""
    same(x)
    if len(labels) + 1 != len(bins) or not all(a < b for a, b in zip(bins, bins[1:])):
        raise ValueError("bins")
    found = []
    for value in x.tolist():
        inside = bins[0] < value <= bins[-1]
        found.append(labels[bisect_left(bins, value) - 1] if inside else None)
    return found


def same(*vectors):
    """Refuse anything but vectors of one length."""
    if {v.ndim for v in vectors} != {1} or len({v.size for v in vectors}) != 1:
        raise ValueError("vectors")
