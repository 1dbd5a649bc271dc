"""As tutorials write it: one cell a step, and a mask that mixes the new state with the old one."""

import torch


def lstm(x, lengths, h0, c0, w_ih, w_hh, b_ih, b_hh):
    """Run the LSTM cell over all steps."""
    h, c = h0, c0
    outputs = []
    for t in range(x.shape[1]):
        gates = x[:, t] @ w_ih.t() + b_ih + h @ w_hh.t() + b_hh
        i, f, g, o = gates.chunk(4, dim=1)
        i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
        c_new = f * c + i * g
        h_new = o * torch.tanh(c_new)
        mask = (t < lengths).float().unsqueeze(1)
        h = mask * h_new + (1 - mask) * h
        c = mask * c_new + (1 - mask) * c
        outputs.append(mask * h_new)
    return torch.stack(outputs, dim=1), h, c


def gru(x, lengths, h0, w_ih, w_hh, b_ih, b_hh):
    """Run the GRU cell over all steps."""
    h = h0
    outputs = []
    for t in range(x.shape[1]):
        x_r, x_z, x_n = (x[:, t] @ w_ih.t() + b_ih).chunk(3, dim=1)
        h_r, h_z, h_n = (h @ w_hh.t() + b_hh).chunk(3, dim=1)
        r = torch.sigmoid(x_r + h_r)
        z = torch.sigmoid(x_z + h_z)
        n = torch.tanh(x_n + r * h_n)
        h_new = (1 - z) * n + z * h
        mask = (t < lengths).float().unsqueeze(1)
        h = mask * h_new + (1 - mask) * h
        outputs.append(mask * h_new)
    return torch.stack(outputs, dim=1), h
