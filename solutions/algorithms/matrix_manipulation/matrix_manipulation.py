"""Rotation in place, spiral order, and a matrix product in tiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable


def rotate90(m: list[list[Any]]) -> None:
    """Turn a square matrix clockwise, in place.

    Parameters
    ----------
    m : list of n lists of n items
        Matrix; turned afterwards.

    Raises
    ------
    ValueError
        If it is not square.

    Examples
    --------
    >>> m = [[1, 2], [3, 4]]
    >>> rotate90(m)
    >>> m
    [[3, 1], [4, 2]]
    """
    n = len(m)
    if any(len(row) != n for row in m):
        raise ValueError("only a square matrix can be turned in place")
    for i in range(n):
        for j in range(i):
            m[i][j], m[j][i] = m[j][i], m[i][j]
    for row in m:
        row.reverse()


def spiral_order(m: list[list[Any]]) -> list[Any]:
    """List the items of a matrix in a spiral.

    Parameters
    ----------
    m : list of lists
        Matrix of any shape.

    Returns
    -------
    list
        The items from the top left corner: right, down, left, up, and inwards.

    Examples
    --------
    >>> spiral_order([[1, 2, 3], [4, 5, 6]])
    [1, 2, 3, 6, 5, 4]
    """
    items: list[Any] = []
    top, bottom = 0, len(m)
    left, right = 0, len(m[0]) if m else 0
    while top < bottom and left < right:
        items += m[top][left:right]
        top += 1
        right -= 1
        items += [m[i][right] for i in range(top, bottom)]
        # If the row above was the last one, going left would read it again; the same holds for going up.
        if top < bottom:
            bottom -= 1
            items += [m[bottom][j] for j in range(right - 1, left - 1, -1)]
        if left < right:
            items += [m[i][left] for i in range(bottom - 1, top - 1, -1)]
            left += 1
    return items


def blocked_matmul(
    a: np.ndarray,
    b: np.ndarray,
    tile: int,
    multiply: Callable[[np.ndarray, np.ndarray], np.ndarray] = np.matmul,
) -> np.ndarray:
    """Multiply two matrices tile by tile.

    Parameters
    ----------
    a : ndarray of shape (n, k)
        Left factor.
    b : ndarray of shape (k, m)
        Right factor.
    tile : int
        Greatest number of rows and of columns of a tile.
    multiply : callable
        Product of two tiles.

    Returns
    -------
    ndarray of shape (n, m)
        The product.

    Raises
    ------
    ValueError
        If the factors are not matrices that fit, or `tile` is less than 1.

    Examples
    --------
    >>> blocked_matmul(np.array([[1.0, 2.0, 3.0]]), np.array([[1.0], [10.0], [100.0]]), tile=2)
    array([[321.]])
    """
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[0]:
        raise ValueError(f"shapes {a.shape} and {b.shape} do not fit")
    if tile < 1:
        raise ValueError(f"tile must be at least 1, got {tile}")
    product = np.zeros((a.shape[0], b.shape[1]), dtype=np.result_type(a, b))
    for i in range(0, a.shape[0], tile):
        for j in range(0, b.shape[1], tile):
            # One tile of the product stays in fast memory while a strip of each factor passes by.
            for p in range(0, a.shape[1], tile):
                product[i : i + tile, j : j + tile] += multiply(
                    a[i : i + tile, p : p + tile], b[p : p + tile, j : j + tile]
                )
    return product
