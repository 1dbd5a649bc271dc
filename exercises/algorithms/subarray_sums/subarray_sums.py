"""Sums of subarrays of a list and of rectangles of an image, by prefix sums."""

from __future__ import annotations

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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError


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
        raise NotImplementedError

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
        raise NotImplementedError
