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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
