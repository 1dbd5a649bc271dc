"""Sorts the rows by length and lets each step work on those that still run, as packed sequences do."""

import torch


def _sorted(x, lengths):
    if tuple(lengths.shape) != (x.shape[0],):
        raise ValueError("lengths")
    if any(n < 0 or n > x.shape[1] for n in lengths.tolist()):
        raise ValueError("lengths")
    order = torch.argsort(lengths, descending=True, stable=True)
    running = [int((lengths > t).sum()) for t in range(x.shape[1])]
    return order, torch.argsort(order), running


def _padded(h, rows):
    return torch.cat([h, h.new_zeros(rows - h.shape[0], h.shape[1])])


def lstm(x, lengths, h0, c0, w_ih, w_hh, b_ih, b_hh):
    order, back, running = _sorted(x, lengths)
    x, h, c = x[order], h0[order], c0[order]
    outs = []
    for t, n in enumerate(running):
        i, f, g, o = torch.nn.functional.linear(
            torch.cat([x[:n, t], h[:n]], 1), torch.cat([w_ih, w_hh], 1), b_ih + b_hh
        ).chunk(4, 1)
        new_c = torch.sigmoid(i) * torch.tanh(g) + torch.sigmoid(f) * c[:n]
        new_h = torch.sigmoid(o) * torch.tanh(new_c)
        h, c = torch.cat([new_h, h[n:]]), torch.cat([new_c, c[n:]])
        outs.append(_padded(new_h, len(x)))
    return torch.stack(outs, 1)[back], h[back], c[back]


def gru(x, lengths, h0, w_ih, w_hh, b_ih, b_hh):
    order, back, running = _sorted(x, lengths)
    x, h = x[order], h0[order]
    outs = []
    for t, n in enumerate(running):
        ur, uz, un = torch.nn.functional.linear(x[:n, t], w_ih, b_ih).chunk(3, 1)
        vr, vz, vn = torch.nn.functional.linear(h[:n], w_hh, b_hh).chunk(3, 1)
        z = torch.sigmoid(uz + vz)
        new = (1 - z) * torch.tanh(un + torch.sigmoid(ur + vr) * vn) + z * h[:n]
        h = torch.cat([new, h[n:]])
        outs.append(_padded(new, len(x)))
    return torch.stack(outs, 1)[back], h[back]
