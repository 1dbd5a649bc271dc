"""As lectures write it: a dense convolution by windows, once for each group, and a matrix product for the 1 x 1."""

import numpy as np


def conv2d(x, w, stride, padding):
    """Dense convolution."""
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.tensordot(windows, w, axes=((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2)


def grouped_conv2d(x, w, groups, stride=1, padding=0):
    """Split, convolve, concatenate."""
    xs, ws = np.split(x, groups, axis=1), np.split(w, groups, axis=0)
    return np.concatenate([conv2d(a, b, stride, padding) for a, b in zip(xs, ws)], axis=1)


def depthwise_separable(x, dw, pw, stride=1, padding=1):
    """Depthwise, then pointwise."""
    y = grouped_conv2d(x, dw, x.shape[1], stride, padding)
    n, k, h, w = y.shape
    return (pw @ y.reshape(n, k, h * w)).reshape(n, -1, h, w)


def conv_cost(c_in, c_out, k, h, w, separable):
    """From the MobileNet paper."""
    if separable:
        return k * k * c_in + c_in * c_out, k * k * c_in * h * w + c_in * c_out * h * w
    return k * k * c_in * c_out, k * k * c_in * c_out * h * w
