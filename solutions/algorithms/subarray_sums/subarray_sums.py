"""Sums of subarrays of a list and of rectangles of an image, by prefix sums."""

from __future__ import annotations

from collections import deque
from itertools import accumulate

import numpy as np


def max_subarray(a: list[int]) -> tuple[int, int, int]:
    """Greatest sum of a subarray, and where that subarray lies.

    Parameters
    ----------
    a : list of int
        Numbers, at least one.

    Returns
    -------
    total : int
        Greatest sum of `a[start:end]` over all subarrays of at least one item.
    start, end : int
        The subarray that has it, half open; of several the one that starts first, and of those the shortest.

    Raises
    ------
    ValueError
        If `a` is empty.

    Examples
    --------
    >>> max_subarray([2, -3, 4, -1, 5, -9])
    (8, 2, 5)
    """
    if not a:
        raise ValueError("an empty list has no subarray")
    best = (a[0], 0, 1)
    total, start = 0, 0
    for end, x in enumerate(a, 1):
        # total is the greatest sum of a subarray that stops before x. Below zero it only harms; at zero it costs nothing
        # and starts earlier.
        if total < 0:
            total, start = 0, end - 1
        total += x
        if total > best[0]:
            best = (total, start, end)
    return best


def count_sum_k(a: list[int], k: int) -> int:
    """Count the subarrays with a given sum.

    Parameters
    ----------
    a : list of int
        Numbers.
    k : int
        Wanted sum.

    Returns
    -------
    int
        Number of pairs start < end with `sum(a[start:end]) == k`.

    Examples
    --------
    >>> count_sum_k([2, -3, 4, -1, 5, -9], 3)
    2
    """
    # sum(a[start:end]) = P[end] - P[start], so each end asks how often P[end] - k was seen. P[0] = 0 is there at once.
    seen = {0: 1}
    count = 0
    for total in accumulate(a):
        count += seen.get(total - k, 0)
        seen[total] = seen.get(total, 0) + 1
    return count


def has_multiple_of_k(a: list[int], k: int) -> bool:
    """Tell whether a subarray of at least two items has a sum divisible by k.

    Parameters
    ----------
    a : list of int
        Numbers.
    k : int
        Divisor of any sign; the only multiple of 0 is 0.

    Returns
    -------
    bool
        Whether there is such a subarray.

    Examples
    --------
    >>> has_multiple_of_k([2, -3, 4, -1, 5, -9], 6)
    True
    >>> has_multiple_of_k([6, 1], 6)
    False
    """
    # k divides P[end] - P[start] if both leave the same remainder. The earliest start makes the longest subarray.
    first = {0: 0}
    total = 0
    for end, x in enumerate(a, 1):
        total += x
        if end - first.setdefault(total % k if k else total, end) >= 2:
            return True
    return False


def min_length_at_least(a: list[int], s: int) -> int:
    """Length of the shortest subarray whose sum is at least s.

    Parameters
    ----------
    a : list of int
        Numbers of any sign.
    s : int
        Least sum, of any sign.

    Returns
    -------
    int
        Length of the shortest subarray of at least one item, or 0 where no subarray reaches s.

    Examples
    --------
    >>> min_length_at_least([2, -3, 4, -1, 5, -9], 8)
    3
    >>> min_length_at_least([2, -3, 4, -1, 5, -9], 9)
    0
    """
    best = len(a) + 1
    # Starts that may still serve a later end: (index, prefix sum), both increasing.
    starts = deque([(0, 0)])
    for end, total in enumerate(accumulate(a), 1):
        # The smallest prefix sum is in front. Once it serves an end, every later end would only make a longer subarray.
        while starts and total - starts[0][1] >= s:
            best = min(best, end - starts.popleft()[0])
        # An earlier start with a prefix sum as large is worse in both respects. This comes second: for s <= 0 the last
        # start may serve this end although its prefix sum is larger.
        while starts and starts[-1][1] >= total:
            starts.pop()
        starts.append((end, total))
    return best if best <= len(a) else 0


class IntegralImage:
    """Table that sums any rectangle of an image in constant time.

    Parameters
    ----------
    img : ndarray of shape (h, w)
        Image of integers or booleans.

    Raises
    ------
    ValueError
        If `img` is not a matrix.

    Examples
    --------
    >>> image = IntegralImage(np.array([[1, 2, 3], [4, 5, 6]], dtype=np.uint8))
    >>> image.query(0, 1, 2, 3)
    16
    """

    def __init__(self, img: np.ndarray) -> None:
        if img.ndim != 2:
            raise ValueError(f"an image has two axes, got shape {img.shape}")
        # table[y, x] = sum(img[:y, :x]); the row and the column of zeros in front save every special case.
        self._table = np.zeros((img.shape[0] + 1, img.shape[1] + 1), dtype=np.int64)
        self._table[1:, 1:] = img.cumsum(axis=0, dtype=np.int64).cumsum(axis=1)

    def query(self, y0: int, x0: int, y1: int, x1: int) -> int:
        """Sum of a rectangle.

        Parameters
        ----------
        y0, x0 : int
            First row and first column.
        y1, x1 : int
            Row and column after the last ones.

        Returns
        -------
        int
            Sum of `img[y0:y1, x0:x1]`; 0 where the rectangle is empty or its corners are the wrong way round.

        Raises
        ------
        ValueError
            If a row is not in 0, …, h or a column not in 0, …, w.
        """
        h, w = self._table.shape
        if not (0 <= y0 < h and 0 <= y1 < h and 0 <= x0 < w and 0 <= x1 < w):
            raise ValueError(f"({y0}, {x0}, {y1}, {x1}) leaves the image of {h - 1} rows and {w - 1} columns")
        if y0 >= y1 or x0 >= x1:
            return 0
        # Inclusion and exclusion: the part above and the part to the left overlap in the corner.
        table = self._table
        return int(table[y1, x1] - table[y0, x1] - table[y1, x0] + table[y0, x0])
