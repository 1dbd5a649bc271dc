"""A cell for one step, forward and backward; the sequence calls it step by step and adds up."""

import numpy as np


def _cell(x, h, Wx, Wh, b):
    return np.tanh(np.dot(x, Wx) + np.dot(h, Wh) + b)


def _cell_backward(dnew, x, old, new, Wx, Wh):
    da = dnew * (1 - new) * (1 + new)
    return da @ Wx.T, da @ Wh.T, x.T @ da, old.T @ da, da.sum(0)


def rnn_forward(x, h0, Wx, Wh, b):
    if x.ndim != 3 or h0.ndim != 2 or Wx.ndim != 2 or Wh.ndim != 2 or b.ndim != 1:
        raise ValueError("axes")
    if h0.shape[0] != x.shape[0] or Wx.shape[0] != x.shape[2]:
        raise ValueError("x")
    if len({h0.shape[1], Wx.shape[1], Wh.shape[0], Wh.shape[1], b.shape[0]}) != 1:
        raise ValueError("units")
    trace = [h0]
    for t in range(x.shape[1]):
        trace.append(_cell(x[:, t], trace[-1], Wx, Wh, b))
    h = np.stack(trace[1:], axis=1) if x.shape[1] else np.zeros((len(x), 0, len(b)), dtype=x.dtype)
    return h, (x, Wx, Wh, trace)


def _run(dh, cache, k):
    x, Wx, Wh, trace = cache
    steps = len(trace) - 1
    if dh.shape != (*x.shape[:2], trace[0].shape[1]):
        raise ValueError("dh")
    grads = {"dx": np.zeros_like(x), "dh0": np.zeros_like(trace[0]), "dWx": np.zeros_like(Wx), "dWh": np.zeros_like(Wh)}
    grads["db"] = np.zeros(Wh.shape[0], dtype=x.dtype)
    starts = [s for s in range(0, steps, k)]
    for start in reversed(starts):
        flow = np.zeros_like(trace[0])
        for t in range(min(start + k, steps) - 1, start - 1, -1):
            dx, flow, dWx, dWh, db = _cell_backward(dh[:, t] + flow, x[:, t], trace[t], trace[t + 1], Wx, Wh)
            grads["dx"][:, t] = dx
            grads["dWx"] += dWx
            grads["dWh"] += dWh
            grads["db"] += db
        if start == 0:
            grads["dh0"] = flow
    return grads


def rnn_backward(dh, cache):
    return _run(dh, cache, max(1, len(cache[3])))


def truncated_rnn_backward(dh, cache, k):
    if k < 1:
        raise ValueError("k")
    return _run(dh, cache, k)
