"""As the articles write it: effective kernels, the field computed from the last layer back to the first."""

import math

import numpy as np


def conv_out(n, k, stride=1, padding=0, dilation=1):
    """Floor of a quotient."""
    k_eff = k + (k - 1) * (dilation - 1)
    return math.floor((n + 2 * padding - k_eff) / stride) + 1


def same_padding(k, dilation=1):
    """Half of the effective kernel."""
    return (k + (k - 1) * (dilation - 1)) // 2


def receptive_field(layers):
    """Left and right border of the first field, backwards."""
    left = right = 0
    jump = 1
    for k, s, p, d in reversed(layers):
        left = left * s - p
        right = right * s - p + d * (k - 1)
        jump *= s
    return right - left + 1, jump, (left + right) / 2


def layer_params(kind, c_in, c_out, k, h, w):
    """Kernels and biases."""
    one = c_in * c_out * k**2 + c_out
    return one if kind == "conv" else one * h * w


def fc_to_conv(weight, c, h, w):
    """View."""
    return np.reshape(weight, (len(weight), c, h, w))
