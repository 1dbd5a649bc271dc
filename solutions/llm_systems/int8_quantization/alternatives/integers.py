"""Integers throughout: the zero point is taken off in int32, and the product is one of int32 matrices."""

import numpy as np


def quantize_weight(w):
    """Rows one after the other."""
    wq = np.zeros(w.shape, dtype=np.int8)
    scale = np.ones(w.shape[0])
    for i, row in enumerate(np.asarray(w, dtype=np.float64)):
        peak = max(row.max(), -row.min())
        if peak > 0:
            scale[i] = peak / 127.0
            wq[i] = np.clip(np.round(row / scale[i]), -127, 127)
    return wq, scale


def affine_params(x_min, x_max):
    """Scale and zero point."""
    x_min, x_max = float(x_min), float(x_max)
    if np.isnan(x_min) or np.isnan(x_max) or np.isinf(x_min) or np.isinf(x_max) or x_min > x_max:
        raise ValueError("bad range")
    x_min, x_max = min(x_min, 0.0), max(x_max, 0.0)
    if x_min == x_max:
        return 1.0, 0
    scale = (x_max - x_min) / 255.0
    return scale, int(np.clip(np.rint(-x_min / scale), 0, 255))


def quantize_activation(x, scale, zp):
    """Saturate first, so that the conversion is safe."""
    steps = np.asarray(x, dtype=np.float64) / scale
    if np.any(steps != steps):
        raise ValueError("NaN")
    steps = np.minimum(np.maximum(np.round(steps), -zp), 255 - zp)
    return (steps.astype(np.int16) + np.int16(zp)).astype(np.uint8)


def int8_linear(xq, scale, zp, wq, wscale, bias=None):
    """Product of int32 matrices."""
    total = (xq.astype(np.int32) - np.int32(zp)) @ wq.astype(np.int32).T
    y = total.astype(np.float64) * scale * np.asarray(wscale, dtype=np.float64)[None, :]
    if bias is not None:
        y += bias
    return y.astype(np.float32)
