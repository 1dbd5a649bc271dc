"""Two-dimensional cross-correlation by Fourier transforms."""

from __future__ import annotations

import numpy as np


def fft_conv2d(x: np.ndarray, w: np.ndarray, mode: str = "valid") -> np.ndarray:
    """Correlate images with kernels.

    Parameters
    ----------
    x : ndarray of shape (n, c, h, w)
        Images.
    w : ndarray of shape (o, c, kh, kw)
        Kernels, which are not flipped.
    mode : str
        "valid", "same" or "full".

    Returns
    -------
    ndarray of shape (n, o, h', w')
        Responses.

    Raises
    ------
    ValueError
        If the mode is unknown, the channels differ, or no window is valid.

    Examples
    --------
    >>> x, w = np.array([[[[1.0, 2.0, 3.0]]]]), np.array([[[[1.0, 10.0]]]])
    >>> fft_conv2d(x, w, "full").round(6).tolist()
    [[[[10.0, 21.0, 32.0, 3.0]]]]
    """
    raise NotImplementedError


def cheaper_by_fft(h: int, w: int, kh: int, kw: int) -> bool:
    """Compare the operations of a direct convolution with those of three transforms.

    Parameters
    ----------
    h, w : int
        Size of the image.
    kh, kw : int
        Size of the kernel.

    Returns
    -------
    bool
        Whether the transforms need fewer.

    Examples
    --------
    >>> cheaper_by_fft(64, 64, 3, 3), cheaper_by_fft(64, 64, 15, 15)
    (False, True)
    """
    raise NotImplementedError
