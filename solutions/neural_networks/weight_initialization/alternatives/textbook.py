"""As frameworks write it in Python: fans from the kernel's size, gain over root of fan, QR with its signs as they come."""

import numpy as np


def fans(shape):
    """fan_in first."""
    num_input_fmaps, num_output_fmaps = shape[1], shape[0]
    receptive_field_size = 1
    for s in shape[2:]:
        receptive_field_size *= s
    return num_input_fmaps * receptive_field_size, num_output_fmaps * receptive_field_size


def xavier_uniform(u, gain=1.0):
    """Bound is root 3 times the standard deviation."""
    fan_in, fan_out = fans(u.shape)
    std = gain * np.sqrt(2.0 / float(fan_in + fan_out))
    a = np.sqrt(3.0) * std
    return -a + u * 2 * a


def kaiming_normal(z, mode="fan_in", a=0.0):
    """Gain over root of fan."""
    fan_in, fan_out = fans(z.shape)
    fan = fan_in if mode == "fan_in" else fan_out
    gain = np.sqrt(2.0 / (1 + a**2))
    return z * gain / np.sqrt(fan)


def orthogonal(z, gain=1.0):
    """As the paper's code, signs as they come."""
    rows, cols = z.shape
    flattened = z.T if rows < cols else z
    q, _ = np.linalg.qr(flattened)
    if rows < cols:
        q = q.T
    return gain * q
