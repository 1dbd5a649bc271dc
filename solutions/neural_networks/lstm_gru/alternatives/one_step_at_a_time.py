"""Plain cells with separate weights for each gate; the ends are gathered from the list of all states."""

import torch


def _lstm_cell(x, h, c, w_ih, w_hh, b_ih, b_hh):
    parts = zip(w_ih.chunk(4), w_hh.chunk(4), b_ih.chunk(4), b_hh.chunk(4))
    i, f, g, o = [torch.addmm(a, x, u.T) + torch.addmm(b, h, v.T) for u, v, a, b in parts]
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


def _gru_cell(x, h, w_ih, w_hh, b_ih, b_hh):
    H = h.shape[1]
    u, v = x @ w_ih.T + b_ih, h @ w_hh.T + b_hh
    r = torch.sigmoid(u[:, :H] + v[:, :H])
    z = torch.sigmoid(u[:, H : 2 * H] + v[:, H : 2 * H])
    n = torch.tanh(u[:, 2 * H :] + r * v[:, 2 * H :])
    return (n - n * z + z * h,)


def _run(cell, x, lengths, states, weights):
    if lengths.ndim != 1 or len(lengths) != len(x):
        raise ValueError("one length for each row")
    if int(lengths.min()) < 0 or int(lengths.max()) > x.shape[1]:
        raise ValueError("length out of range")
    trace = [states]
    for t in range(x.shape[1]):
        trace.append(cell(x[:, t], *trace[-1], *weights))
    # (B, T + 1, H); entry `length` is the state after that many steps.
    stacked = [torch.stack(s, dim=1) for s in zip(*trace)]
    rows = torch.arange(len(x))
    ends = [s[rows, lengths.long()] for s in stacked]
    valid = torch.arange(x.shape[1])[None, :] < lengths[:, None]
    return (torch.where(valid[:, :, None], stacked[0][:, 1:], torch.zeros_like(stacked[0][:, 1:])), *ends)


def lstm(x, lengths, h0, c0, w_ih, w_hh, b_ih, b_hh):
    return _run(_lstm_cell, x, lengths, (h0, c0), (w_ih, w_hh, b_ih, b_hh))


def gru(x, lengths, h0, w_ih, w_hh, b_ih, b_hh):
    return _run(_gru_cell, x, lengths, (h0,), (w_ih, w_hh, b_ih, b_hh))
