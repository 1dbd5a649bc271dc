"""Two-dimensional cross-correlation by Fourier transforms."""

from __future__ import annotations

import math

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
    if x.shape[1] != w.shape[1]:
        raise ValueError(f"images of {x.shape[1]} channels, kernels of {w.shape[1]}")
    images, kernels = np.array(x.shape[2:]), np.array(w.shape[2:])
    full = images + kernels - 1  # so long that nothing wraps around
    if mode == "full":
        start, size = 0 * full, full
    elif mode == "same":
        start, size = kernels // 2, images
    elif mode == "valid":
        start, size = kernels - 1, images - kernels + 1
    else:
        raise ValueError(f"unknown mode {mode!r}")
    if min(size) < 1:
        raise ValueError("the kernel is larger than the image")
    # A correlation is a convolution with the kernel turned by 180 degrees.
    spectra = np.fft.rfft2(x, s=full), np.fft.rfft2(w[:, :, ::-1, ::-1], s=full)
    y = np.fft.irfft2(np.einsum("ncuv,ocuv->nouv", *spectra), s=full)
    (top, left), (bottom, right) = start, start + size
    return y[:, :, top:bottom, left:right]


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
    n = (h + kh - 1) * (w + kw - 1)
    return 2 * h * w * kh * kw > 3 * 5 * n * math.log2(n)
