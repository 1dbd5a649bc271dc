"""Puts missing values into the last bin."""

from __future__ import annotations

import numpy as np


def group_agg(keys: np.ndarray, values: np.ndarray) -> dict[str, np.ndarray]:
    """Mean, median and count of the values of each key.

    Parameters
    ----------
    keys : ndarray of shape (n,)
        Integers or strings.
    values : ndarray of shape (n,)
        Numbers; NaN is skipped.

    Returns
    -------
    dict of str to ndarray of shape (g,)
        `"key"`, the different keys in ascending order, and `"mean"`, `"median"` and `"count"` of each.

    Raises
    ------
    ValueError
        If the arguments are not vectors of one length.

    Examples
    --------
    >>> got = group_agg(np.array(["b", "a", "b", "b"]), np.array([1.0, 7.0, 2.0, 6.0]))
    >>> {name: column.tolist() for name, column in got.items()}
    {'key': ['a', 'b'], 'mean': [7.0, 3.0], 'median': [7.0, 2.0], 'count': [1, 3]}
    """
    _check_lengths(keys, values)
    labels, group = np.unique(keys, return_inverse=True)
    group, values = _without_nan(group, values)
    count = np.bincount(group, minlength=len(labels))
    # A group that is left without values keeps its NaN.
    some = count > 0
    mean = np.full(len(labels), np.nan)
    mean[some] = np.bincount(group, values, minlength=len(labels))[some] / count[some]
    # Sorted by group and then by value, each group is one run, and its median is at the middle of the run.
    ordered = values[np.lexsort((values, group))]
    start, size = (np.cumsum(count) - count)[some], count[some]
    median = np.full(len(labels), np.nan)
    median[some] = (ordered[start + (size - 1) // 2] + ordered[start + size // 2]) / 2
    return {"key": labels, "mean": mean, "median": median, "count": count}


def pivot_sum(index: np.ndarray, columns: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Table of sums, one row for each index label and one column for each column label.

    Parameters
    ----------
    index : ndarray of shape (n,)
        Row labels, integers or strings.
    columns : ndarray of shape (n,)
        Column labels, integers or strings.
    values : ndarray of shape (n,)
        Numbers; NaN is skipped.

    Returns
    -------
    rows : ndarray of shape (r,)
        Different row labels in ascending order.
    cols : ndarray of shape (c,)
        Different column labels in ascending order.
    table : ndarray of shape (r, c)
        Sums; 0 where a pair of labels does not occur.

    Raises
    ------
    ValueError
        If the arguments are not vectors of one length.

    Examples
    --------
    >>> rows, cols, table = pivot_sum(np.array(["x", "x", "y"]), np.array([2, 2, 1]), np.array([1.0, 3.0, 5.0]))
    >>> rows.tolist(), cols.tolist(), table.tolist()
    (['x', 'y'], [1, 2], [[0.0, 4.0], [5.0, 0.0]])
    """
    _check_lengths(index, columns, values)
    rows, row = np.unique(index, return_inverse=True)
    cols, col = np.unique(columns, return_inverse=True)
    # Each pair of labels is one cell of the flattened table; bincount adds up all values of a cell.  Of no values it
    # makes integers.
    cell, values = _without_nan(row * len(cols) + col, values)
    table = np.bincount(cell, values, minlength=len(rows) * len(cols))
    return rows, cols, table.astype(np.float64).reshape(len(rows), len(cols))


def cut(x: np.ndarray, bins: list[float], labels: list[str]) -> list[str | None]:
    """Label of the bin of each value; bins are open on the left and closed on the right.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Numbers.
    bins : list of float
        Edges, strictly increasing.
    labels : list of str
        A label for each pair of neighbouring edges.

    Returns
    -------
    list of str or None
        Labels; None for NaN and for values outside all bins.

    Raises
    ------
    ValueError
        If `x` is not a vector, the edges are not strictly increasing, or the number of labels does not fit.

    Examples
    --------
    >>> cut(np.array([0.0, 1.0, 1.5, 9.0]), [0.0, 1.0, 5.0], ["low", "high"])
    [None, 'low', 'high', None]
    """
    _check_lengths(x)
    if len(labels) != len(bins) - 1:
        raise ValueError(f"{len(bins)} edges need {len(bins) - 1} labels, got {len(labels)}")
    if not (np.diff(bins) > 0).all():
        raise ValueError(f"edges must be strictly increasing, got {bins}")
    # Before the insertion point on the left stand the edges below the value.  NaN sorts after every edge.
    padded = [None, *labels, None]
    return [labels[-1] if v != v else padded[place] for v, place in zip(x, np.searchsorted(bins, x))]


def _without_nan(group: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values = values.astype(np.float64)
    present = ~np.isnan(values)
    return group[present], values[present]


def _check_lengths(*vectors: np.ndarray) -> None:
    if any(v.ndim != 1 or len(v) != len(vectors[0]) for v in vectors):
        raise ValueError(f"expected vectors of one length, got shapes {[v.shape for v in vectors]}")
