"""Group-by, pivot table and binning with NumPy alone."""

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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
