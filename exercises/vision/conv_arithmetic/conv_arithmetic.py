"""Sizes, receptive fields and weights of convolutional layers."""

from __future__ import annotations

import numpy as np


def conv_out(n: int, k: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Length of the output of a convolution or pooling.

    Parameters
    ----------
    n : int
        Length of the input.
    k, stride, padding, dilation : int
        Settings of the layer; the padding is that of each side.

    Returns
    -------
    int
        Length of the output.

    Raises
    ------
    ValueError
        If the settings are out of range or nothing is left.

    Examples
    --------
    >>> conv_out(224, 7, stride=2, padding=3)
    112
    """
    raise NotImplementedError


def same_padding(k: int, dilation: int = 1) -> int:
    """Padding that keeps the length at stride 1.

    Parameters
    ----------
    k, dilation : int
        Settings of the layer.

    Returns
    -------
    int
        Padding of each side.

    Raises
    ------
    ValueError
        If no padding keeps the length.

    Examples
    --------
    >>> same_padding(3, dilation=2)
    2
    """
    raise NotImplementedError


def receptive_field(layers: list[tuple[int, int, int, int]]) -> tuple[int, int, float]:
    """Tell what one output of a stack of layers sees.

    Parameters
    ----------
    layers : list of tuple
        `(k, stride, padding, dilation)` of each layer, from the input on.

    Returns
    -------
    size : int
        Pixels from the first to the last one that an output depends on.
    jump : int
        Pixels between the fields of neighbours.
    start : float
        Middle of the first field; the centre of pixel 0 is 0.

    Raises
    ------
    ValueError
        If a setting is out of range.

    Examples
    --------
    >>> receptive_field([(3, 1, 1, 1), (3, 2, 1, 1), (3, 1, 0, 1)])
    (9, 2, 2.0)
    """
    raise NotImplementedError


def layer_params(kind: str, c_in: int, c_out: int, k: int, h: int, w: int) -> int:
    """Count weights and biases of a layer.

    Parameters
    ----------
    kind : str
        "conv", whose places share weights, or "local", whose places do not.
    c_in, c_out : int
        Channels.
    k : int
        Side of the kernel.
    h, w : int
        Size of the output.

    Returns
    -------
    int
        Number of weights and biases.

    Raises
    ------
    ValueError
        If the kind is another one.

    Examples
    --------
    >>> layer_params("conv", 3, 8, 5, 10, 10), layer_params("local", 3, 8, 5, 10, 10)
    (608, 60800)
    """
    raise NotImplementedError


def fc_to_conv(weight: np.ndarray, c: int, h: int, w: int) -> np.ndarray:
    """Turn a linear layer on a flattened map into a convolution.

    Parameters
    ----------
    weight : ndarray of shape (o, c * h * w)
        Weights of the linear layer.
    c, h, w : int
        Channels and size of the map.

    Returns
    -------
    ndarray of shape (o, c, h, w)
        Kernels that give the same on a map of this size.

    Raises
    ------
    ValueError
        If the weights do not fit the map.

    Examples
    --------
    >>> fc_to_conv(np.arange(4.0).reshape(1, 4), 1, 2, 2).tolist()
    [[[[0.0, 1.0], [2.0, 3.0]]]]
    """
    raise NotImplementedError
