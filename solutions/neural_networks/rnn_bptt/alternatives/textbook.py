"""As course assignments write it: one step forward, one step backward, and loops over time around them."""

import numpy as np


def step_forward(x, prev_h, Wx, Wh, b):
    """One step of the layer."""
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def step_backward(dnext_h, cache):
    """Gradients of one step."""
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da.dot(Wx.T), da.dot(Wh.T), x.T.dot(da), prev_h.T.dot(da), da.sum(axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    """Run the layer over all steps."""
    n, t, _ = x.shape
    h = np.zeros((n, t, h0.shape[1]))
    caches = []
    prev_h = h0
    for i in range(t):
        prev_h, cache = step_forward(x[:, i], prev_h, Wx, Wh, b)
        h[:, i] = prev_h
        caches.append(cache)
    return h, tuple(caches)


def rnn_backward(dh, cache):
    """Go back through all steps."""
    return truncated_rnn_backward(dh, cache, dh.shape[1])


def truncated_rnn_backward(dh, cache, k):
    """Go back through the steps, and drop what would flow into the chunk before."""
    n, t, _ = dh.shape
    x, h0, Wx, Wh, _ = cache[0]
    dx = np.zeros((n, t, x.shape[1]))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wh.shape[0])
    dprev_h = np.zeros_like(h0)
    for i in reversed(range(t)):
        if (i + 1) % k == 0:
            dprev_h = np.zeros_like(h0)
        dx[:, i], dprev_h, dWx_i, dWh_i, db_i = step_backward(dh[:, i] + dprev_h, cache[i])
        dWx += dWx_i
        dWh += dWh_i
        db += db_i
    return {"dx": dx, "dh0": dprev_h, "dWx": dWx, "dWh": dWh, "db": db}
