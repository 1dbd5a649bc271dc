"""The textbook way: copies all windows into the columns of a matrix, and adds them back with np.add.at."""

import numpy as np


def _indices(shape, kernel, stride, padding, dilation):
    C, H, W = shape
    kh, kw = kernel
    span_h, span_w = H + 2 * padding - dilation * (kh - 1), W + 2 * padding - dilation * (kw - 1)
    if span_h < 1 or span_w < 1:
        raise ValueError("kernel too large")
    out = ((span_h - 1) // stride + 1, (span_w - 1) // stride + 1)
    c, i, j = (a.ravel()[:, None] for a in np.indices((C, kh, kw)))
    u, v = (a.ravel()[None] for a in np.indices(out))
    return (c, i * dilation + u * stride, j * dilation + v * stride), out


def conv2d(x, w, b, stride=1, padding=0, dilation=1):
    if len(x.shape) != 4 or len(w.shape) != 4:
        raise ValueError("axes")
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels")
    if b is not None and tuple(b.shape) != (w.shape[0],):
        raise ValueError("bias")
    if min(stride, dilation) <= 0 or padding < 0:
        raise ValueError("settings")
    (c, r, q), out = _indices(x.shape[1:], w.shape[2:], stride, padding, dilation)
    padded = np.zeros((*x.shape[:2], x.shape[2] + 2 * padding, x.shape[3] + 2 * padding), dtype=x.dtype)
    padded[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]] = x
    columns = padded[:, c, r, q]
    y = w.reshape(len(w), -1) @ columns
    if b is not None:
        y += b[:, None]
    return y.reshape(len(x), len(w), *out), (columns, w, b is not None, padded.shape, (c, r, q), out, padding)


def conv2d_backward(dy, cache):
    columns, w, biased, shape, place, out, p = cache
    if dy.shape != (shape[0], len(w), *out):
        raise ValueError("dy")
    flat = dy.reshape(shape[0], len(w), out[0] * out[1])
    dw = np.einsum("nop,nkp->ok", flat, columns).reshape(w.shape).astype(dy.dtype)
    dcolumns = w.reshape(len(w), -1).T @ flat
    dpadded = np.zeros(shape, dtype=dy.dtype)
    np.add.at(dpadded, (slice(None), *place), dcolumns)
    dx = dpadded[:, :, p : shape[2] - p, p : shape[3] - p]
    return dx, dw, flat.sum(axis=(0, 2)) if biased else None
