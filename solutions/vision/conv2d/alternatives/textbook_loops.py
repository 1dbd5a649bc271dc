"""Assignment style: four nested loops, one window and one kernel at a time."""

from __future__ import annotations

import numpy as np


def conv2d(x, w, b, stride=1, padding=0, dilation=1):
    """Multiply each window with each kernel and sum."""
    N, _, H, W = x.shape
    F, _, HH, WW = w.shape
    H_out = 1 + (H + 2 * padding - dilation * (HH - 1) - 1) // stride
    W_out = 1 + (W + 2 * padding - dilation * (WW - 1) - 1) // stride
    x_pad = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    out = np.zeros((N, F, H_out, W_out))
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    window = _window(x_pad[n], i, j, HH, WW, stride, dilation)
                    out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return out, (x, w, b, stride, padding, dilation)


def conv2d_backward(dy, cache):
    """Add each upstream entry times the kernel to its window, and times the window to its kernel."""
    x, w, b, stride, padding, dilation = cache
    N, F, H_out, W_out = dy.shape
    _, _, HH, WW = w.shape
    x_pad = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    dx_pad, dw, db = np.zeros_like(x_pad), np.zeros_like(w), np.zeros_like(b)
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    dw[f] += dy[n, f, i, j] * _window(x_pad[n], i, j, HH, WW, stride, dilation)
                    part = _window(dx_pad[n], i, j, HH, WW, stride, dilation)
                    part += dy[n, f, i, j] * w[f]
                    db[f] += dy[n, f, i, j]
    H, W = x.shape[2:]
    return dx_pad[:, :, padding : padding + H, padding : padding + W], dw, db


def _window(image, i, j, height, width, stride, dilation):
    """View of the window that belongs to response (i, j)."""
    top, left = i * stride, j * stride
    return image[:, top : top + dilation * height : dilation, left : left + dilation * width : dilation]
