"""As course notes write it: zeros between pixels and a flipped kernel, a grid of four neighbours, channel by channel."""

import numpy as np


def conv_transpose2d(x, w, b=None, stride=1, padding=0):
    """Insert zeros, pad by k - 1 - p, correlate with the flipped kernel."""
    n, c, h, wd = x.shape
    _, o, kh, kw = w.shape
    z = np.zeros((n, c, (h - 1) * stride + 1, (wd - 1) * stride + 1))
    z[:, :, ::stride, ::stride] = x
    z = np.pad(z, ((0, 0), (0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1)))
    windows = np.lib.stride_tricks.sliding_window_view(z, (kh, kw), axis=(2, 3))
    y = np.einsum("ncuvij,coij->nouv", windows, w[:, :, ::-1, ::-1], optimize=True)
    y = y[:, :, padding : y.shape[2] - padding, padding : y.shape[3] - padding]
    return y if b is None else y + b.reshape(1, -1, 1, 1)


def resize_bilinear(x, out, align_corners=False):
    """Weights of the four corners."""
    _, _, h, w = x.shape
    ys = np.clip((np.arange(out[0]) + 0.5) * h / out[0] - 0.5, 0, h - 1)
    xs = np.clip((np.arange(out[1]) + 0.5) * w / out[1] - 0.5, 0, w - 1)
    y0, x0 = np.floor(ys).astype(int), np.floor(xs).astype(int)
    y1, x1 = np.minimum(y0 + 1, h - 1), np.minimum(x0 + 1, w - 1)
    dy, dx = (ys - y0)[:, None], (xs - x0)[None, :]
    top = x[:, :, y0][:, :, :, x0] * (1 - dx) + x[:, :, y0][:, :, :, x1] * dx
    bottom = x[:, :, y1][:, :, :, x0] * (1 - dx) + x[:, :, y1][:, :, :, x1] * dx
    return top * (1 - dy) + bottom * dy


def pixel_shuffle(x, r):
    """Fill every r-th pixel."""
    n, c, h, w = x.shape
    y = np.empty((n, c // r**2, h * r, w * r))
    for i in range(r):
        for j in range(r):
            y[:, :, i::r, j::r] = x[:, i * r + j :: r**2]
    return y
