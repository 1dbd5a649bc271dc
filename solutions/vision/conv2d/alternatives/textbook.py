"""Course style: index arrays gather all windows into a matrix (im2col), one product, and np.add.at scatters back."""

from __future__ import annotations

import numpy as np


def _im2col_indices(x_shape, kh, kw, stride, padding, dilation):
    """Channel, row and column of every entry of every window."""
    _, C, H, W = x_shape
    out_h = (H + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    out_w = (W + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    i0 = np.tile(np.repeat(np.arange(kh) * dilation, kw), C)
    i1 = stride * np.repeat(np.arange(out_h), out_w)
    j0 = np.tile(np.arange(kw) * dilation, kh * C)
    j1 = stride * np.tile(np.arange(out_w), out_h)
    i = i0.reshape(-1, 1) + i1.reshape(1, -1)
    j = j0.reshape(-1, 1) + j1.reshape(1, -1)
    k = np.repeat(np.arange(C), kh * kw).reshape(-1, 1)
    return k, i, j, out_h, out_w


def conv2d(x, w, b, stride=1, padding=0, dilation=1):
    """Multiply the rows of kernels with the columns of windows."""
    O, _, kh, kw = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="constant")
    k, i, j, out_h, out_w = _im2col_indices(x.shape, kh, kw, stride, padding, dilation)
    cols = padded[:, k, i, j]  # (N, C kh kw, windows)
    y = w.reshape(O, -1) @ cols + b.reshape(1, O, 1)
    cache = (x, w, cols, stride, padding, dilation)
    return y.reshape(len(x), O, out_h, out_w), cache


def conv2d_backward(dy, cache):
    """Send the gradient back through the product, and scatter the columns."""
    x, w, cols, stride, padding, dilation = cache
    N, C, H, W = x.shape
    O, _, kh, kw = w.shape
    db = np.sum(dy, axis=(0, 2, 3))
    dy = dy.reshape(N, O, -1)
    dw = np.einsum("nop,nkp->ok", dy, cols).reshape(w.shape)
    dcols = w.reshape(O, -1).T @ dy
    dpadded = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    k, i, j, _, _ = _im2col_indices(x.shape, kh, kw, stride, padding, dilation)
    np.add.at(dpadded, (slice(None), k, i, j), dcols)
    if padding == 0:
        return dpadded, dw, db
    return dpadded[:, :, padding:-padding, padding:-padding], dw, db
