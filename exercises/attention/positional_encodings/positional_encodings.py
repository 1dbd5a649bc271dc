"""Sinusoidal position encodings and ALiBi biases."""

import torch
from torch import Tensor


def sinusoidal(t: int, d: int, base: float = 10000.0) -> Tensor:
    """Encode the positions 0 to t - 1 by sines and cosines.

    Parameters
    ----------
    t : int
        Number of positions, at least 0.
    d : int
        Number of channels, at least 1; it may be odd.
    base : float, default=10000.0
        Sets the frequencies, which fall from 1 towards 1 / base.

    Returns
    -------
    Tensor of shape (t, d)
        Encodings as float32, sines in the even channels and cosines in the odd ones.

    Raises
    ------
    ValueError
        If t is negative, d is less than 1, or base is not greater than 0.

    Examples
    --------
    >>> sinusoidal(2, 4).numpy().round(4)
    array([[0.    , 1.    , 0.    , 1.    ],
           [0.8415, 0.5403, 0.01  , 1.    ]], dtype=float32)
    """
    raise NotImplementedError


def alibi_slopes(n_heads: int) -> Tensor:
    """Slopes with which the heads discount distance.

    Parameters
    ----------
    n_heads : int
        Number of heads, at least 1.

    Returns
    -------
    Tensor of shape (n_heads,)
        Slopes as float32.

    Raises
    ------
    ValueError
        If n_heads is less than 1.

    Examples
    --------
    >>> alibi_slopes(3).tolist()
    [0.0625, 0.00390625, 0.25]
    """
    raise NotImplementedError


def alibi_bias(n_heads: int, tq: int, tk: int) -> Tensor:
    """Biases that attention scores get for the distance between query and key.

    Parameters
    ----------
    n_heads : int
        Number of heads, at least 1.
    tq, tk : int
        Numbers of queries and keys, at least 0; the last query stands at the last key.

    Returns
    -------
    Tensor of shape (n_heads, tq, tk)
        Minus slope times distance as float32, and 0 for keys behind the query's position.

    Raises
    ------
    ValueError
        If n_heads is less than 1, or tq or tk is negative.

    Examples
    --------
    >>> alibi_bias(2, 2, 3)[0].tolist()
    [[-0.0625, 0.0, 0.0], [-0.125, -0.0625, 0.0]]
    """
    raise NotImplementedError
