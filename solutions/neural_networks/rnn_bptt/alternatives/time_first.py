"""Puts time first, and multiplies inputs, states and a column of ones by one stacked matrix."""

import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    if x.ndim != 3:
        raise ValueError("x")
    batch, steps, width = x.shape
    units = Wh.shape[-1]
    for a, shape in ((h0, (batch, units)), (Wx, (width, units)), (Wh, (units, units)), (b, (units,))):
        if a.shape != shape:
            raise ValueError("shape")
    W = np.concatenate([Wx, Wh, b[None]])
    z = np.ones((steps + 1, batch, width + units + 1), dtype=x.dtype)
    z[:steps, :, :width] = x.swapaxes(0, 1)
    z[0, :, width:-1] = h0
    for t in range(steps):
        z[t + 1, :, width:-1] = np.tanh(z[t] @ W)
    return np.ascontiguousarray(z[1:, :, width:-1].swapaxes(0, 1)), (z, W, width)


def truncated_rnn_backward(dh, cache, k):
    z, W, width = cache
    steps, batch, units = len(z) - 1, z.shape[1], W.shape[1]
    if k <= 0 or dh.shape != (batch, steps, units):
        raise ValueError("dh or k")
    dW, dx = np.zeros_like(W), np.zeros((batch, steps, width), dtype=W.dtype)
    back = np.zeros((batch, units), dtype=W.dtype)
    for t in range(steps - 1, -1, -1):
        if (t + 1) % k == 0:
            back = np.zeros_like(back)
        h = z[t + 1, :, width:-1]
        da = (1 - h * h) * (dh[:, t] + back)
        dz = da @ W.T
        dx[:, t], back = dz[:, :width], dz[:, width:-1]
        dW += z[t].T @ da
    return {"dx": dx, "dh0": back.copy(), "dWx": dW[:width], "dWh": dW[width:-1], "db": dW[-1]}


def rnn_backward(dh, cache):
    return truncated_rnn_backward(dh, cache, len(cache[0]))
