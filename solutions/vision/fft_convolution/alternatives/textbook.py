"""As signal processing courses write it: complex transforms of a power of two, conjugation instead of a flip."""

import numpy as np


def fft_conv2d(x, w, mode="valid"):
    """Correlation theorem: conj(W) X."""
    h, wd = x.shape[2:]
    kh, kw = w.shape[2:]
    size = [1 << int(np.ceil(np.log2(n))) for n in (h + kh - 1, wd + kw - 1)]
    spectrum = np.fft.fft2(x, s=size)[:, None] * np.conj(np.fft.fft2(w, s=size))
    y = np.real(np.fft.ifft2(spectrum.sum(axis=2)))
    y = np.roll(y, (kh - 1, kw - 1), axis=(2, 3))  # negative shifts come first
    full = y[:, :, : h + kh - 1, : wd + kw - 1]
    if mode == "full":
        return full
    if mode == "valid":
        return full[:, :, kh - 1 : h, kw - 1 : wd]
    top, left = kh - 1 - (kh - 1) // 2, kw - 1 - (kw - 1) // 2
    return full[:, :, top : top + h, left : left + wd]


def cheaper_by_fft(h, w, kh, kw):
    """Operation counts."""
    n = (h + kh - 1) * (w + kw - 1)
    return 15 * n * np.log2(n) < 2 * h * w * kh * kw
