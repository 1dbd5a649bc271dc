"""Two stable sorts, runs by np.diff, sums by reduceat and np.add.at."""

import numpy as np


def group_agg(keys, values):
    """Sort all rows by value, then by key; NaN comes last in its run."""
    if keys.ndim != 1 or keys.shape != values.shape:
        raise ValueError("shapes")
    values = np.array(values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    order = order[np.argsort(keys[order], kind="stable")]
    keys, values = keys[order], values[order]
    if keys.size == 0:
        empty = np.zeros(0)
        return {"key": keys, "mean": empty, "median": empty.copy(), "count": np.zeros(0, dtype=np.int64)}
    start = np.concatenate([[0], np.flatnonzero(keys[1:] != keys[:-1]) + 1])
    there = values == values
    count = np.add.reduceat(there.astype(np.int64), start)
    mean = np.add.reduceat(np.where(there, values, 0.0), start) / np.maximum(count, 1)
    low = values[start + np.maximum(count - 1, 0) // 2]
    high = values[np.minimum(start + count // 2, len(values) - 1)]
    median = low / 2 + high / 2
    mean[count == 0] = np.nan
    median[count == 0] = np.nan
    return {"key": keys[start], "mean": mean, "median": median, "count": count}


def pivot_sum(index, columns, values):
    """np.add.at adds each row of the input to its cell."""
    if index.ndim != 1 or index.shape != values.shape or columns.shape != values.shape:
        raise ValueError("shapes")
    rows, cols = np.unique(index), np.unique(columns)
    table = np.zeros((rows.size, cols.size))
    place = (np.searchsorted(rows, index), np.searchsorted(cols, columns))
    np.add.at(table, place, np.where(np.isnan(values), 0.0, values.astype(np.float64)))
    return rows, cols, table


def cut(x, bins, labels):
    """np.digitize with closed right ends."""
    if x.ndim != 1:
        raise ValueError("x")
    edges = np.array(bins, dtype=np.float64)
    if len(labels) != len(edges) - 1:
        raise ValueError("labels")
    if np.isnan(edges).any() or np.any(edges[1:] <= edges[:-1]):
        raise ValueError("edges")
    places = np.digitize(x.astype(np.float64), edges, right=True).tolist()
    return [labels[j - 1] if 0 < j < len(edges) else None for j in places]
