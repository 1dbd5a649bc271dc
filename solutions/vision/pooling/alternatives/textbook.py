"""Course style: two loops over the result, all images at once, and a mask of the maxima for the gradient."""

from __future__ import annotations

import numpy as np


def max_pool2d(x, k, stride, padding=0):
    """Maximum of each window."""
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    N, C, H, W = padded.shape
    out_h, out_w = (H - k) // stride + 1, (W - k) // stride + 1
    out = np.zeros((N, C, out_h, out_w))
    for i in range(out_h):
        for j in range(out_w):
            window = padded[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
            out[:, :, i, j] = np.max(window, axis=(2, 3))
    return out, (padded, out, k, stride, padding)


def max_pool2d_backward(dy, cache):
    """Each gradient goes where the window equals its maximum."""
    padded, out, k, stride, padding = cache
    dx = np.zeros_like(padded)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            rows, cols = slice(i * stride, i * stride + k), slice(j * stride, j * stride + k)
            mask = padded[:, :, rows, cols] == out[:, :, i : i + 1, j : j + 1]
            dx[:, :, rows, cols] += mask * dy[:, :, i : i + 1, j : j + 1]
    H, W = padded.shape[2:]
    return dx[:, :, padding : H - padding, padding : W - padding]


def avg_pool2d(x, k, stride, padding=0, count_include_pad=True):
    """Mean of each window."""
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    N, C, H, W = padded.shape
    out = np.zeros((N, C, (H - k) // stride + 1, (W - k) // stride + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            window = padded[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
            out[:, :, i, j] = window.mean(axis=(2, 3))
    return out


def adaptive_avg_pool2d(x, out):
    """Mean of each bin."""
    N, C, H, W = x.shape
    y = np.zeros((N, C, out[0], out[1]))
    for i in range(out[0]):
        for j in range(out[1]):
            rows = slice(int(np.floor(i * H / out[0])), int(np.ceil((i + 1) * H / out[0])))
            cols = slice(int(np.floor(j * W / out[1])), int(np.ceil((j + 1) * W / out[1])))
            y[:, :, i, j] = x[:, :, rows, cols].mean(axis=(2, 3))
    return y
